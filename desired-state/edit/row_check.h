// Reads an edited file of rows again and compares it, cell by cell, with what was read before. PURE.
#pragma once

#include <span>
#include <string_view>

#include "desired-state/edit/edit.h"

namespace holdfast::edit {

// `file`: a name with the extension that says how the text is read. Empty when the edited text reads as it should;
// otherwise the first edit that does not, or edits.size() when something else has changed.
std::optional<std::size_t> check_rows(std::string_view file, std::string_view before, std::string_view after,
                                      std::span<const CellEdit> edits);

}  // namespace holdfast::edit
