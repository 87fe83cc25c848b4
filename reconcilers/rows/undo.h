// Taking a run back: its steps are walked backwards, each inverted where the row is still exactly as the step left it.
// A change is taken back whole or not at all; what cannot be is named. An undo is a run of its own, journalled like
// any, so that it can be taken back as well.
//
// Triggers and foreign-key actions are off meanwhile: the journal holds all that they once did. Inverting every
// physical step in reverse order needs no care about unique values, since each state in between has been there before.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "reconcilers/rows/history.h"
#include "reconcilers/rows/journal.h"
#include "reconcilers/rows/run_context.h"
#include "reconcilers/rows/statements.h"

namespace holdfast {

// One change of the run, and what becomes of it.
struct UndoPart {
  std::int64_t number = 0;
  std::size_t set = 0;     // index into Plan::sets
  std::size_t change = 0;  // index into its changes
  std::string row_set;
  std::string key;     // as the journal has it
  bool owned = false;  // it deleted a row that the set owned
};

struct UndoPlan {
  RunRecord run;
  Plan plan;  // a set for each row set and table; every change has its image before and after
  std::vector<UndoPart> parts;
  std::vector<std::int64_t> blocks;         // in which steps of these changes lie, the last first
  std::unordered_set<std::int64_t> undone;  // steps that an earlier undo has taken back
  bool holds = true;                        // its rows are held; false for an undo of an undo, which lets them go
};

// Reads the run's steps and looks whether each could be inverted now. Writes nothing and takes no lock.
// Terminal: there is no journal or no such run.
// `documents` say which columns are sensitive.
Result<UndoPlan> plan_undo(Store& store, const State& state, const UndoRequest& request,
                           std::span<const RowSetDocument* const> documents);

struct UndoOutcome {
  std::uint32_t batches = 0;
  std::optional<Error> error;  // it ended early; what was committed stays, and its changes say Applied
};

// Places the hold of a change that is taken back, or takes it away, in the undo's own transaction.
class HoldPlacer {
 public:
  // `states`: what the documents say now, which is what the rows are held against. What takes long is done here, before
  // there is a lock.
  HoldPlacer(std::span<const SetState> states, const JournalSettings& journal, bool holds);
  Result<void> operator()(Transaction& transaction, const UndoPlan& undo, const UndoPart& part) const;

 private:
  std::optional<Statements> said(const SetPlan& plan, const Change& change) const;

  std::span<const SetState> states_;
  const JournalSettings& journal_;
  bool holds_;
  std::map<std::string, std::shared_ptr<const RuleList>> rules_;  // by table, in lower case
};

// Carries it out in short transactions.
UndoOutcome carry_out_undo(Store& store, const Clock& clock, const ReconcilerOptions& options,
                           std::chrono::milliseconds lock_timeout, const JournalSettings& journal, UndoPlan& undo,
                           const HoldPlacer& hold);

}  // namespace holdfast
