// NDJSON: one object a line, blank lines allowed. Strings are text; numbers, true and false keep their spelling and are
// resolved by their column, so that no digit is lost; null is NULL. Nested values are errors.
//
// Boost.JSON parses a line at a time where it stands in the piece; only a line that is cut by the end of a piece is
// kept.
#include <boost/json/basic_parser_impl.hpp>

#include <cstring>
#include <utility>

#include "desired-state/quote_text.h"
#include "desired-state/rows/row_reader.h"
#include "desired-state/text_check.h"
#include "desired-state/yaml/row_builder.h"

namespace holdfast {
namespace {

namespace json = boost::json;

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r") == std::string_view::npos; }

// Takes the parser's events of one line. Boost hands strings as views of the line where it can, without their offsets;
// `offset_` follows, so that each cell knows its column.
class LineHandler {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  explicit LineHandler(RowTable& table) : columns_(table), table_(table) {}

  struct Problem {
    std::size_t offset = 0;
    std::string message;
    std::string hint;
  };

  void begin(std::string_view line) {
    line_ = line;
    offset_ = 0;
    depth_ = 0;
    problem_.reset();
    for (const ColumnIndex column : touched_) cells_[column] = Cell{};
    touched_.clear();
    unescaped_.clear();
    unescaped_cells_.clear();  // of a line that was refused
    part_.clear();
    in_parts_ = false;
    columns_.new_row();
  }

  std::optional<Problem>& problem() { return problem_; }
  std::size_t size() const { return touched_.size(); }

  // The row's cells by column; valid until the next line.
  std::span<const Cell> cells() {
    for (const auto& [column, begin, size] : unescaped_cells_) {
      cells_[column].bytes = std::string_view(unescaped_).substr(begin, size);
    }
    unescaped_cells_.clear();
    return cells_;
  }
  std::span<const Mark> marks(std::uint32_t line) {
    for (const ColumnIndex column : touched_) marks_[column].line = line;
    return marks_;
  }

  // --- the parser's events
  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code& code) { return open('{', code); }
  bool on_array_begin(json::error_code& code) { return open('[', code); }
  bool on_object_end(std::size_t, json::error_code&) { return true; }
  bool on_array_end(std::size_t, json::error_code&) { return true; }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  bool on_key_part(json::string_view text, std::size_t, json::error_code&) { return keep_part(text); }
  bool on_string_part(json::string_view text, std::size_t, json::error_code&) { return keep_part(text); }
  bool on_number_part(json::string_view text, json::error_code&) { return keep_part(text); }

  bool on_key(json::string_view last, std::size_t, json::error_code& code) {
    const std::size_t at = start();
    const std::string_view name = whole(last);
    end_string(at, name);
    if (name.empty()) return fail(at, "the name of a column is empty", {}, code);
    if (name.find('\0') != std::string_view::npos)
      return fail(at, "the name of a column has a NUL character", {}, code);
    column_ = columns_.find(name);
    if (column_ == RowTable::npos) {
      return fail(at, "the rows name more than " + std::to_string(most_columns) + " columns", {}, code);
    }
    if (cells_.size() <= column_) {
      cells_.resize(column_ + 1);
      marks_.resize(column_ + 1);
    }
    if (cells_[column_].present()) return fail(at, duplicate_column(name), {}, code);
    reset_part();
    return true;
  }

  bool on_string(json::string_view last, std::size_t, json::error_code& code) {
    const std::size_t at = start();
    const std::string_view text = whole(last);
    end_string(at, text);
    if (!in_line(text) && text.find('\0') != std::string_view::npos) {
      return fail(at, "the text has a NUL character (\\u0000)", "write the row in YAML, with !!binary and base64",
                  code);
    }
    return put(CellKind::Text, at, text, code);
  }

  bool on_int64(std::int64_t, json::string_view last, json::error_code& code) { return number(last, code); }
  bool on_uint64(std::uint64_t, json::string_view last, json::error_code& code) { return number(last, code); }
  bool on_double(double, json::string_view last, json::error_code& code) { return number(last, code); }
  bool on_bool(bool value, json::error_code& code) { return literal(CellKind::Plain, value ? "true" : "false", code); }
  bool on_null(json::error_code& code) { return literal(CellKind::Null, "null", code); }

 private:
  struct Unescaped {
    ColumnIndex column;
    std::size_t begin, size;
  };

  bool fail(std::size_t offset, std::string message, std::string hint, json::error_code& code) {
    problem_ = Problem{offset, std::move(message), std::move(hint)};
    code = json::error::syntax;
    return false;
  }

  bool open(char bracket, json::error_code& code) {
    const std::size_t at = start();
    if (depth_++ == 0) {
      if (bracket == '[') return fail(at, "a line must be an object, not an array", {}, code);
      offset_ = at + 1;
      return true;
    }
    const std::string name = table_.columns()[column_];
    return fail(
        at, "column " + quote_text(name) + " must be a single value, not an " + (bracket == '{' ? "object" : "array"),
        "write JSON as a string", code);
  }

  bool number(std::string_view last, json::error_code& code) {
    const std::size_t at = start();
    const std::string_view text = whole(last);
    offset_ = at + text.size();
    return put(CellKind::Plain, at, text, code);
  }

  bool literal(CellKind kind, std::string_view text, json::error_code& code) {
    const std::size_t at = start();
    offset_ = at + text.size();
    return put(kind, at, text, code);
  }

