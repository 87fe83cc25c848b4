// The documents as values: what people write in YAML, decoded, with the place of everything a message may name.
// Field meanings, defaults and enumerations are the contract of docs/documents.md. Plain data, no I/O; a DesiredState
// is built by decode (yaml_decoder.h), checked by validate (validate.h), and read-only from then on.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "desired-state/diagnostic.h"
#include "desired-state/row_table.h"

namespace holdfast {

// --- scalars as they were written, outside of rows

struct Scalar {
  CellKind kind = CellKind::Null;  // Null, Text (quoted), Blob (!!binary, decoded) or Plain
  std::string bytes;
  Mark mark;
  Cell cell() const { return {kind, 0, bytes}; }
};

using ColumnScalar = std::pair<std::string, Scalar>;  // column name, value

// --- enumerations; each one's names in documents are its enumerators' names
enum class Mode : std::uint8_t { Enforce, Observe };
enum class MissingPolicy : std::uint8_t { Insert, Report };
enum class ChangedPolicy : std::uint8_t { Update, Report, Ignore };
enum class ForbiddenPolicy : std::uint8_t { Delete, Report };
enum class ExtraPolicy : std::uint8_t { Keep, Report, Delete };
enum class RemovedPolicy : std::uint8_t { Keep, Delete };
enum class IdentityPolicy : std::uint8_t { Report, Move };
enum class DependentsPolicy : std::uint8_t { Restrict, FollowSchema, Delete, Keep };
enum class SideEffectsPolicy : std::uint8_t { Refuse, Allow };
enum class JournalMode : std::uint8_t { Keep, Wal };

struct Policy {
  MissingPolicy missing = MissingPolicy::Insert;
  ChangedPolicy changed = ChangedPolicy::Update;
  ForbiddenPolicy forbidden = ForbiddenPolicy::Delete;
  ExtraPolicy extra = ExtraPolicy::Keep;
  RemovedPolicy removed = RemovedPolicy::Keep;
  IdentityPolicy identity = IdentityPolicy::Report;
  DependentsPolicy dependents = DependentsPolicy::Restrict;
  SideEffectsPolicy side_effects = SideEffectsPolicy::Refuse;
};

struct Limits {
  std::int64_t deletes = 10;
  std::int64_t dependent_deletes = 1000;
  std::chrono::milliseconds per = std::chrono::hours(1);
  std::int64_t delete_percent = 25;  // of the table's live rows, from 100 rows on
};

// --- RowSet

struct Matcher {
  enum class Kind : std::uint8_t { Exact, Equals, Like, Regex, In, IsNull };
  Kind kind = Kind::Exact;
  std::vector<Scalar> values;  // one, but for In (any number) and IsNull (none)
  bool is_null = true;         // for IsNull: `isNull: false` matches what is not null
  bool ignore_case = false;
  bool trim = false;
  Mark mark;
};

struct ForbiddenRule {  // every column has to match
  std::vector<std::pair<std::string, Matcher>> columns;
  Mark mark;
};

struct Rename {
  std::vector<ColumnScalar> from;
  std::vector<ColumnScalar> to;
  Mark mark;
};

struct Reference {
  std::string column;     // the referring column of this set
  std::string row_set;    // the set it refers to
  std::string by;         // that set's column which rows here give
  std::string to_column;  // that set's column whose value is stored here (`column` in the document)
  Mark mark;
};

struct RowsFrom {
  std::string file;  // as written, relative to the document's folder
  Mark mark;
};

struct Expectation {
  std::string name;
  std::string query;  // one read-only statement that gives one number
  std::optional<double> at_most;
  std::optional<double> at_least;
  std::optional<double> equals;
  std::chrono::milliseconds timeout = std::chrono::seconds(5);
  Mark mark;
};

struct Name {
  std::string text;
  Mark mark;
};

struct RowSetDocument {
  Name name;
  std::string file;  // the document's; every Mark here is a place in it
  Mark mark;
  std::optional<Name> database_ref;
  Name table;
  std::vector<Name> key;
  Mode mode = Mode::Observe;
  std::vector<Name> initial;
  std::vector<ColumnScalar> defaults;
  std::vector<RowsFrom> rows_from;
  std::shared_ptr<RowTable> rows = std::make_shared<RowTable>();  // `rows` first, then each of rows_from; unbound cells
  bool has_rows = false;                                          // `rows` or `rowsFrom` was written at all
  bool allow_empty = false;
  std::vector<Rename> renames;
  std::vector<ForbiddenRule> forbidden;
  std::vector<Reference> references;
  Policy policy;
  Limits limits;
  std::vector<std::string> sensitive;
  std::chrono::milliseconds interval = std::chrono::seconds(30);
  std::vector<Expectation> expect;

  Position at(Mark where) const { return {file, where}; }
};

// --- Database

struct DatabaseDocument {
  Name name;
  std::string file;
  Mark mark;
  Name url;  // after ${…}; may hold a password: print it through redacted_url (database_url.h) only
  JournalMode journal_mode = JournalMode::Keep;
  std::chrono::milliseconds lock_timeout = std::chrono::seconds(10);
  std::optional<Name> setup;  // the statements; the mark is where the text begins
  std::vector<std::string> journal_redact;
  std::chrono::milliseconds journal_max_age = std::chrono::hours(24 * 90);
  std::int64_t journal_max_size_bytes = std::int64_t{256} << 20;

  Position at(Mark where) const { return {file, where}; }
};

// --- BackupPolicy and Notifier: decoded strictly, acted on by later versions (a warning says so)

struct Retention {
  std::chrono::milliseconds keep = std::chrono::hours(24 * 30);
  std::int64_t hourly = 48;
  std::int64_t daily = 30;
};

struct BackupPolicyDocument {
  Name name;
  std::string file;
  Mark mark;
  std::optional<Name> database_ref;
  std::string to;
  std::string endpoint;
  std::string region;
  Retention retention;
  std::chrono::milliseconds drill = std::chrono::hours(24);
};

enum class NotifierKind : std::uint8_t { Slack, Webhook, Alertmanager, Heartbeat };

struct NotifierDocument {
  Name name;
  std::string file;
  Mark mark;
  NotifierKind kind = NotifierKind::Slack;
  std::string url;
  std::string secret;                                          // Webhook only
  std::chrono::milliseconds every = std::chrono::seconds(60);  // Heartbeat only
  std::vector<std::string> when;                               // empty: everything
  std::vector<std::string> row_sets;                           // empty: every set
};

// --- all of them

struct DesiredState {
  std::vector<DatabaseDocument> databases;
  std::vector<RowSetDocument> row_sets;
  std::vector<BackupPolicyDocument> backup_policies;
  std::vector<NotifierDocument> notifiers;
  std::string revision;     // as people name this version: a commit, or a digest; empty when the source has none
  std::string digest;       // of all that was read; tells versions apart
  std::uint64_t bytes = 0;  // of all that was read
};

}  // namespace holdfast
