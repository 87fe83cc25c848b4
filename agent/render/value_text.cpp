#include "agent/render/value_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "agent/render/escape.h"
#include "agent/render/utf8.h"

namespace holdfast::agent {
namespace {

bool is_text(CellKind kind) { return kind == CellKind::Text || kind == CellKind::Plain || kind == CellKind::Bare; }

// Cutting less than this would save nothing: saying that something was cut takes as much room.
constexpr std::size_t slack = 16;

// The length in bytes of the first `characters` code points.
std::size_t prefix_bytes(std::string_view bytes, std::size_t characters) {
  std::size_t at = 0;
  while (characters-- > 0 && at < bytes.size()) at += first_code_point(bytes.substr(at)).size;
  return at;
}

// How much of a text is shown: all of it, or its first `limit` characters.
std::size_t shown_bytes(std::string_view bytes, std::size_t limit) {
  return prefix_bytes(bytes, limit + slack) == bytes.size() ? bytes.size() : prefix_bytes(bytes, limit);
}

// Text from byte `from` on. An ellipsis outside the quotes stands for what is left out.
std::string text_from(std::string_view bytes, std::size_t from, std::size_t limit) {
  const std::string_view rest = bytes.substr(from);
  const std::size_t shown = shown_bytes(rest, limit);
  std::string out = (from > 0 ? "…" : "") + in_quotes(rest.substr(0, shown));
  if (shown < rest.size()) out += "…";
  if (from > 0 || shown < rest.size()) out += " (" + counted(count_characters(bytes), "character") + ")";
  return out;
}

std::string blob_text(std::string_view bytes, std::size_t limit) {
  constexpr std::string_view alphabet = "0123456789abcdef";
  const std::size_t shown = std::min(bytes.size(), limit / 2);
  std::string out = "x'";
  for (const char c : bytes.substr(0, shown)) {
    const auto byte = static_cast<unsigned char>(c);
    out += alphabet[byte >> 4];
    out += alphabet[byte & 0xF];
  }
  out += "'";
  if (shown < bytes.size()) out += "… (" + counted(bytes.size(), "byte") + ")";
  return out;
}

// Where to begin so that the first difference of two texts is seen: on a code point's boundary in both.
std::size_t window_start(std::string_view a, std::string_view b, std::size_t limit) {
  constexpr std::size_t context = 12;  // characters shown before the difference
  std::size_t same = 0, characters = 0;
  while (same < a.size() && same < b.size()) {
    const CodePoint left = first_code_point(a.substr(same));
    if (a.substr(same, left.size) != b.substr(same, left.size)) break;
    same += left.size;
    ++characters;
  }
  if (characters < limit * 2 / 3) return 0;
  return prefix_bytes(a, characters - context);
}

}  // namespace

std::string real_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Inf" : "-Inf";
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  std::string text(digits, end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string value_text(const Cell& cell, std::size_t limit) {
  switch (cell.kind) {
    case CellKind::Absent: return "(not named)";
    case CellKind::Null: return "null";
    case CellKind::Integer: return std::to_string(cell.number);
    case CellKind::Real: return real_text(cell.value().real());
    case CellKind::Blob: return blob_text(cell.bytes, limit);
    case CellKind::Pending: return "(a row still to be inserted)";
    case CellKind::Text:
    case CellKind::Plain:
    case CellKind::Bare: break;
  }
  return text_from(cell.bytes, 0, limit);
}

std::pair<std::string, std::string> value_texts(const Cell& before, const Cell& after, std::size_t limit) {
  const auto fits = [&](const Cell& cell) { return shown_bytes(cell.bytes, limit) == cell.bytes.size(); };
  if (!is_text(before.kind) || !is_text(after.kind) || (fits(before) && fits(after))) {
    return {value_text(before, limit), value_text(after, limit)};
  }
  const std::size_t from = window_start(before.bytes, after.bytes, limit);
  return {text_from(before.bytes, from, limit), text_from(after.bytes, from, limit)};
}

}  // namespace holdfast::agent
