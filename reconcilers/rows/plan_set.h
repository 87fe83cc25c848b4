// Reads one set's table, compares and plans: the read half of the cycle for one set. Takes no write lock.
#pragma once

#include <span>

#include "reconcilers/rows/run_context.h"

namespace holdfast {

// Fills `plan` and `state` for the set `index`. `state.set` is resolved already. `watch`: table columns whose live
// values other sets refer to. True if the rows moved while they were read, so that the plan may be incomplete: read
// again.
Result<bool> plan_set(Store& store, SetState& state, SetPlan& plan, const ColumnList& watch, const Progress& progress);

}  // namespace holdfast
