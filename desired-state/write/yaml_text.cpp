#include "desired-state/write/yaml_text.h"

#include <algorithm>
#include <array>

#include "desired-state/base64.h"
#include "desired-state/text_check.h"

namespace holdfast::writing {
namespace {

constexpr std::size_t widest_line = 120;
constexpr std::size_t longest_key = 1000;  // YAML takes 1,024 characters up to the colon
constexpr std::string_view hex = "0123456789abcdef";

struct Character {
  char32_t code = 0;
  std::size_t size = 1;
  bool sound = true;  // false: a byte that is no UTF-8
};

Character first_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (text.size() < size || find_bad_text(text.substr(0, size))) return {first, 1, false};
  char32_t code = first & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) code = code << 6 | (byte(i) & 0x3fU);
  return {code, size, true};
}

// Characters that break a line, reverse or hide text, or that a reader may take away or for something else.
bool must_be_escaped(char32_t code) {
  struct Range {
    char32_t first, last;
  };
  static constexpr std::array<Range, 9> ranges = {{{0x00, 0x1f},
                                                   {0x7f, 0x9f},
                                                   {0xad, 0xad},
                                                   {0x61c, 0x61c},
                                                   {0x200b, 0x200f},
                                                   {0x2028, 0x202e},
                                                   {0x2060, 0x206f},
                                                   {0xfff9, 0xfffb},
                                                   {0xe0000, 0xe0fff}}};
  if (code == 0xfeff || (code & 0xfffe) == 0xfffe) return true;
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return code >= range.first && code <= range.last; });
}

void append_hex(std::string& out, char32_t code, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += hex[(code >> shift) & 15];
}

void append_escape(std::string& out, char32_t code) {
  switch (code) {
    case '\n': out += "\\n"; return;
    case '\t': out += "\\t"; return;
    case '\r': out += "\\r"; return;
    default: break;
  }
  out += code < 0x100 ? "\\x" : code < 0x10000 ? "\\u" : "\\U";
  append_hex(out, code, code < 0x100 ? 2 : code < 0x10000 ? 4 : 8);
}

void append_escaped(std::string& out, std::string_view text, bool in_quotes) {
  while (!text.empty()) {
    const Character one = first_of(text);
    if (!one.sound || must_be_escaped(one.code)) {
      append_escape(out, one.code);
    } else {
      if (in_quotes && (one.code == '"' || one.code == '\\')) out += '\\';
      out += text.substr(0, one.size);
    }
    text.remove_prefix(one.size);
  }
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// YAML 1.1's words for truth and nothing, in any case: readers differ about them.
bool means_something(std::string_view text) {
  if (text.size() > 5) return false;
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  static constexpr std::array<std::string_view, 9> words = {"null", "true", "false", "yes", "no",
                                                            "on",   "off",  "y",     "n"};
  return std::find(words.begin(), words.end(), lower) != words.end();
}

bool is_word(std::string_view text) {
  if (text.empty() || !is_letter(text.front()) || means_something(text)) return false;
  const auto plain = [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  return std::all_of(text.begin(), text.end(), plain);
}

bool fits_a_literal(std::string_view text) {
  if (text.empty() || text.front() == ' ' || text.front() == '\n' || text.front() == '\t' || text.back() != '\n') {
    return false;
  }
  if (text.size() > 1 && text[text.size() - 2] == '\n') return false;  // more than one line break at the end
  if (!can_be_text(text)) return false;
  for (std::string_view rest = text; !rest.empty();) {
    const Character one = first_of(rest);
    if (one.code != '\n' && one.code != '\t' && must_be_escaped(one.code)) return false;
    rest.remove_prefix(one.size);
  }
  return true;
}

}  // namespace

bool can_be_text(std::string_view text) { return !find_bad_text(text); }

bool can_be_column(std::string_view name) {
  return !name.empty() && can_be_text(name) && word(name).size() <= longest_key;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text, true);
  out += '"';
}

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

std::string word(std::string_view text) { return is_word(text) ? std::string(text) : quoted(text); }

std::string word_list(const std::vector<std::string>& words, std::size_t indent, std::size_t used) {
  std::string line = "[";
  for (const std::string& one : words) line += (line.size() > 1 ? ", " : "") + word(one);
  line += ']';
  if (used + line.size() <= widest_line) return " " + line;
  std::string lines;
  for (const std::string& one : words) lines += "\n" + std::string(indent + 2, ' ') + "- " + word(one);
  return lines;
}

void append_cell(std::string& out, const Cell& cell) {
  switch (cell.kind) {
    case CellKind::Text: append_quoted(out, cell.bytes); return;
    case CellKind::Plain: out += cell.bytes; return;
    case CellKind::Blob:
      out += "!!binary \"";
      out += encode_base64(cell.bytes);
      out += '"';
      return;
    default: out += "null";
  }
}

void append_comment(std::string& out, std::size_t indent, std::string_view text) {
  std::string escaped;
  append_escaped(escaped, text, false);
  const std::string start = std::string(indent, ' ') + "#";
  for (std::string_view rest = escaped; !rest.empty();) {
    const std::size_t room = widest_line - start.size() - 1;
    std::size_t end = rest.size();
    if (end > room) {
      end = rest.rfind(' ', room);
      if (end == std::string_view::npos || end == 0) end = std::min(rest.find(' ', 1), rest.size());
    }
    out += start;
    out += ' ';
    out += rest.substr(0, end);
    out += '\n';
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

void append_block(std::string& out, std::size_t indent, std::string_view text) {
  if (!fits_a_literal(text)) {
    out += ' ';
    append_quoted(out, text);
    out += '\n';
    return;
  }
  out += " |\n";
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end > 0) out.append(indent + 2, ' ').append(text.substr(0, end));
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

}  // namespace holdfast::writing
