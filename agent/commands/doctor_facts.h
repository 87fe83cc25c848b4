// What a store tells for `holdfast doctor`. Reads only, for some seconds at most; gives way to writers.
#pragma once

#include <span>

#include "agent/core/doctor/store_facts.h"
#include "desired-state/documents.h"
#include "reconcilers/core/clock.h"
#include "reconcilers/core/store.h"
#include "reconcilers/databases/surroundings.h"

namespace holdfast::agent {

// `sets`: those of this database. `surroundings` may be null: then there is no verdict.
doctor::StoreFacts ask_store(Result<std::unique_ptr<Store>>& store, const DatabaseDocument& database,
                             std::span<const RowSetDocument* const> sets, Surroundings* surroundings,
                             const Clock& clock);

}  // namespace holdfast::agent
