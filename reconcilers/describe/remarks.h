// Sentences about a described set, for the comments of its document. PURE.
#pragma once

#include <string>
#include <vector>

#include "reconcilers/core/schema.h"
#include "reconcilers/describe/column_roles.h"
#include "reconcilers/describe/declared_rows.h"

namespace holdfast {

// "1 row", "1,234 rows"
std::string counted_rows(std::size_t rows);

// What refers to the rows and follows them when one is deleted; empty when nothing does.
std::string dependents_remark(const Table& table);

// "Left out of the rows: created_at (kept by the application); …", and how many rows and values no document can say.
std::vector<std::string> left_out_remarks(const Table& table, const std::vector<ColumnRole>& roles,
                                          const DeclaredRows::Sorting& sorting);

}  // namespace holdfast
