// Values as people read them: text in quotes, numbers as they are, null, x'…' for bytes. PURE.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "desired-state/row_table.h"

namespace holdfast::agent {

inline constexpr std::size_t shown_characters = 60;  // of a long value in text and Markdown; JSON has it whole
inline constexpr const char* mask = "***";           // what stands for a sensitive value

// The shortest digits that read back as the same number, always recognizable as a real: 1.0, 1e+300, Inf.
std::string real_text(double number);

// One line, printable, at most about `limit` characters; what is cut says how long it is.
std::string value_text(const Cell& cell, std::size_t limit = shown_characters);

// Two values side by side. Long texts that begin alike are shown from shortly before the first difference.
std::pair<std::string, std::string> value_texts(const Cell& before, const Cell& after,
                                                std::size_t limit = shown_characters);

}  // namespace holdfast::agent
