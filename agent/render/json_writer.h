// JSON written piece by piece, without a tree in memory. PURE but for the Sink.
//
// A container is laid out over lines or within one. Nothing is checked that the code itself does not get wrong: the
// caller pairs begin and end and gives every member of an object a key.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/render/sink.h"
#include "desired-state/row_table.h"

namespace holdfast::agent {

class JsonWriter {
 public:
  explicit JsonWriter(Sink& out) : out_(out) {}
  ~JsonWriter() { flush(); }
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  enum class Layout : std::uint8_t { Lines, Inline };
  void begin_object(Layout layout = Layout::Lines) { begin('{', layout); }
  void end_object() { end('}'); }
  void begin_array(Layout layout = Layout::Lines) { begin('[', layout); }
  void end_array() { end(']'); }
  void key(std::string_view name);

  // Text of our own or names: bytes that are not UTF-8 become U+FFFD. Characters that could steer a terminal are
  // written as \u escapes, which read back as themselves.
  void string(std::string_view text);
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void null() { raw("null"); }
  void number(std::uint64_t value) { raw(std::to_string(value)); }  // counts; never beyond 2^53

  // A value of a row: integers beyond 2^53 and Inf as strings, blobs and text that is not UTF-8 as {"base64": "…"}.
  void cell(const Cell& cell);

  // Ends the document with a line feed and hands everything on.
  void finish();

 private:
  struct Level {
    Layout layout;
    bool empty = true;
  };
  void begin(char bracket, Layout layout);
  void end(char bracket);
  void raw(std::string_view text);
  void separate();  // before an element
  void new_line();
  void append_string(std::string_view text);
  void flush();
  void flush_if_full();

  Sink& out_;
  std::string buffer_;
  std::vector<Level> levels_;
  bool after_key_ = false;
};

}  // namespace holdfast::agent
