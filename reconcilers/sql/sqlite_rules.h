// What SQLite stores for what somebody wrote: type affinity, STRICT types and booleans (docs/documents.md, "Values").
// Proven against SQLite itself by a property test. PURE and stateless.
#pragma once

#include <string_view>

#include "reconcilers/core/value_rules.h"

namespace holdfast::sql {

const ValueRules& sqlite_rules();

// The affinity of a declared type, by SQLite's five rules in their order; "" has none (Blob).
Affinity affinity_of(std::string_view declared_type);

// BOOL and BOOLEAN, in any case.
bool is_boolean(std::string_view declared_type);

}  // namespace holdfast::sql
