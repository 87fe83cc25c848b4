// One document out of its tree. PURE.
#pragma once

#include "desired-state/documents.h"
#include "desired-state/fields/read_types.h"

namespace holdfast::fields {

// Adds the document to `state`, with every mistake added to the diagnostics; one whose kind cannot be told is left out.
void read_document(Reading& reading, const Node& root, DesiredState& state);

}  // namespace holdfast::fields
