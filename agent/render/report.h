// What `plan` and `apply` have to tell, over all databases, as one value. Every output format is a function of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reconcilers/core/plan.h"

namespace holdfast::agent {

struct DatabaseRun {
  std::string database;
  std::string run;            // the run's id; empty for a plan
  std::uint32_t batches = 0;  // transactions committed
  int exit = 0;
};

struct DatabaseFailure {
  std::string database;
  std::string message;  // without secrets
};

// Deletes of a database wait for somebody to confirm its plan.
struct WaitingPlan {
  std::string database;
  std::string hash;
};

// A row set that owns rows and that no document declares any more.
struct AbsentSet {
  std::string database;
  std::string row_set;
};

struct JournalModeSwitch {
  std::string database;
  std::string from;  // empty: the database was not there
  std::string to;
};

struct MissedExpectation {
  std::string database;
  std::string row_set;
  std::string name;
  std::string message;
  bool checked = true;  // false: it is not known whether it is met
};

struct Report {
  bool applied = false;  // false: nothing was written, this is a plan
  bool undo = false;     // it is about a run that is taken back; no row of it is declared
  Plan plan;             // the sets of all databases, one after the other
  std::vector<DatabaseRun> runs;
  std::vector<DatabaseFailure> failures;
  std::vector<MissedExpectation> unmet;
  std::vector<JournalModeSwitch> journal_modes;
  std::vector<WaitingPlan> confirm;
  std::vector<AbsentSet> absent;
  std::string documents;  // as the command line names them, for commands that are proposed: " -f rows/"
  int exit = 0;
};

}  // namespace holdfast::agent
