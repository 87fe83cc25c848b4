// The part of a run that comes after its sets are bound: setup, journal mode, plan, guard, changes, and what follows
// from them. Shared by a single run (database_reconciler.h) and by runs that are made again and again
// (standing_reconciler.h).
//
// One thread. Errors are the store's; what was committed before one is in the report, whose `error` is then set
// instead.
#pragma once

#include <optional>

#include "reconcilers/rows/database_reconciler.h"

namespace holdfast {

// `report.run` is the id that the journal writes. Mistakes go to `diagnostics`, and nothing is written then.
Result<void> apply_bound(Store& store, const ReconcilerOptions& options, const DatabaseDocument& database,
                         DatabaseRun& run, Diagnostics& diagnostics, RunReport& report);

// What would become of the journal mode; nothing where it stays.
Result<std::optional<JournalSwitch>> journal_switch(Store& store, const DatabaseDocument& database);

// The changes are committed by then: an error of the bookkeeping must not read as if they were not.
Error after_the_changes(Error error);

}  // namespace holdfast
