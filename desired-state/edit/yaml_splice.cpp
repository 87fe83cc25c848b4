#include "desired-state/edit/yaml_splice.h"

#include <algorithm>

#include "desired-state/base64.h"
#include "desired-state/edit/yaml_scalar.h"

namespace holdfast::edit {
namespace {

constexpr auto npos = std::string_view::npos;

bool is_block(Style style) { return style == Style::Literal || style == Style::Folded; }

// Where the line's break begins, or the text ends.
std::size_t line_end(std::string_view text, std::size_t at) {
  const std::size_t feed = std::min(text.find('\n', at), text.size());
  return feed > at && feed < text.size() && text[feed - 1] == '\r' ? feed - 1 : feed;
}

// The break that ends the line at `at`; of the last line, the one before it.
std::string_view break_near(std::string_view text, std::size_t at) {
  std::size_t feed = text.find('\n', at);
  if (feed == npos) feed = text.rfind('\n');
  return feed != npos && feed > 0 && text[feed - 1] == '\r' ? "\r\n" : "\n";
}

// The value on one line, without tag and anchor.
std::optional<std::string> on_one_line(const NewValue& value, Style style, bool tagged, bool flow, Wish wish) {
  if (value.kind == NewValue::Kind::Null) return "null";
  if (value.kind == NewValue::Kind::Blob) {
    const std::string base64 = encode_base64(value.blob);
    if (style == Style::Single) return "'" + base64 + "'";
    return style == Style::Double || base64.empty() ? '"' + base64 + '"' : base64;
  }
  const std::optional<std::string>& plain = tagged ? value.quoted : value.bare;
  const bool plain_fits = plain && is_plain_safe(*plain, flow);
  const bool wants_plain = style == Style::Plain || style == Style::Missing || style == Style::Alias;
  if (wish == Wish::Kept && wants_plain && plain_fits) return *plain;
  if (!value.quoted) return plain_fits ? plain : std::nullopt;
  if (wish == Wish::Kept && style == Style::Single) {
    if (auto single = single_quoted(*value.quoted)) return single;
  }
  return double_quoted(*value.quoted);
}

struct Widest {
  std::size_t size = 0;
  bool folded = false;  // two lines of text follow each other
};

// The widest line of a block scalar's content.
Widest widest_line(std::string_view text, const Place& place) {
  Widest widest;
  bool before = false;
  const std::string_view content = text.substr(0, place.content_end);
  for (std::size_t feed = content.find('\n', place.content); feed != npos; feed = content.find('\n', feed + 1)) {
    const std::size_t size = line_end(content, feed + 1) - (feed + 1);
    const bool any = size > place.indent;
    if (any) widest.size = std::max(widest.size, size - place.indent);
    widest.folded = widest.folded || (before && any);
    before = any;
  }
  return widest;
}

// A block scalar with new content under its own header, whose - or + follows the text.
std::optional<std::vector<Splice>> as_block(std::string_view text, const ScalarFound& scalar, const Place& place,
                                            const BlockText& block) {
  const bool ends_text = place.content_end == text.size();
  const bool keeps = place.chomping == '+';
  if (place.indent_given && place.indent == 0) return std::nullopt;
  if (ends_text && block.line_feeds > 0) return std::nullopt;
  if (block.line_feeds > 1 && !keeps && place.blank_lines_after) return std::nullopt;

  const std::size_t indent = place.indent > 0 ? place.indent : scalar.indent + 2;
  const std::string_view there = text.substr(place.node, place.end - place.node);
  std::string header(1, there[0]);
  if (place.indent_given) header += std::to_string(indent - scalar.indent);
  if (block.line_feeds > 1 || (block.line_feeds == 1 && keeps)) header += '+';
  if (block.line_feeds == 0) header += '-';

  std::vector<Splice> splices;
  // "-2" is as good as "2-".
  if (!std::is_permutation(header.begin(), header.end(), there.begin(), there.end())) {
    splices.push_back({place.node, there.size(), header});
  }
  std::string content;
  for (const std::string& line : block.lines) {
    content += break_near(text, place.end);
    if (!line.empty()) content.append(indent, ' ').append(line);
  }
  splices.push_back({place.content, place.content_end - place.content, std::move(content)});
  return splices;
}

// Bytes on lines that are as long as those that are there.
BlockText base64_block(std::string_view text, const Place& place, const std::string& bytes) {
  const std::size_t width = std::max<std::size_t>(widest_line(text, place).size, 4);
  const std::string base64 = encode_base64(bytes);
  BlockText block;
  block.line_feeds = place.chomping == '-' ? 0 : 1;
  for (std::size_t at = 0; at < base64.size(); at += width) block.lines.push_back(base64.substr(at, width));
  return block;
}

std::optional<std::vector<Splice>> as_block(std::string_view text, const ScalarFound& scalar, const Place& place,
                                            const NewValue& value) {
  if (value.kind == NewValue::Kind::Blob) {
    if (!place.binary || value.blob.empty()) return std::nullopt;
    return as_block(text, scalar, place, base64_block(text, place, value.blob));
  }
  if (value.kind == NewValue::Kind::Null || !value.quoted || place.binary) return std::nullopt;
  const Widest widest = widest_line(text, place);
  const std::optional<BlockText> block = place.style == Style::Literal
                                             ? literal_block(*value.quoted, place.indent_given)
                                             : folded_block(*value.quoted, widest.folded ? widest.size : 0);
  return block ? as_block(text, scalar, place, *block) : std::nullopt;
}

std::string with_properties(const Place& place, const NewValue& value, const std::string& scalar) {
  std::string properties;
  if (!place.anchor.empty()) properties = place.anchor + " ";
  if (value.kind == NewValue::Kind::Blob) properties += "!!binary ";
  return properties + scalar;
}

}  // namespace

std::optional<std::vector<Splice>> replace_scalar(std::string_view text, const ScalarFound& scalar, const Place& place,
                                                  const NewValue& value, Wish wish) {
  const bool text_stays = place.tagged && value.kind == NewValue::Kind::Scalar && value.quoted;
  if (wish == Wish::Kept && is_block(place.style)) {
    if (auto block = as_block(text, scalar, place, value)) return block;
  }
  std::optional<std::string> line = on_one_line(value, place.style, text_stays, scalar.flow, wish);
  if (!line) return std::nullopt;
  std::vector<Splice> splices;
  if (text_stays) {
    splices.push_back({place.node, place.end - place.node, *std::move(line)});
  } else if (place.style == Style::Missing) {
    // Behind "key:", and where a blank leads to the brace or comma behind that.
    const std::size_t next = place.begin + 1;
    const bool gap =
        scalar.flow && next < text.size() && text[place.begin] == ' ' && (text[next] == ',' || text[next] == '}');
    splices.push_back({gap ? next : place.begin, 0, (gap ? "" : " ") + with_properties(place, value, *line)});
  } else {
    splices.push_back({place.begin, place.end - place.begin, with_properties(place, value, *line)});
  }
  if (is_block(place.style)) splices.push_back({place.content, place.content_end - place.content, {}});
  return splices;
}

std::optional<Splice> add_cell(std::string_view text, const RowFound& row, const std::optional<Place>& last,
                               const std::string& column, const NewValue& value, Wish wish) {
  const std::optional<std::string> line = on_one_line(value, Style::Plain, false, row.flow, wish);
  if (!line) return std::nullopt;
  const std::string key =
      is_plain_safe(column, true) && column.find_first_of(":# ") == npos ? column : double_quoted(column);
  const std::string pair = key + ": " + with_properties(Place{}, value, *line);
  if (!row.flow) {
    if (!last) return std::nullopt;
    return Splice{line_end(text, last->last()), 0,
                  std::string(break_near(text, last->last())) + std::string(row.indent, ' ') + pair};
  }
  if (!last) return Splice{row.at + 1, 0, pair};
  std::size_t at = last->last();
  if (last->style == Style::Missing && at < text.size() && text[at] == ' ') ++at;
  // A comma may stand behind the last cell, and comments in between.
  for (std::size_t next = at; next < text.size();) {
    const char c = text[next];
    if (c == ',') return Splice{next + 1, 0, " " + pair};
    if (c == '}') break;
    next = c == '#' ? line_end(text, next) : next + 1;
  }
  return Splice{at, 0, ", " + pair};
}

}  // namespace holdfast::edit
