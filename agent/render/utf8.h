// Reading UTF-8 that may be anything at all. PURE.
#pragma once

#include <cstddef>
#include <string_view>

namespace holdfast::agent {

struct CodePoint {
  char32_t value = 0;    // the byte itself when it is not valid
  std::size_t size = 1;  // bytes taken
  bool valid = true;
};

// The code point at the start of `bytes`, which must not be empty. Overlong forms and surrogates are not valid.
CodePoint first_code_point(std::string_view bytes);

bool is_utf8(std::string_view bytes);
// Code points, a byte that is not valid counted as one.
std::size_t count_characters(std::string_view bytes);

// True for what could steer a terminal, break a line, hide text or turn its direction: control characters, line and
// paragraph separators, bidirectional marks, zero-width characters, tags.
bool is_hostile(char32_t code_point);

}  // namespace holdfast::agent
