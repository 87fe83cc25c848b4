#include "desired-state/text_check.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace holdfast {
namespace {

// The length of the well-formed sequence that starts here, or 0. Overlong forms, surrogates and what lies beyond
// U+10FFFF are not well-formed.
std::size_t sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  if (first == 0xe0 && byte(1) < 0xa0) return 0;
  if (first == 0xed && byte(1) > 0x9f) return 0;
  if (first == 0xf0 && byte(1) < 0x90) return 0;
  if (first == 0xf4 && byte(1) > 0x8f) return 0;
  return size;
}

// The offset of the next byte that is NUL or not ASCII.
std::size_t skip_ascii(std::string_view text, std::size_t at) {
  constexpr std::uint64_t ones = 0x0101010101010101U, highs = 0x8080808080808080U;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    if (((word | (word - ones)) & highs) != 0) break;
  }
  while (at < text.size() && text[at] > 0) ++at;
  return at;
}

TextFault describe_fault(std::string_view text, std::size_t at) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte == 0) return {at, "the text has a NUL byte", "is this a text file?"};
  const std::string shown = std::string("0x") + digits[byte >> 4] + digits[byte & 15];
  if (byte >= 0x80) return {at, "the text is not valid UTF-8 (byte " + shown + ")", "save the file as UTF-8"};
  return {at, "the text has a control character (byte " + shown + ")",
          "inside double quotes write it as \\x" + shown.substr(2)};
}

}  // namespace

std::optional<TextFault> find_bad_text(std::string_view text) {
  for (std::size_t at = skip_ascii(text, 0); at < text.size(); at = skip_ascii(text, at)) {
    const std::size_t size = text[at] == '\0' ? 0 : sequence(text.substr(at));
    if (size == 0) return describe_fault(text, at);
    at += size;
  }
  return std::nullopt;
}

std::optional<TextFault> find_bad_yaml_text(std::string_view text) {
  std::optional<TextFault> fault = find_bad_text(text);
  const std::string_view sound = text.substr(0, fault ? fault->offset : text.size());
  const auto found = std::find_if(sound.begin(), sound.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\t' && c != '\r') || byte == 0x7f;
  });
  if (found != sound.end()) fault = describe_fault(text, static_cast<std::size_t>(found - sound.begin()));
  return fault;
}

std::string_view without_byte_order_mark(std::string_view text) {
  if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3);
  return text;
}

Mark mark_at(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto lines = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t start = before.rfind('\n');
  const std::size_t column = start == std::string_view::npos ? before.size() : before.size() - start - 1;
  return {lines + 1, static_cast<std::uint32_t>(column) + 1};
}

}  // namespace holdfast
