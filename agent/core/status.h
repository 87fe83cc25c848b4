// What an agent knows about itself and its databases, as plain values: what the HTTP API, `holdfast status`, the page
// and the metrics are functions of. A worker publishes its DatabaseStatus as a whole after everything that changes it;
// nobody reads one that is half written.
//
// Pure; copies are independent. Bounded: most_drift_rows rows of a set, most_events events, most_runs runs.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/core/plan.h"

namespace holdfast::agent {

using WallTime = std::chrono::system_clock::time_point;

inline constexpr std::size_t most_drift_rows = 100;
inline constexpr std::size_t most_events = 100;  // of a row set, and of a database
inline constexpr std::size_t most_runs = 200;    // of a database, in memory; `history` has the others

inline constexpr std::size_t drift_classes = 7;  // of DriftClass
using DriftCounts = std::array<std::uint64_t, drift_classes>;

// Why the agent looked. The names are values of the metric label `trigger`: "start", "change", "documents", "interval",
// "person", "retry", "resume".
enum class Trigger : std::uint8_t { Start, Change, Documents, Interval, Person, Retry, Resume };
std::string_view to_string(Trigger trigger);

// As in Kubernetes: a type, whether it is so, a reason for machines (CamelCase), a message for people, and since when
// the first two have been as they are. Row sets have the first four, databases have Ready and Healthy.
enum class ConditionType : std::uint8_t { Ready, Reconciling, Stalled, Drifted, Healthy };
std::string_view to_string(ConditionType type);
struct Condition {
  ConditionType type = ConditionType::Ready;
  bool status = false;
  std::string reason;
  std::string message;
  WallTime since;
  friend bool operator==(const Condition&, const Condition&) = default;
};

// What somebody should know of. Equal ones in a row are one, with a count.
enum class EventLevel : std::uint8_t { Normal, Warning };
struct Event {
  std::uint64_t number = 0;  // rises over the whole agent; another one when it is counted again
  EventLevel level = EventLevel::Normal;
  std::string
      reason;  // CamelCase: Corrected, Held, Blocked, Failed, Wiped, Vanished, Forbidden, Fight, DocumentsChanged, …
  std::string database;
  std::string row_set;  // empty: about the database
  std::string message;  // masked where the documents say sensitive
  WallTime first;
  WallTime last;
  std::uint64_t count = 1;
};

// A row that is not as declared after the last run, or that the last run put right.
struct DriftRow {
  DriftClass drift = DriftClass::Missing;
  Action action = Action::None;
  Outcome outcome = Outcome::Planned;
  Reason reason = Reason::None;
  std::string key;      // for people, masked: `name "Trading Tips"`
  std::string message;  // why it is left, for people, masked
};

struct Pause {
  WallTime until;
  std::string who;
};

// Two writers that undo each other's work (G11): one declared key, or one rule.
struct Fight {
  std::string key;  // for people, masked
  DriftClass drift = DriftClass::Changed;
  std::vector<WallTime> corrections;   // the last ones, oldest first, at most 20
  std::optional<WallTime> held_until;  // not set: corrected each time, and told
};

struct SetStatus {
  std::string name;
  std::string table;
  Mode mode = Mode::Observe;
  std::vector<Condition> conditions;  // one of each type
  bool decided = false;               // it has had its first decision: applied, held, blocked or reported
  bool in_sync = false;
  std::uint64_t declared_rows = 0;
  std::uint64_t live_rows = 0;
  std::uint64_t unmanaged_rows = 0;
  DriftCounts drift = {};  // what is left after the last run, by class
  std::uint64_t held_rows = 0;
  std::map<Reason, std::uint64_t> blocked;  // changes
  std::vector<DriftRow> rows;               // the first most_drift_rows of what is left
  std::vector<Fight> fights;
  std::optional<Pause> pause;
  std::map<std::string, bool> expectations;  // by name: met or not; not there: not known yet
  std::string waits_for;                     // the hash of the plan whose deletes wait for a confirmation
  std::optional<WallTime> last_success;      // of a run that left no failure
  std::optional<WallTime> last_vanish;
  std::optional<WallTime> last_forbidden;  // when a forbidden row was last seen
};

// What one run did, or found. `corrections` counts what was applied.
struct RunSummary {
  std::string id;  // empty when it wrote nothing
  std::string database;
  Trigger trigger = Trigger::Start;
  std::string who;
  WallTime at;
  std::chrono::microseconds took{0};
  std::string revision;
  std::string error;  // the run ended early; without secrets
  struct Set {
    std::string name;
    Cause cause = Cause::Edit;
    std::map<Action, std::uint64_t> corrections;
    std::uint64_t reported = 0, held = 0, blocked = 0, failed = 0;
    std::vector<DriftRow> rows;  // the first ones that were corrected
  };
  std::vector<Set> sets;
};

// How a database and the place where it lies were at the last look; what is not set is not known.
struct DatabaseHealth {
  std::optional<bool> persistent;  // it outlives a deploy
  std::string place;               // where it lies, and what to do about it; empty when there is nothing to do
  std::optional<bool> integrity_ok;
  std::string damage;  // what the quick check has found
  std::optional<std::uint64_t> size_bytes, wal_size_bytes, disk_free_bytes;
  std::string other_database;        // the application has another one open than this: which
  bool other_database_certain = {};  // it is in this one's place, and not perhaps one beside it
  friend bool operator==(const DatabaseHealth&, const DatabaseHealth&) = default;
};

// What became of a database, as it was judged at the start or when its file was last replaced.
struct VerdictStatus {
  std::string verdict;  // "intact", "wiped", …; empty: not known yet
  std::string reason;   // what was seen
  std::string hint;     // what to do about it
  bool may_write = true;
};

// The last time that a database was found wiped, replaced, corrupt or rolled back.
struct Wipe {
  std::string verdict;
  std::string reason;
  WallTime at;
};

struct DatabaseStatus {
  std::string name;
  std::string location;  // no secrets
  bool up = false;       // could be reached by the last look
  std::string error;     // why not
  VerdictStatus verdict;
  std::optional<Wipe> last_wipe;  // since the agent's start
  DatabaseHealth health;
  std::vector<Condition> conditions;  // Ready and Healthy
  std::string watch;                  // how changes are noticed: "events", "polling: WHY"
  std::vector<SetStatus> sets;
  std::vector<RunSummary> runs;  // newest first
  std::vector<Event> events;     // oldest first
  std::optional<Pause> pause;    // of the whole database
};

// A setting, its value (masked where it is a secret) and where it came from: "flag", "HOLDFAST_LISTEN", "default".
struct Setting {
  std::string name;
  std::string value;
  std::string origin;
};

struct DocumentsStatus {
  std::string revision;  // in force
  std::string digest;
  bool valid = true;                // what is there now is what is in force
  std::vector<std::string> errors;  // why what is there now is not: FILE:LINE:COLUMN: MESSAGE
  WallTime since;                   // in force since
  std::string pinned;               // the revision that --pin holds; empty: none
  bool from_database = false;       // the last good ones, as the database kept them
};

struct AgentStatus {
  std::string version;
  WallTime started;
  bool ready = false;  // every set has had its first decision
  DocumentsStatus documents;
  std::vector<DatabaseStatus> databases;
  std::vector<Setting> settings;
};

}  // namespace holdfast::agent
