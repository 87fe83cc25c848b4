// Rows as CSV, as files of rows are read (docs/documents.md): texts in quotes, numbers bare, NULL as nothing. PURE.
#pragma once

#include "desired-state/write/rows.h"

namespace holdfast::writing {

// False for what CSV has no way to say: a blob, a column that one row names and another does not, a row that is longer
// than the reader takes.
bool fits_csv(const std::vector<Cell>& cells);

// The header and all rows; each of them fits.
void write_csv(const Rows& rows, const TextOut& out);

}  // namespace holdfast::writing
