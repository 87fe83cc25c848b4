// A plan: the exact changes of one run, as a value that can be printed, hashed, compared and carried out.
//
// It is made by planning (planner.h) from documents and live rows, without a lock and without writing; apply carries it
// out only where the rows are still as they were. Values that a change writes are read from the BoundSet it points to,
// so that a plan of a million inserts does not copy a million rows. Movable, not copyable; read-only after planning but
// for the outcomes that the executor writes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "reconcilers/core/bound_set.h"
#include "reconcilers/core/store.h"

namespace holdfast {

enum class DriftClass : std::uint8_t { Missing, Changed, Forbidden, Extra, Removed, Duplicate, Identity };
enum class Action : std::uint8_t { None, Insert, Update, Delete };
enum class Outcome : std::uint8_t { Planned, Applied, Reported, Held, Blocked, Failed };
enum class Reason : std::uint8_t {
  None,
  Budget,
  Dependents,
  Identity,
  Reference,
  SideEffect,
  NotConvergent,
  RefusedByTrigger,
  NoTable,
  Unsupported,
  Constraint,
  Fight,
  Undo,
  Pause,
  Declared,
  Busy,
  Confirm,  // the first time that a set deletes what left the documents
  Verdict,  // the database is a copy, or another one than the documents are about
};
enum class Cause : std::uint8_t { Wipe, Vanish, Edit, Rollout, Fight, Undo };

// The names used in JSON and metrics: "missing", "insert", "side-effect"…
std::string_view to_string(DriftClass drift);
std::string_view to_string(Action action);
std::string_view to_string(Outcome outcome);
std::string_view to_string(Reason reason);
std::string_view to_string(Cause cause);

// What becomes of rows that refer to a row which is changed.
enum class DependentFate : std::uint8_t {
  Deleted,
  Cleared,   // the reference is set to null or its default
  Follows,   // the reference is set to the row's new key
  Restored,  // of an undo: whatever became of it along with the row, it is as it was again
};

struct DependentCount {
  std::string table;
  std::uint64_t rows = 0;
  DependentFate fate = DependentFate::Deleted;
  friend bool operator==(const DependentCount&, const DependentCount&) = default;
};

inline constexpr std::uint32_t no_row = ~std::uint32_t{0};

struct Change {
  DriftClass drift = DriftClass::Missing;
  Action action = Action::None;
  Outcome outcome = Outcome::Planned;
  Reason reason = Reason::None;
  std::uint32_t declared = no_row;  // row of the BoundSet, for everything that a declared row asks for

  // What few changes have; made when first needed.
  struct Detail {
    std::string message;                     // why it is not planned or was not applied, for people
    std::optional<RowImage> before;          // the live row, whole
    std::optional<RowImage> after;           // for an undo: the row as it will be; no declared row is behind it
    std::vector<std::uint32_t> update;       // for Update: table columns that change
    std::vector<DependentCount> dependents;  // for Delete, and for an Update that others refer to
    std::optional<std::size_t> rule;         // for Forbidden: which rule
    std::string release;                     // held by an undo: SET/KEY, as `holdfast release` takes it
  };
  std::unique_ptr<Detail> detail;
  Detail& more();
  const RowImage* before() const { return detail && detail->before ? &*detail->before : nullptr; }
};

struct SetPlan {
  std::shared_ptr<const BoundSet> set;  // null when the table is missing or unsupported
  std::string name;
  std::string database;
  std::string table;
  Mode mode = Mode::Observe;
  Cause cause = Cause::Edit;  // of this run's changes to it
  std::vector<Change> changes;
  std::uint64_t declared_rows = 0;
  std::uint64_t live_rows = 0;
  std::uint64_t unmanaged_rows = 0;  // live rows that nothing names
  std::uint64_t deleted_before = 0;  // by earlier rounds of the same run: counts for the percentage of it, too
  ReadMark mark;
  std::uint64_t spent_deletes = 0;     // by earlier runs, within the time that the limits are for
  std::uint64_t spent_dependents = 0;  // the same of rows that went with them
  // Somebody else deleted many rows of the table since the last run: how many there were, and how many are left.
  std::optional<std::pair<std::uint64_t, std::uint64_t>> vanished;
  bool in_sync = true;  // no drift of a class whose policy is not Keep or Ignore
  std::vector<std::string> warnings;
  // The set as a whole cannot be planned: NoTable or Unsupported, with the message.
  Reason blocked = Reason::None;
  std::string blocked_message;
};

struct Summary {
  std::uint64_t insert = 0, update = 0, erase = 0, dependents = 0, restored = 0, reported = 0, held = 0, blocked = 0,
                failed = 0;
};

struct Plan {
  std::vector<SetPlan> sets;       // parents before children
  std::vector<std::string> setup;  // tables that the setup would create
  // Row sets that own rows in this database and that no document of this run declares: those rows stay as they are.
  std::vector<std::string> absent;
  std::shared_ptr<const Schema> schema;
  Summary summary() const;
  bool in_sync() const;
};

// SHA-256 over the changes, in hex: the same plan on the same rows has the same hash.
// What waits for a confirmation counts as if it were planned: a budget that fills or empties moves no hash.
std::string hash(const Plan& plan);

// Deletes that wait for somebody to confirm this very plan.
bool waits_for_confirmation(const Change& change);
bool waits_for_confirmation(const Plan& plan);

// The value that `change` leaves in a column of its table, for insert and update; null when it does not set it.
std::optional<Cell> after(const SetPlan& set, const Change& change, std::uint32_t table_column);
// The change's key as column name and value: from the declared row, else from the live one.
std::vector<std::pair<std::string, Cell>> key(const SetPlan& set, const Change& change);

}  // namespace holdfast
