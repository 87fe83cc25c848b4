// Which live rows are ours: inserted by us, or found as declared (adopted). Remembered in the database, so that it
// outlives the documents: a row that leaves them can be told from one that was never in them.
//
// One thread. Errors are the store's.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "reconcilers/core/plan.h"
#include "reconcilers/rows/run_marks.h"
#include "reconcilers/rows/set_state.h"

namespace holdfast {

// True of a live row that another set of the run declares.
using DeclaredElsewhere = std::function<bool(const RowImage&)>;

// Adds to the plan what left the documents: rows that we own, that are still there, and that nothing declares any more
// (class removed). Nothing where policy.removed is Keep, or where the set never owned any.
Result<void> plan_removed(Store& store, const State& state, const SetState& set, const SetMarks& marks,
                          const DeclaredElsewhere& elsewhere, SetPlan& plan);

// A row set whose document is gone, with what it owns: such rows are not deleted as another set's extras.
struct AbsentSet {
  std::string name;
  std::string table;  // in lower case
  std::vector<std::string> key;
  std::unordered_set<std::string> owned;
  bool owns(const Table& table, const RowImage& row) const;
};
Result<std::vector<AbsentSet>> read_absent_sets(Store& store, const State& state,
                                                const std::map<std::string, SetMarks>& marks, const Plan& plan);

// After a run: declared rows that are there become owned; owned rows that are gone, or that are another set's by now,
// are forgotten. `marks` are brought up to date and not written. Nothing is read or written when nothing has changed
// since the last time.
Result<void> take_ownership(Store& store, const Schema& schema, const State& state, const SetState& set,
                            const SetPlan& plan, const DeclaredElsewhere& elsewhere, SetMarks& marks);

// Forgets that a set owns, or that its table has, the rows with these keys (as the journal has them): before an undo
// deletes them, so that a row that somebody else makes under such a key is never taken for one of ours. Several short
// transactions.
Result<void> disown_keys(Store& store, const State& state, const std::string& row_set,
                         const std::unordered_set<std::string>& keys);

// The other way round, for rows of `set`'s table that an undo has put back. Nothing where the set is about another
// table by now, or its keys are made of other columns.
Result<void> own_keys(Store& store, const State& state, const BoundSet& set, std::vector<std::string> keys);

// Forgets that a set owns rows; how many.
Result<std::uint64_t> disown(Transaction& transaction, const State& state, const std::string& row_set);

}  // namespace holdfast
