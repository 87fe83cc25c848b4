#include "desired-state/edit/yaml_scalar.h"

#include <algorithm>
#include <cstdint>

namespace holdfast::edit {
namespace {

constexpr auto npos = std::string_view::npos;

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// The first character of valid UTF-8 and its length.
std::uint32_t code_point(std::string_view text, std::size_t& size) {
  const auto first = static_cast<unsigned char>(text[0]);
  size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  std::uint32_t point = size == 1 ? first : first & (0x7fU >> size);
  for (std::size_t i = 1; i < size && i < text.size(); ++i) {
    point = (point << 6) | (static_cast<unsigned char>(text[i]) & 0x3f);
  }
  return point;
}

// Controls, line separators, what changes the direction of text or is no character. Joiners stay: emoji need them.
bool must_be_escaped(std::uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point <= 0x9f) || point == 0x200b || point == 0x200e || point == 0x200f ||
         (point >= 0x2028 && point <= 0x202e) || (point >= 0x2060 && point <= 0x206f) || point == 0xfeff ||
         (point & 0xfffe) == 0xfffe;
}

// True if every character but those of `allowed` can be written as it is.
bool is_clean(std::string_view text, std::string_view allowed = {}) {
  for (std::size_t at = 0, size = 0; at < text.size(); at += size) {
    const std::uint32_t point = code_point(text.substr(at), size);
    if (must_be_escaped(point) && (size > 1 || allowed.find(text[at]) == npos)) return false;
  }
  return true;
}

bool is_null_word(std::string_view text) { return text == "~" || text == "null" || text == "Null" || text == "NULL"; }

bool begins_plain(std::string_view text) {
  const char first = text[0];
  if (first == '-' || first == '+' || first == '.') {  // a number; never a list's item or a document's end
    return text.size() > 1 && (is_alphanumeric(text[1]) || (text[1] == '.' && text.size() > 2 && text[2] != '.'));
  }
  return is_alphanumeric(first) || first == '_' || first == '/' || first == '(' || first == '$' || first == '^';
}

void append_hex(std::string& out, std::uint32_t point, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += "0123456789ABCDEF"[(point >> shift) & 15];
}

void append_escaped(std::string& out, std::uint32_t point) {
  switch (point) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  out += point <= 0xff ? "\\x" : point <= 0xffff ? "\\u" : "\\U";
  append_hex(out, point, point <= 0xff ? 2 : point <= 0xffff ? 4 : 8);
}

// The text's lines without its last line feeds, whose number is told.
std::vector<std::string_view> split_lines(std::string_view text, std::size_t& line_feeds) {
  const std::size_t last = text.find_last_not_of('\n');
  line_feeds = last == npos ? text.size() : text.size() - last - 1;
  text.remove_suffix(line_feeds);
  std::vector<std::string_view> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == npos) return lines;
    text.remove_prefix(end + 1);
  }
}

bool is_only_blanks(std::string_view line) { return !line.empty() && line.find_first_not_of(" \t") == npos; }

// Breaks a line at single blanks so that each piece is at most `width` long where that is possible.
void fold(std::string_view line, std::size_t width, std::vector<std::string>& out) {
  const auto can_break = [&](std::size_t at) {
    return at > 0 && at + 1 < line.size() && line[at] == ' ' && !is_blank(line[at - 1]) && !is_blank(line[at + 1]);
  };
  std::size_t begin = 0, last = npos;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (width > 0 && at - begin >= width && last != npos) {
      out.emplace_back(line.substr(begin, last - begin));
      begin = last + 1;
      last = npos;
    }
    if (can_break(at)) last = at;
  }
  if (width > 0 && line.size() - begin > width && last != npos) {
    out.emplace_back(line.substr(begin, last - begin));
    begin = last + 1;
  }
  out.emplace_back(line.substr(begin));
}

}  // namespace

bool is_plain_safe(std::string_view text, bool flow) {
  if (text.empty() || is_null_word(text) || !begins_plain(text) || is_blank(text.back()) || !is_clean(text)) {
    return false;
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const char next = at + 1 < text.size() ? text[at + 1] : ' ';
    if (c == '#' && at > 0 && is_blank(text[at - 1])) return false;
    if (c == ':' && is_blank(next)) return false;
    if (!flow) continue;
    if (c == ',' || c == '[' || c == ']' || c == '{' || c == '}' || c == '?') return false;
    if (c == ':' && (next == '"' || next == '\'')) return false;
  }
  return true;
}

std::optional<std::string> single_quoted(std::string_view text) {
  if (!is_clean(text)) return std::nullopt;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

std::string double_quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0, size = 0; at < text.size(); at += size) {
    const std::uint32_t point = code_point(text.substr(at), size);
    if (must_be_escaped(point)) {
      append_escaped(out, point);
    } else {
      if (point == '"' || point == '\\') out += '\\';
      out += text.substr(at, size);
    }
  }
  return out + "\"";
}

std::optional<BlockText> literal_block(std::string_view text, bool any_start) {
  BlockText block;
  if (!is_clean(text, "\n\t")) return std::nullopt;
  const std::vector<std::string_view> lines = split_lines(text, block.line_feeds);
  const auto first = std::find_if(lines.begin(), lines.end(), [](std::string_view line) { return !line.empty(); });
  if (first == lines.end() || std::any_of(lines.begin(), lines.end(), is_only_blanks)) return std::nullopt;
  if ((*first)[0] == '\t' || ((*first)[0] == ' ' && !any_start)) return std::nullopt;
  block.lines.assign(lines.begin(), lines.end());
  if (block.line_feeds > 1) block.lines.resize(block.lines.size() + block.line_feeds - 1);
  return block;
}

std::optional<BlockText> folded_block(std::string_view text, std::size_t width) {
  BlockText block;
  if (!is_clean(text, "\n")) return std::nullopt;
  const std::vector<std::string_view> lines = split_lines(text, block.line_feeds);
  if (lines.front().empty()) return std::nullopt;
  bool after_text = false;  // one line feed of two lines of text is a blank line more
  for (const std::string_view line : lines) {
    if (line.empty()) {
      block.lines.emplace_back();
      continue;
    }
    if (is_blank(line.front()) || is_blank(line.back())) return std::nullopt;
    if (after_text) block.lines.emplace_back();
    fold(line, width, block.lines);
    after_text = true;
  }
  if (block.line_feeds > 1) block.lines.resize(block.lines.size() + block.line_feeds - 1);
  return block;
}

}  // namespace holdfast::edit
