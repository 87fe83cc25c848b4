#include "agent/render/utf8.h"

#include <cstdint>

namespace holdfast::agent {

CodePoint first_code_point(std::string_view bytes) {
  const auto at = [&](std::size_t index) { return static_cast<std::uint8_t>(bytes[index]); };
  const std::uint8_t lead = at(0);
  const CodePoint bad{lead, 1, false};
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || bytes.size() < size) return bad;
  char32_t value = lead & (0x7Fu >> size);
  for (std::size_t index = 1; index < size; ++index) {
    if ((at(index) & 0xC0) != 0x80) return bad;
    value = (value << 6) | (at(index) & 0x3Fu);
  }
  const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
  if (overlong || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return bad;
  return {value, size, true};
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const CodePoint point = first_code_point(bytes);
    if (!point.valid) return false;
    bytes.remove_prefix(point.size);
  }
  return true;
}

std::size_t count_characters(std::string_view bytes) {
  std::size_t count = 0;
  for (; !bytes.empty(); ++count) bytes.remove_prefix(first_code_point(bytes).size);
  return count;
}

bool is_hostile(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) ||  // C0, DEL, C1
         code == 0xAD || code == 0x61C || code == 0x180E || (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF ||
         (code >= 0xFFF9 && code <= 0xFFFB) || (code >= 0xE0000 && code <= 0xE007F);
}

}  // namespace holdfast::agent
