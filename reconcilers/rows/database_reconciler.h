// One run over one database: read, diff, plan, guard, and for apply: write, read again. The cycle of ARCHITECTURE.md.
//
// Level-triggered: nothing is remembered about earlier runs that would change what is done; the live rows are the
// truth. One thread at a time. Owns nothing: store, clock and progress outlive it. Returns errors, never logs.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "desired-state/documents.h"
#include "reconcilers/core/clock.h"
#include "reconcilers/core/plan.h"
#include "reconcilers/core/store.h"
#include "reconcilers/rows/history.h"
#include "reconcilers/rows/holds.h"
#include "reconcilers/rows/run_origin.h"

namespace holdfast {

class DatabaseRun;

struct ReconcilerOptions {
  std::size_t batch_rows = 5000;                                         // changed rows in one transaction
  std::chrono::milliseconds batch_time = std::chrono::milliseconds(50);  // under the write lock
  int attempts = 5;                                                      // to plan anew when another writer was quicker
  bool journal = true;  // false: for measuring what it costs; nothing is remembered then
  RunOrigin origin;
  // Hash (or its first 12 digits and more) of the plan that a person has confirmed, with deletes over their budget: no
  // other plan is carried out then.
  std::vector<std::string> confirm;
  // What is known to have caused the drift (a wipe); else each set's own memory tells.
  std::optional<Cause> cause;
  // Looks at each plan before anything of it is carried out, and may hold changes back (outcome Held). Asked before a
  // run writes anything at all: what it has to make first (setup, journal mode, state) waits for a plan as well. False:
  // this is no database to write to; nothing is, and the changes are to be held by then. May be empty.
  std::function<bool(Plan&)> review;
};

// Called now and then during long work; `total` is 0 when it is not known. May be empty.
using Progress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t total)>;

struct UndoRequest {
  std::string run;                     // its id, or an unmistakable beginning of it
  std::optional<std::string> row_set;  // only changes of this set
  std::optional<std::string> key;      // only the change of this row: its key's values with commas between them
  bool carry_out = true;               // false: only the plan
};

struct UnmetExpectation {
  std::string row_set;
  std::string name;
  std::string message;  // "no-orphans is 3, at most 0 expected", or why it could not be checked
  bool checked = true;
};

// The journal mode that the Database asks for is not the one it has, or was not before the run.
struct JournalSwitch {
  std::string from;  // empty: the database is not there yet
  std::string to;
};

struct RunReport {
  Plan plan;                         // for apply: with the outcome of every change
  std::string run;                   // the run's id: 26 characters, sorts by time; empty for plan
  std::uint32_t batches = 0;         // transactions committed
  std::vector<std::string> created;  // tables that the setup created
  std::optional<JournalSwitch> journal_mode;
  std::vector<UnmetExpectation> unmet;
  // The plan is no longer the one that was confirmed: nothing was written, and this is it. `changed` says what is new
  // (+), gone (-) and other (~) since, where that is known.
  bool refused = false;
  std::vector<std::string> changed;
  // Deletes wait for a confirmation: the hash that confirms them, and nothing else. Empty when none waits.
  std::string confirm;
  std::optional<Error> error;  // the run ended early, after some batches: what they applied stays, and is in the plan
};

struct Released {
  std::vector<Hold> holds;  // that were let go
  std::uint64_t owned = 0;  // rows that the set owned, and does no longer
  bool knows_set = false;   // the database has heard of the set that was named
};

class DatabaseReconciler {
 public:
  DatabaseReconciler(Store& store, const Clock& clock, Progress progress = {}, ReconcilerOptions options = {});

  // The exact changes, nothing written. Mistakes of the documents against the schema go to `diagnostics`; the plan is
  // empty when there were any. The rows of `sets` are consumed (moved into bound sets).
  Result<RunReport> plan(const DatabaseDocument& database, std::span<const RowSetDocument* const> sets,
                         Diagnostics& diagnostics);

  // Plans and carries it out: setup, journal mode, changes. ErrorKind::SchemaChanged: load the documents again and
  // retry.
  Result<RunReport> apply(const DatabaseDocument& database, std::span<const RowSetDocument* const> sets,
                          Diagnostics& diagnostics);

  // Takes a run back: each of its changes whose rows are still as it left them, exactly; the others are named. The rows
  // are then held against what the documents say now. Terminal: no journal, no such run.
  Result<RunReport> undo(const DatabaseDocument& database, std::span<const RowSetDocument* const> sets,
                         const UndoRequest& request, Diagnostics& diagnostics);

  // The runs that changed something, newest first; none where there is no journal. Terminal: there is no database, and
  // nothing that would make it.
  Result<std::vector<RunRecord>> history(const DatabaseDocument& database, std::size_t limit);

  // Lets held rows go: all of them, those of a set, or one by its key's values with commas between them.
  // `document_is_gone`: the set gives up what it owns as well.
  Result<Released> release(const DatabaseDocument& database, const std::optional<std::string>& row_set,
                           const std::optional<std::string>& key, bool document_is_gone);

 private:
  Result<void> look_for(const DatabaseDocument& database);

  Store& store_;
  const Clock& clock_;
  Progress progress_;
  ReconcilerOptions options_;
};

// True if each of these is the plan's hash, or its first 12 digits and more, and there is one.
bool is_confirmed(std::span<const std::string> confirmed, const std::string& hash);

// 0 in sync or done, 1 a change failed, 2 drift left (reported, held, blocked; for a plan: any).
int exit_code(const RunReport& report, bool applied);

}  // namespace holdfast
