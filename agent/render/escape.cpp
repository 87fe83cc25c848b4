#include "agent/render/escape.h"

#include <algorithm>

#include "agent/render/utf8.h"
#include "desired-state/base64.h"

namespace holdfast::agent {
namespace {

void append_hex(std::string& out, std::string_view prefix, std::uint32_t number, std::size_t digits) {
  constexpr std::string_view alphabet = "0123456789abcdef";
  out += prefix;
  for (std::size_t left = digits; left-- > 0;) out += alphabet[(number >> (4 * left)) & 0xF];
}

void append_escape(std::string& out, const CodePoint& point) {
  if (point.value == '\n') {
    out += "\\n";
  } else if (point.value == '\r') {
    out += "\\r";
  } else if (point.value == '\t') {
    out += "\\t";
  } else if (!point.valid || point.value < 0x80) {
    append_hex(out, "\\x", point.value, 2);
  } else if (point.value <= 0xFFFF) {
    append_hex(out, "\\u", point.value, 4);
  } else {
    append_hex(out, "\\U", point.value, 8);
  }
}

void append_printable(std::string& out, std::string_view bytes, bool inside_quotes) {
  while (!bytes.empty()) {
    const CodePoint point = first_code_point(bytes);
    if (!point.valid || is_hostile(point.value)) {
      append_escape(out, point);
    } else {
      if (inside_quotes && (point.value == '"' || point.value == '\\')) out += '\\';
      out += bytes.substr(0, point.size);
    }
    bytes.remove_prefix(point.size);
  }
}

// Byte by byte, so that nothing depends on how a shell reads characters.
std::string in_dollar_quotes(std::string_view word) {
  std::string out = "$'";
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\') {
      out += {'\\', c};
    } else if (byte >= 0x20 && byte < 0x7F) {
      out += c;
    } else {
      append_hex(out, "\\x", byte, 2);
    }
  }
  return out + "'";
}

}  // namespace

std::string printable(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  append_printable(out, bytes, false);
  return out;
}

std::string in_quotes(std::string_view bytes) {
  std::string out = "\"";
  out.reserve(bytes.size() + 2);
  append_printable(out, bytes, true);
  return out += '"';
}

std::string markdown_text(std::string_view text) {
  // Entities, because a backslash does not reliably protect a pipe in a table cell, and because '@', '#', ':' and '$'
  // mean people, issues, emoji and formulas to the sites that show pull requests.
  constexpr std::string_view special = "&<>\"'|`\\*_[]()~@#!:$+{}";
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool web_address = c == '.' && at > 0 && (text[at - 1] == 'w' || text[at - 1] == 'W');  // "www." makes a link
    if (special.find(c) != std::string_view::npos || web_address) {
      out += "&#" + std::to_string(static_cast<unsigned char>(c)) + ";";
    } else {
      out += c;
    }
  }
  return out;
}

std::string markdown_code(std::string_view text) { return "<code>" + markdown_text(text) + "</code>"; }

std::string quoted_for_shell(std::string_view word) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@%+,=-";
  if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos) return std::string(word);
  if (printable(word) != word) return in_dollar_quotes(word);
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string base64(std::string_view bytes) { return encode_base64(bytes); }

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string counted(std::uint64_t number, std::string_view noun) {
  return grouped(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

}  // namespace holdfast::agent
