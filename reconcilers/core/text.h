// Values in messages: short, on one line, harmless to a terminal.
#pragma once

#include <string>
#include <string_view>

#include "desired-state/row_table.h"

namespace holdfast {

// Text with control characters and invalid UTF-8 written as \n, \x1b…, cut after about `limit` characters.
std::string printable(std::string_view text, std::size_t limit = 60);

// The lines of what an engine says about a damaged database, with a colon between them: "*** in database main ***" is a
// heading, and loses its stars.
std::string in_one_line(std::string_view text);

// "NULL", 7, 0.45, "Trading Tips", blob of 12 bytes.
std::string describe(const Cell& cell);
inline std::string describe(ValueView value) { return describe(Cell::of(value)); }

}  // namespace holdfast
