// Edits members of the objects of an NDJSON text: only the member's value is replaced. PURE; any thread.
#pragma once

#include <span>
#include <string_view>

#include "desired-state/edit/edit.h"

namespace holdfast::edit {

// The text must be one that the NDJSON reader takes. All edits are made or none, and the edited text is read again: it
// must have the same rows but for the edited members.
Edited edit_ndjson(std::string_view text, std::span<const CellEdit> edits);

// The values of these members in all rows, for masking.
std::vector<Range> ndjson_ranges(std::string_view text, const std::vector<std::string>& columns);

}  // namespace holdfast::edit
