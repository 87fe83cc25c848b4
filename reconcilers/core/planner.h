// From findings to changes: what each drift class means under the set's mode and policy. PURE; every function is total.
// Whether rows that refer to a deleted one allow it is asked elsewhere (reconcilers/rows/dependents.h), since that
// needs the database.
#pragma once

#include <optional>

#include "reconcilers/core/diff.h"
#include "reconcilers/core/plan.h"

namespace holdfast {

// A declared row that no live row is.
Change plan_missing(const BoundSet& set, std::uint32_t declared);

// A declared row whose primary key another live row has: it cannot be inserted.
Change plan_occupied(const BoundSet& set, std::uint32_t declared, RowImage occupant);

// A declared row and the live row that it is. Nothing when they agree, or when the policy is Ignore.
std::optional<Change> plan_found(const BoundSet& set, std::uint32_t declared, RowImage live);

// One of several live rows of a declared one, and not the one that counts.
Change plan_duplicate(const BoundSet& set, std::uint32_t declared, RowImage live);

Change plan_forbidden(const BoundSet& set, std::size_t rule, RowImage live);
// A row that left the documents and is still there.
Change plan_removed_row(const BoundSet& set, RowImage live);
Change plan_extra(const BoundSet& set, RowImage live);

// True if the declared row names the whole primary key of its table.
bool declares_identity(const BoundSet& set, std::uint32_t declared);

}  // namespace holdfast
