// One value spelled as a YAML scalar of a given style, where that style can hold it. Stricter than YAML itself: what
// another reader could take for something else is refused, and the caller falls back to double quotes. PURE.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::edit {

// True if the text stands for itself without quotes: in braces or brackets when `flow`, else behind a block key.
bool is_plain_safe(std::string_view text, bool flow);

// Nothing where the text needs an escape or more than one line.
std::optional<std::string> single_quoted(std::string_view text);
// Any valid UTF-8, on one line; what could end a line, steer a terminal or hide is escaped.
std::string double_quoted(std::string_view text);

// The lines of a block scalar without their indentation; blank lines are empty.
struct BlockText {
  std::size_t line_feeds = 0;      // that the text ends with; the header's - or + says so
  std::vector<std::string> lines;  // those for the last line feeds beyond the first included
};
// `any_start`: the header gives the indentation, so that the first line may begin with a blank.
std::optional<BlockText> literal_block(std::string_view text, bool any_start);
// Lines are folded at blanks where they are longer than `width`; 0: they are not.
std::optional<BlockText> folded_block(std::string_view text, std::size_t width);

}  // namespace holdfast::edit
