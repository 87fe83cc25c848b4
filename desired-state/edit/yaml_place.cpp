#include "desired-state/edit/yaml_place.h"

#include <algorithm>

#include "desired-state/base64.h"
#include "desired-state/yaml/source_scan.h"

namespace holdfast::edit {
namespace {

constexpr auto npos = std::string_view::npos;

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_break(char c) { return c == '\n' || c == '\r'; }
bool ends_word(char c) {
  return is_blank(c) || is_break(c) || c == ',' || c == '[' || c == ']' || c == '{' || c == '}';
}

class Source {
 public:
  explicit Source(std::string_view text) : text_(text) {}

  char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\n'; }
  std::size_t size() const { return text_.size(); }
  std::size_t skip_blanks(std::size_t at) const {
    while (at < text_.size() && is_blank(text_[at])) ++at;
    return at;
  }
  std::size_t word_end(std::size_t at) const {
    while (at < text_.size() && !ends_word(text_[at])) ++at;
    return at;
  }
  // Where the line's break begins, or the text ends.
  std::size_t line_end(std::size_t at) const {
    const std::size_t feed = std::min(text_.find('\n', at), text_.size());
    return feed > at && feed < text_.size() && text_[feed - 1] == '\r' ? feed - 1 : feed;
  }
  // Behind the break at `at`; the same offset where there is none.
  std::size_t behind_break(std::size_t at) const {
    if (at >= text_.size()) return at;
    if (text_[at] == '\r' && at + 1 < text_.size() && text_[at + 1] == '\n') return at + 2;
    return text_[at] == '\n' ? at + 1 : at;
  }
  std::string_view part(std::size_t begin, std::size_t end) const { return text_.substr(begin, end - begin); }

