// The facts that the database itself can tell. Reads a handful of small things, whatever its size.
#pragma once

#include <span>
#include <string>

#include "reconcilers/core/store.h"
#include "reconcilers/databases/database_verdict.h"

namespace holdfast {

// `tables`: those that row sets are about. Everything but place, remembered and original_there is filled in. Damage is
// a fact; an Error means that the database could not be asked, and nothing is known.
Result<DatabaseFacts> look_at_database(Store& store, std::span<const std::string> tables);

}  // namespace holdfast
