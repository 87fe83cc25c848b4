#include "agent/render/json_writer.h"

#include <cmath>

#include "agent/render/escape.h"
#include "agent/render/utf8.h"
#include "agent/render/value_text.h"

namespace holdfast::agent {
namespace {

constexpr std::size_t buffer_bytes = 32 * 1024;
constexpr std::int64_t exact_integer = std::int64_t{1} << 53;  // beyond it a double, and so JavaScript, loses digits

void append_unicode_escape(std::string& out, std::uint32_t unit) {
  constexpr std::string_view alphabet = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += alphabet[(unit >> shift) & 0xF];
}

}  // namespace

void JsonWriter::begin(char bracket, Layout layout) {
  separate();
  buffer_ += bracket;
  levels_.push_back({layout});
}

void JsonWriter::end(char bracket) {
  const Level level = levels_.back();
  levels_.pop_back();
  if (level.layout == Layout::Lines && !level.empty) new_line();
  buffer_ += bracket;
  flush_if_full();
}

void JsonWriter::key(std::string_view name) {
  separate();
  append_string(name);
  buffer_ += ": ";
  after_key_ = true;
}

void JsonWriter::string(std::string_view text) {
  separate();
  append_string(text);
}

void JsonWriter::cell(const Cell& cell) {
  const ValueView value = cell.value();
  switch (cell.kind) {
    case CellKind::Integer:
      if (cell.number > exact_integer || cell.number < -exact_integer) return string(std::to_string(cell.number));
      return raw(std::to_string(cell.number));
    case CellKind::Real:
      if (!std::isfinite(value.real())) return string(real_text(value.real()));
      return raw(real_text(value.real()));
    case CellKind::Text:
    case CellKind::Plain:
    case CellKind::Bare:
      if (is_utf8(cell.bytes)) return string(cell.bytes);
      [[fallthrough]];
    case CellKind::Blob:
      begin_object(Layout::Inline);
      key("base64");
      string(base64(cell.bytes));
      return end_object();
    case CellKind::Absent:
    case CellKind::Null:
    case CellKind::Pending: break;
  }
  null();
}

void JsonWriter::finish() {
  buffer_ += '\n';
  flush();
}

void JsonWriter::raw(std::string_view text) {
  separate();
  buffer_ += text;
}

void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (levels_.empty()) return;
  Level& level = levels_.back();
  if (!level.empty) buffer_ += level.layout == Layout::Lines ? "," : ", ";
  level.empty = false;
  if (level.layout == Layout::Lines) new_line();
}

void JsonWriter::new_line() {
  buffer_ += '\n';
  buffer_.append(2 * levels_.size(), ' ');
}

void JsonWriter::append_string(std::string_view text) {
  buffer_ += '"';
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (!point.valid) {
      buffer_ += "\\ufffd";
    } else if (point.value == '"' || point.value == '\\') {
      buffer_ += '\\';
      buffer_ += text[0];
    } else if (point.value == '\n') {
      buffer_ += "\\n";
    } else if (is_hostile(point.value) && point.value > 0xFFFF) {
      append_unicode_escape(buffer_, 0xD800u + ((point.value - 0x10000u) >> 10));
      append_unicode_escape(buffer_, 0xDC00u + ((point.value - 0x10000u) & 0x3FFu));
    } else if (is_hostile(point.value)) {
      append_unicode_escape(buffer_, point.value);
    } else {
      buffer_ += text.substr(0, point.size);
    }
    text.remove_prefix(point.size);
  }
  buffer_ += '"';
}

void JsonWriter::flush() {
  if (buffer_.empty()) return;
  out_.write(buffer_);
  buffer_.clear();
}

void JsonWriter::flush_if_full() {
  if (buffer_.size() >= buffer_bytes) flush();
}

}  // namespace holdfast::agent