  bool put(CellKind kind, std::size_t at, std::string_view text, json::error_code& code) {
    if (depth_ == 0) return fail(at, "a line must be an object, not a single value", {}, code);
    cells_[column_] = {kind, 0, {}};
    marks_[column_].column = static_cast<std::uint32_t>(at) + 1;
    touched_.push_back(column_);
    if (kind != CellKind::Null) {
      if (in_line(text) || kind == CellKind::Plain) {
        cells_[column_].bytes = in_line(text) ? text : line_.substr(at, text.size());
      } else {
        unescaped_cells_.push_back({column_, unescaped_.size(), text.size()});
        unescaped_ += text;
      }
    }
    reset_part();
    return true;
  }

  // Where the next token begins: behind blanks, commas and colons.
  std::size_t start() {
    while (offset_ < line_.size() && std::strchr(" \t\r,:", line_[offset_]) != nullptr) ++offset_;
    return offset_;
  }

  void end_string(std::size_t at, std::string_view text) {
    if (in_line(text)) {
      offset_ = static_cast<std::size_t>(text.data() - line_.data()) + text.size() + 1;
      return;
    }
    for (offset_ = at + 1; offset_ < line_.size() && line_[offset_] != '"'; ++offset_) {
      if (line_[offset_] == '\\') ++offset_;
    }
    ++offset_;
  }

  bool in_line(std::string_view text) const {
    return text.data() >= line_.data() && text.data() + text.size() <= line_.data() + line_.size();
  }

  bool keep_part(std::string_view text) {
    in_parts_ = true;
    part_ += text;
    return true;
  }
  std::string_view whole(std::string_view last) {
    if (!in_parts_) return last;
    part_ += last;
    return part_;
  }
  void reset_part() {
    in_parts_ = false;
    part_.clear();
  }

  ColumnFinder columns_;
  RowTable& table_;
  std::string_view line_;
  std::size_t offset_ = 0;
  std::size_t depth_ = 0;
  ColumnIndex column_ = 0;
  std::vector<Cell> cells_;
  std::vector<Mark> marks_;
  std::vector<ColumnIndex> touched_;
  std::vector<Unescaped> unescaped_cells_;
  std::string unescaped_;
  std::string part_;
  bool in_parts_ = false;
  std::optional<Problem> problem_;
};

class NdjsonReader : public RowReader {
 public:
  NdjsonReader(RowSink sink, const RowReaderLimits& limits)
      : sink_(std::move(sink)), limits_(limits), parser_(json::parse_options{}, sink_.table) {
    sink_.table.set_file(sink_.file);
  }

  bool feed(std::string_view piece) override {
    while (!stopped_ && !piece.empty()) {
      const std::size_t end = piece.find('\n');
      if (end == std::string_view::npos) {
        carry_ += piece;
        break;
      }
      if (carry_.empty()) {
        line(piece.substr(0, end));
      } else {
        carry_ += piece.substr(0, end);
        line(carry_);
        carry_.clear();
      }
      piece.remove_prefix(end + 1);
    }
    if (!stopped_ && carry_.size() > limits_.row_bytes) {
      stop({number_ + 1, 1}, "the line is longer than " + std::to_string(limits_.row_bytes >> 20) + " MiB");
    }
    return !stopped_;
  }

  void finish() override {
    if (!stopped_ && !carry_.empty()) line(carry_);
  }

 private:
  void error(Mark mark, std::string message, std::string hint = {}) {
    sink_.diagnostics.error({sink_.file, mark}, std::move(message), std::move(hint));
  }
  void stop(Mark mark, std::string message, std::string hint = {}) {
    error(mark, std::move(message), std::move(hint));
    stopped_ = true;
  }

  void line(std::string_view text) {
    if (++number_ == 1) text = without_byte_order_mark(text);
    if (is_blank(text)) return;
    LineHandler& handler = parser_.handler();
    handler.begin(text);
    parser_.reset();
    json::error_code code;
    const std::size_t used = parser_.write_some(false, text.data(), text.size(), code);
    if (code) {
      explain(text, used, code);
    } else if (!is_blank(text.substr(used))) {
      const std::size_t rest = text.find_first_not_of(" \t\r", used);
      error({number_, static_cast<std::uint32_t>(rest) + 1}, "there is text after the object", "one object a line");
    } else if (handler.size() > sink_.cells) {
      stop({number_, 1}, "there are more cells in all rows than Holdfast takes");
    } else {
      sink_.cells -= handler.size();
      const std::span<const Cell> cells = handler.cells();
      sink_.table.append_row({number_, 1}, cells, handler.marks(number_));
    }
  }

  void explain(std::string_view text, std::size_t used, const json::error_code& code) {
    if (auto& problem = parser_.handler().problem()) {
      error({number_, static_cast<std::uint32_t>(problem->offset) + 1}, problem->message, problem->hint);
    } else if (const auto fault = find_bad_text(text)) {
      stop({number_, static_cast<std::uint32_t>(fault->offset) + 1}, fault->message, fault->hint);
    } else if (code == json::error::incomplete) {
      error({number_, static_cast<std::uint32_t>(text.size()) + 1}, "the object is not complete",
            "one object a line, each on one line");
    } else {
      error({number_, static_cast<std::uint32_t>(used) + 1}, "this is not JSON: " + code.message());
    }
  }

  RowSink sink_;
  RowReaderLimits limits_;
  json::basic_parser<LineHandler> parser_;
  std::string carry_;  // a line that the next piece goes on with
  bool stopped_ = false;
  std::uint32_t number_ = 0;  // of the line under way
};

}  // namespace

std::unique_ptr<RowReader> ndjson_reader(RowSink sink, const RowReaderLimits& limits) {
  return std::make_unique<NdjsonReader>(std::move(sink), limits);
}

}  // namespace holdfast
