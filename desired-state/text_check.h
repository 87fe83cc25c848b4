// What no text of ours may hold: invalid UTF-8, NUL, and in YAML the control characters that YAML forbids.
// Checked before parsing, since parsers replace, drop or stop at such bytes without a word. PURE; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "desired-state/diagnostic.h"

namespace holdfast {

struct TextFault {
  std::size_t offset = 0;  // of the first bad byte
  std::string message;
  std::string hint;
};

// The first byte that is no UTF-8 or NUL; several GB/s on ASCII.
std::optional<TextFault> find_bad_text(std::string_view text);
// The same and control characters other than tab, line feed and carriage return.
std::optional<TextFault> find_bad_yaml_text(std::string_view text);

// The text without a leading byte order mark.
std::string_view without_byte_order_mark(std::string_view text);

// The place of an offset in a text; slow, for messages.
Mark mark_at(std::string_view text, std::size_t offset);

}  // namespace holdfast
