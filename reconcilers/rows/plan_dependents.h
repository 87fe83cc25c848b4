// After every set is planned: what each change does to the rows that refer to its row, rows that other sets declare,
// and the budgets. Takes no write lock.
#pragma once

#include "reconcilers/rows/run_context.h"

namespace holdfast {

Result<void> plan_dependents(RunContext& context);

}  // namespace holdfast
