// Runs one expectation's query: read-only whatever it says (TRAPS 11), one number, bounded in time.
#pragma once

#include "reconcilers/stores/sqlite/connection.h"

namespace holdfast::stores {

Result<ExpectationResult> run_expectation(Connection& connection, const Expectation& expectation);

}  // namespace holdfast::stores
