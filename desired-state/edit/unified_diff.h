// What edits changed, as lines of a unified diff. PURE; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "desired-state/edit/edit.h"

namespace holdfast::edit {

struct DiffLine {
  enum class Kind : std::uint8_t { File, Hunk, Context, Removed, Added, NoLineFeed };
  Kind kind = Kind::Context;
  std::string text;  // with the sign in front, without the line's end
  friend bool operator==(const DiffLine&, const DiffLine&) = default;
};

// One side of a diff: a text and the ranges of it that must not be shown (sorted; they may overlap).
struct DiffSide {
  std::string_view text;
  std::vector<Range> masked;
};

// `splices` turn `before` into `after`; sorted. Three lines of context. Masked ranges are shown as ***, on each line
// that they touch; a line whose masked part alone has changed is still shown as changed. No splice: no lines.
std::vector<DiffLine> unified_diff(const std::string& file, const DiffSide& before, const DiffSide& after,
                                   std::span<const Splice> splices);

// All lines, each ended by a line feed.
std::string to_text(const std::vector<DiffLine>& lines);

// The text with its ranges masked; it has as many lines as before.
std::string masked(std::string_view text, std::span<const Range> ranges);

}  // namespace holdfast::edit
