#include "desired-state/yaml/source_scan.h"

#include <algorithm>

namespace holdfast::yaml {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_break(char c) { return c == '\n' || c == '\r'; }
bool ends_word(char c) {
  return is_blank(c) || is_break(c) || c == ',' || c == '[' || c == ']' || c == '{' || c == '}';
}

}  // namespace

std::size_t SourceScan::skip_to_node(std::size_t at) const {
  while (at < text_.size()) {
    if (is_blank(text_[at]) || is_break(text_[at])) {
      ++at;
    } else if (text_[at] == '#') {
      at = std::min(text_.find('\n', at), text_.size());
    } else {
      break;
    }
  }
  return at;
}

std::size_t SourceScan::skip_properties(std::size_t at) const {
  while (at < text_.size() && (text_[at] == '!' || text_[at] == '&')) {
    if (text_.substr(at, 2) == "!<") at = std::min(text_.find('>', at), text_.size());
    while (at < text_.size() && !ends_word(text_[at])) ++at;
    at = skip_to_node(at);
  }
  return at;
}

bool SourceScan::has_plain_anchor(std::size_t at) const {
  while (at < text_.size() && text_[at] == '!') {
    while (at < text_.size() && !ends_word(text_[at])) ++at;
    at = skip_to_node(at);
  }
  if (at >= text_.size() || text_[at] != '&') return false;
  for (++at; at < text_.size() && !ends_word(text_[at]); ++at) {
    const char c = text_[at];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') return false;
  }
  return true;
}

std::size_t SourceScan::after_quoted(std::size_t at) const {
  const char quote = text_[at];
  for (++at; at < text_.size(); ++at) {
    if (quote == '"' && text_[at] == '\\') {
      ++at;
    } else if (text_[at] == quote) {
      if (quote == '"' || at + 1 == text_.size() || text_[at + 1] != quote) return at + 1;
      ++at;  // '' inside single quotes
    }
  }
  return npos;
}

bool SourceScan::has_colon(std::size_t at) const {
  while (at < text_.size() && is_blank(text_[at])) ++at;
  return at < text_.size() && text_[at] == ':';
}

std::string_view SourceScan::written_null(std::size_t at) const {
  for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
    if (!spells(at, word)) continue;
    const std::size_t end = at + word.size();
    if (end == text_.size() || ends_word(text_[end]) || text_[end] == ':') return text_.substr(at, word.size());
  }
  return {};
}

bool SourceScan::starts_document(std::size_t at) const {
  if (spells(at, "---")) return true;
  // Back over blank lines, comments and directives to the line that ended the document before.
  std::size_t end = at == 0 ? npos : text_.rfind('\n', at - 1);
  if (at > 0 && text_[at - 1] == '\n') end = at - 1;
  while (end != npos) {
    const std::size_t before = end == 0 ? npos : text_.rfind('\n', end - 1);
    const std::size_t begin = before == npos ? 0 : before + 1;
    const std::string_view line = text_.substr(begin, end - begin);
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first != npos && line[first] != '#' && line[0] != '%') return line.substr(0, 3) == "...";
    end = before;
  }
  return true;  // nothing came before
}

std::size_t SourceScan::misplaced_directive() const {
  for (std::size_t at = text_.substr(0, 1) == "%" ? 0 : text_.find("\n%"); at != npos; at = text_.find("\n%", at + 1)) {
    const std::size_t line = text_[at] == '%' ? at : at + 1;
    if (!starts_document(line)) return line;
  }
  return npos;
}

std::size_t SourceScan::indenting_tab(std::size_t line) const {
  std::size_t begin = 0;
  for (; line > 1 && begin < text_.size(); --line) {
    begin = std::min(text_.find('\n', begin), text_.size() - 1) + 1;
  }
  const std::size_t first = std::min(text_.find_first_not_of(" \t", begin), text_.size());
  const std::size_t tab = text_.find('\t', begin);
  return tab < first && !is_break(text_[first]) && text_[first] != '#' ? tab : npos;
}

}  // namespace holdfast::yaml
