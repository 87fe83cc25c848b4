// Edits fields of a CSV text: only the field itself is replaced; its quotes stay, or come where they are needed. PURE;
// any thread.
#pragma once

#include <span>
#include <string_view>

#include "desired-state/edit/edit.h"

namespace holdfast::edit {

// The text must be one that the CSV reader takes. All edits are made or none, and the edited text is read again: it
// must have the same rows but for the edited fields. A column that the header lacks cannot be added.
Edited edit_csv(std::string_view text, std::span<const CellEdit> edits);

// The fields of these columns in all rows, for masking.
std::vector<Range> csv_ranges(std::string_view text, const std::vector<std::string>& columns);

}  // namespace holdfast::edit
