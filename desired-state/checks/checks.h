// The parts of validate(). Each looks at one idea, adds its mistakes and knows nothing of the others. PURE.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "desired-state/documents.h"

namespace holdfast::checks {

// Names that are there twice; sets, backups and notifiers that name a Database or RowSet that is not there; URLs that
// are none. Fills database_ref where it was left out and there is one Database.
void check_names(DesiredState& state, Diagnostics& diagnostics);

// References to sets that are not there, in another database, or in a circle.
void check_references(const DesiredState& state, Diagnostics& diagnostics);

// Two sets of one table, one of which deletes what it does not name: it would delete the other's rows.
void check_tables(const DesiredState& state, Diagnostics& diagnostics);

// Columns of one set: named twice in different case, in key and initial, keys that a row lacks, an empty set that
// would empty the table.
void check_columns(const RowSetDocument& set, Diagnostics& diagnostics);

// Renames that name other columns than the key's, are there twice, go in a circle or lead nowhere.
void check_renames(const RowSetDocument& set, Diagnostics& diagnostics);

// For each key column its index in the set's rows (npos where no row names it), and its default if there is one.
struct KeyColumn {
  ColumnIndex index = RowTable::npos;
  const Scalar* fallback = nullptr;
};
std::vector<KeyColumn> key_columns(const RowSetDocument& set);

}  // namespace holdfast::checks
