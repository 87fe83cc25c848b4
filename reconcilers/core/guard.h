// Delete budgets: over the limit, every delete of that set in this run waits for a person. PURE.
#pragma once

#include "reconcilers/core/plan.h"

namespace holdfast {

// Blocks all planned deletes of `plan` (reason budget) when there are more than its limits allow: `deletes` rows, and
// from 100 live rows on `deletePercent` of them, with those of the run's earlier rounds. True if they may go on.
bool guard_deletes(SetPlan& plan);

// The same for the rows that would go with them: `dependentDeletes`.
bool guard_dependents(SetPlan& plan);

}  // namespace holdfast
