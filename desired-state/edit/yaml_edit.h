// Edits cells of rows in a YAML text: a document with rows, or a file of rows. Comments, order, indentation, quotes,
// line endings and everything else stay as they are; a new value keeps the style of the old one where that can hold it,
// and is double-quoted where it cannot. PURE; any thread.
#pragma once

#include <span>
#include <string_view>

#include "desired-state/edit/edit.h"
#include "desired-state/edit/yaml_walk.h"

namespace holdfast::edit {

// The text must decode without errors. Every edit is made, or none: the edited text is read again, and what is read
// must be the same as before but for the edited cells, which hold the new values.
Edited edit_yaml(std::string_view text, std::span<const CellEdit> edits, bool rows_file);

// Where scalars of these columns stand, in rows, defaults, rules and renames, by document; for masking. What cannot be
// placed exactly is covered with more.
std::vector<Range> yaml_ranges(std::string_view text, bool rows_file,
                               const std::vector<std::pair<Mark, std::vector<std::string>>>& columns);

}  // namespace holdfast::edit