 private:
  std::string_view text_;
};

// Follows a plain scalar through its lines: a blank of the value may be a line break of the source, and each line feed
// is a blank line there. The end, or npos where source and value part.
std::size_t follow_plain(const Source& source, std::size_t at, std::string_view value) {
  for (std::size_t i = 0; i < value.size();) {
    std::size_t wanted = 0;  // breaks
    if (value[i] == '\n') {
      while (i < value.size() && value[i] == '\n') ++i, ++wanted;
      ++wanted;
    } else if (value[i] == ' ' && is_break(source.at(source.skip_blanks(at)))) {
      ++i;
      wanted = 1;
    }
    if (wanted == 0) {
      if (at >= source.size() || source.at(at) != value[i]) return npos;
      ++at, ++i;
      continue;
    }
    for (at = source.skip_blanks(at); wanted > 0; --wanted) {
      const std::size_t next = source.behind_break(at);
      if (next == at) return npos;
      at = source.skip_blanks(next);
    }
  }
  return at;
}

// Tag and anchor, on the line of the node itself.
bool read_properties(const Source& source, Place& place) {
  place.node = place.begin;
  while (source.at(place.node) == '!' || source.at(place.node) == '&') {
    const std::size_t end = source.word_end(place.node);
    const std::string_view word = source.part(place.node, end);
    if (word[0] == '&') {
      place.anchor = word;
    } else {
      place.binary = word == "!!binary";
      place.tagged = !place.binary;
    }
    place.node = source.skip_blanks(end);
    if (is_break(source.at(place.node)) || source.at(place.node) == '#') return false;
  }
  return true;
}

bool is_all_blank(std::string_view line) { return line.find_first_not_of(" \t") == npos; }

// The lines of a block scalar's content, and whether they spell the value.
bool read_content(const Source& source, const ScalarFound& scalar, std::size_t given, Place& place) {
  place.content = place.content_end = source.line_end(place.end);
  std::size_t end = place.content;  // of the last line that may belong to it
  place.indent = given > 0 ? scalar.indent + given : 0;
  std::string literal;
  std::size_t pending = 0;  // blank lines that belong to it only if text follows
  bool any = false;
  for (std::size_t at = source.behind_break(place.content); at > end && at <= source.size();) {
    const std::size_t line_end = source.line_end(at);
    const std::string_view line = source.part(at, line_end);
    const std::size_t blanks = std::min(line.find_first_not_of(' '), line.size());
    const bool blank = is_all_blank(line);
    if (blank && line_end == source.size()) break;  // the end of the text
    if (!blank) {
      if (place.indent == 0 && blanks > scalar.indent) place.indent = blanks;
      if (place.indent == 0 || blanks < place.indent) break;
    }
    const bool spaces = blank && place.indent > 0 && line.size() > place.indent;  // more than indentation: is text
    if (blank && !spaces) {
      ++pending;
    } else {
      literal.append(pending + (any ? 1 : 0), '\n');
      literal += line.substr(place.indent);
      pending = 0;
      any = true;
      place.content_end = line_end;
    }
    end = line_end;
    at = source.behind_break(line_end);
  }
  const bool last_line_ended = place.content_end < source.size();
  if (place.chomping == '+') {
    literal.append(pending, '\n');
    if (any && last_line_ended) literal += '\n';
    place.content_end = end;
  } else {
    place.blank_lines_after = pending > 0;
    if (any && last_line_ended && place.chomping == 0) literal += '\n';
  }
  if (place.binary) return decode_base64(literal) == scalar.text;
  return place.style == Style::Folded || literal == scalar.text;
}

bool read_block(const Source& source, const ScalarFound& scalar, Place& place) {
  place.style = source.at(place.node) == '|' ? Style::Literal : Style::Folded;
  std::size_t given = 0;
  std::size_t at = place.node + 1;
  for (; at < source.size() && !is_blank(source.at(at)) && !is_break(source.at(at)); ++at) {
    const char c = source.at(at);
    if (c == '-' || c == '+') {
      place.chomping = c;
    } else if (c >= '1' && c <= '9') {
      given = static_cast<std::size_t>(c - '0');
    } else {
      return false;
    }
  }
  place.end = at;
  place.indent_given = given > 0;
  at = source.skip_blanks(at);
  if (!is_break(source.at(at)) && source.at(at) != '#') return false;
  return read_content(source, scalar, given, place);
}

std::optional<Place> missing(std::string_view text, const ScalarFound& scalar) {
  const yaml::SourceScan scan(text);
  std::size_t at = scan.skip_properties(scalar.key_at);
  at = scan.is_quote(at) ? scan.after_quoted(at) : at + scalar.key.size();
  if (at == npos || !scan.has_colon(at)) return std::nullopt;
  Place place;
  place.style = Style::Missing;
  place.begin = place.node = place.end = text.find(':', at) + 1;
  return place;
}

bool read_plain(const Source& source, std::string_view text, const ScalarFound& scalar, Place& place) {
  place.style = Style::Plain;
  if (scalar.cell == CellKind::Null) {
    place.end = place.node + yaml::SourceScan(text).written_null(place.node).size();
    return place.end > place.node;
  }
  if (place.binary) {
    place.end = source.word_end(place.node);
    const std::size_t next = source.skip_blanks(place.end);
    const char c = source.at(next);
    const bool ended = is_break(c) || c == '#' || (scalar.flow && (c == ',' || c == '}'));
    return ended && decode_base64(source.part(place.node, place.end)) == scalar.text;
  }
  place.end = follow_plain(source, place.node, scalar.text);
  return place.end != npos && place.end > place.node;
}

}  // namespace

std::optional<Place> place_of(std::string_view text, const ScalarFound& scalar) {
  if (scalar.implied) return missing(text, scalar);
  const Source source(text);
  Place place;
  place.begin = place.node = scalar.at;
  if (source.at(scalar.at) == '*') {
    place.style = Style::Alias;
    place.end = source.word_end(scalar.at);
    return place;
  }
  if (!read_properties(source, place)) return std::nullopt;
  const char first = source.at(place.node);
  if (first == '"' || first == '\'') {
    place.style = first == '"' ? Style::Double : Style::Single;
    place.end = yaml::SourceScan(text).after_quoted(place.node);
    return place.end == npos ? std::nullopt : std::optional(place);
  }
  if (!scalar.flow && (first == '|' || first == '>')) {
    return read_block(source, scalar, place) ? std::optional(place) : std::nullopt;
  }
  return read_plain(source, text, scalar, place) ? std::optional(place) : std::nullopt;
}

}  // namespace holdfast::edit
