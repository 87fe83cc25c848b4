// What one document cannot know by itself: names that are there twice, sets without a database, references and renames
// that lead nowhere. Needs no database. PURE.
#pragma once

#include "desired-state/documents.h"

namespace holdfast {

// Adds every mistake and warning; fills RowSetDocument::database_ref where it was left out and there is one Database.
void validate(DesiredState& state, Diagnostics& diagnostics);

}  // namespace holdfast
