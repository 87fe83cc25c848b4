#include "reconcilers/core/text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace holdfast {
namespace {

// The length of the well-formed UTF-8 sequence that starts here, or 0. C1 controls count as malformed.
std::size_t sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  const std::size_t size = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first >= 0x80 && (first < 0xc2 || first > 0xf4)) return 0;
  if (text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  if (size == 2 && first == 0xc2 && byte(1) < 0xa0) return 0;
  if (size == 3 && ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f))) return 0;
  if (size == 4 && ((first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f))) return 0;
  return size;
}

// Characters that reorder or hide text on a terminal: bidirectional controls, line separators, zero widths.
bool misleading(std::string_view one) {
  if (one.size() != 3 || one[0] != '\xe2') return one == "\xef\xbb\xbf";
  const auto second = static_cast<unsigned char>(one[1]);
  const auto third = static_cast<unsigned char>(one[2]);
  return (second == 0x80 && ((third >= 0x8b && third <= 0x8f) || (third >= 0xa8 && third <= 0xae))) ||
         (second == 0x81 && third >= 0xa0 && third <= 0xaf);
}

void append_escaped(std::string& out, char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  switch (c) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: out += std::string("\\x") + digits[byte >> 4] + digits[byte & 15];
  }
}

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == limit) return out + "…";
    const std::size_t size = sequence(text);
    const std::string_view one = text.substr(0, size == 0 ? 1 : size);
    const auto first = static_cast<unsigned char>(one[0]);
    if (size == 0 || first < 0x20 || first == 0x7f || misleading(one)) {
      for (const char c : one) append_escaped(out, c);
    } else {
      out += one;
    }
    text.remove_prefix(one.size());
  }
  return out;
}

std::string in_one_line(std::string_view text) {
  std::string all;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with("*** ")) line.remove_prefix(4);
    if (line.ends_with(" ***")) line.remove_suffix(4);
    if (!line.empty()) all.append(all.empty() ? "" : ": ").append(line);
  }
  return all;
}

std::string describe(const Cell& cell) {
  std::array<char, 32> buffer;
  switch (cell.kind) {
    case CellKind::Absent:
    case CellKind::Null: return "NULL";
    case CellKind::Integer: return std::to_string(cell.number);
    case CellKind::Real: {
      const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), cell.value().real());
      return {buffer.data(), end.ptr};
    }
    case CellKind::Blob: return "blob of " + std::to_string(cell.bytes.size()) + " bytes";
    case CellKind::Pending: return "(known after the insert)";
    case CellKind::Text:
    case CellKind::Plain:
    case CellKind::Bare: break;
  }
  return '"' + printable(cell.bytes) + '"';
}

}  // namespace holdfast
