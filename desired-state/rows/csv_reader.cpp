// CSV by RFC 4180. The header row names the columns; an unquoted empty field is NULL, "" is empty text; a quoted field
// is text, an unquoted one is resolved by its column. Lines end with LF or CRLF; empty lines are skipped.
//
// Rows are found in the piece itself; only one that is cut by the end of a piece is kept until the next comes.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

#include "desired-state/nearest.h"
#include "desired-state/quote_text.h"
#include "desired-state/rows/row_reader.h"
#include "desired-state/text_check.h"
#include "desired-state/yaml/row_builder.h"

namespace holdfast {
namespace {

constexpr std::size_t npos = std::string_view::npos;

std::uint64_t zero_bytes(std::uint64_t word) { return (word - 0x0101010101010101U) & ~word & 0x8080808080808080U; }

// The next comma, quote, LF or CR; the text's size if there is none. Eight bytes at a time: fields are short.
std::size_t find_special(std::string_view text, std::size_t at) {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  if constexpr (std::endian::native == std::endian::little) {
    for (; at + 8 <= text.size(); at += 8) {
      std::uint64_t word;
      std::memcpy(&word, text.data() + at, 8);
      const std::uint64_t found = zero_bytes(word ^ (ones * ',')) | zero_bytes(word ^ (ones * '"')) |
                                  zero_bytes(word ^ (ones * '\n')) | zero_bytes(word ^ (ones * '\r'));
      if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
    }
  }
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == ',' || c == '"' || c == '\n' || c == '\r') break;
  }
  return at;
}

std::size_t find_quote(std::string_view text, std::size_t at) {
  const void* found = at < text.size() ? std::memchr(text.data() + at, '"', text.size() - at) : nullptr;
  return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) : npos;
}

class CsvReader : public RowReader {
 public:
  CsvReader(RowSink sink, const RowReaderLimits& limits) : sink_(std::move(sink)), limits_(limits) {
    sink_.table.set_file(sink_.file);
  }

  bool feed(std::string_view piece) override {
    if (first_piece_) piece = take_byte_order_mark(piece);
    while (!stopped_ && !carry_.empty() && !piece.empty()) {
      // At least as much as is kept already, up to a line's end: a long row is not parsed anew for each line of it.
      const std::size_t least = std::min(carry_.size(), piece.size()) - 1;
      const std::size_t end = piece.find('\n', least);
      const std::size_t taken = end == npos ? piece.size() : end + 1;
      carry_ += piece.substr(0, taken);
      piece.remove_prefix(taken);
      carry_.erase(0, parse(carry_, false));
      check_length();
    }
    if (stopped_ || piece.empty()) return !stopped_;
    const std::size_t used = parse(piece, false);
    if (!stopped_) carry_.assign(piece.substr(used));
    check_length();
    return !stopped_;
  }

  void finish() override {
    if (first_piece_) carry_ = without_byte_order_mark(carry_);
    if (!carry_.empty()) carry_.erase(0, parse(carry_, true));
    if (!stopped_ && columns_.empty())
      error({}, "the file is empty", "a CSV file begins with the names of its columns");
  }

 private:
  struct Field {
    std::size_t begin = 0, size = 0;  // in the row's text, without quotes
    bool quoted = false;
    bool escaped = false;  // has "" in it
    Mark mark;
  };
  enum class Step { Row, Blank, Bad, Incomplete };

  void error(Mark mark, std::string message, std::string hint = {}) {
    sink_.diagnostics.error({sink_.file, mark}, std::move(message), std::move(hint));
  }
  void stop(Mark mark, std::string message, std::string hint = {}) {
    error(mark, std::move(message), std::move(hint));
    stopped_ = true;
  }

  // The mark may be cut by the end of a piece.
  std::string_view take_byte_order_mark(std::string_view piece) {
    constexpr std::size_t mark_bytes = 3;
    if (carry_.size() + piece.size() < mark_bytes) {
      carry_ += piece;
      return {};
    }
    first_piece_ = false;
    if (!carry_.empty()) {
      joined_ = std::exchange(carry_, {}) + std::string(piece);
      piece = joined_;
    }
    return without_byte_order_mark(piece);
  }

  void check_length() {
    if (!stopped_ && carry_.size() > limits_.row_bytes) {
      stop({line_, 1}, "the row is longer than " + std::to_string(limits_.row_bytes >> 20) + " MiB",
           "is a quote not closed?");
    }
  }

  // Reads the whole rows of a text that begins with one; returns how much of it is used up. `last`: no more comes.
  std::size_t parse(std::string_view text, bool last) {
    const std::size_t checked = last ? text.size() : text.rfind('\n') + 1;  // npos + 1 is 0
    const auto fault = find_bad_text(text.substr(0, checked));
    const std::size_t good = !fault ? text.size() : fault->offset == 0 ? 0 : text.rfind('\n', fault->offset - 1) + 1;
    const std::size_t used = parse_rows(text.substr(0, good), last && !fault);
    if (fault && !stopped_) {
      const Mark inside = mark_at(text.substr(used), fault->offset - used);
      stop({line_ + inside.line - 1, inside.column}, fault->message, fault->hint);
    }
    return used;
  }

  std::size_t parse_rows(std::string_view text, bool last) {
    std::size_t at = 0;
    while (at < text.size() && !stopped_) {
      std::size_t end = at;
      const std::uint32_t line = line_;
      const Step step = row(text, end, last);
      if (step == Step::Incomplete) {
        line_ = line;
        return at;
      }
      if (step == Step::Row) take_row(text, line);
      if (step == Step::Bad) {
        error(problem_.position.mark, problem_.message, problem_.hint);
        stopped_ = stopped_ || columns_.empty();  // without a header nothing has a name
      }
      at = end;
    }
    return at;
  }

  // One row from `at`, which moves behind it.
  Step row(std::string_view text, std::size_t& at, bool last) {
    fields_.clear();
    std::size_t line_start = at;
    while (true) {
      Field field;
      field.mark = {line_, static_cast<std::uint32_t>(at - line_start) + 1};
      if (at < text.size() && text[at] == '"') {
        const Step step = quoted_field(text, at, line_start, field, last);
        if (step != Step::Row) return step;
      } else {
        field.begin = at;
        at = find_special(text, at);
        field.size = at - field.begin;
      }
      fields_.push_back(field);
      if (at == text.size()) return last ? ended() : Step::Incomplete;
      if (text[at] == ',') {
        ++at;
        continue;
      }
      if (text[at] == '\n') {
        ++at;
        ++line_;
        return ended();
      }
      if (text[at] == '\r' && at + 1 == text.size() && !last) return Step::Incomplete;
      if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') {
        at += 2;
        ++line_;
        return ended();
      }
      return misplaced(text, at, line_start, field, last);
    }
  }

  Step ended() const {
    return fields_.size() == 1 && fields_[0].size == 0 && !fields_[0].quoted ? Step::Blank : Step::Row;
  }

  // From the opening quote to behind the closing one.
  Step quoted_field(std::string_view text, std::size_t& at, std::size_t& line_start, Field& field, bool last) {
    field.quoted = true;
    field.begin = ++at;
    while (true) {
      const std::size_t quote = find_quote(text, at);
      if (quote == npos || (quote + 1 == text.size() && !last)) {
        if (!last) return Step::Incomplete;
        at = text.size();
        return bad(field.mark, "the quote that begins here is not closed", {});
      }
      at = quote + 1;
      if (at == text.size() || text[at] != '"') break;
      field.escaped = true;
      ++at;
    }
    field.size = at - 1 - field.begin;
    for (std::size_t i = text.find('\n', field.begin); i < at; i = text.find('\n', i + 1)) {
      ++line_;
      line_start = i + 1;
    }
    return Step::Row;
  }

  // Something after a closing quote, a quote inside of an unquoted field, or a lone CR; the line is passed over.
  Step misplaced(std::string_view text, std::size_t& at, std::size_t line_start, const Field& field, bool last) {
    const Mark mark{line_, static_cast<std::uint32_t>(at - line_start) + 1};
    const char found = text[at];
    const std::size_t end = text.find('\n', at);
    if (end == npos && !last) return Step::Incomplete;
    at = end == npos ? text.size() : end + 1;
    ++line_;
    if (field.quoted)
      return bad(mark, "there is text after the closing quote", "a quote inside of quotes is written twice");
    if (found == '\r') return bad(mark, "there is a carriage return without a line feed", "end lines with LF or CRLF");
    return bad(mark, "there is a quote inside of an unquoted field", "quote the whole field and write the quote twice");
  }

  Step bad(Mark mark, std::string message, std::string hint) {
    problem_ = {Diagnostic::Severity::Error, {sink_.file, mark}, std::move(message), std::move(hint)};
    return Step::Bad;
  }

  void take_row(std::string_view text, std::uint32_t line) {
    if (columns_.empty()) {
      take_header(text);
      return;
    }
    if (fields_.size() != columns_.size()) {
      const bool more = fields_.size() > columns_.size();
      const std::string fields = std::to_string(fields_.size()) + (fields_.size() == 1 ? " field" : " fields");
      error({line, 1}, "the row has " + fields + ", the header " + std::to_string(columns_.size()),
            more ? "quote a value that has a comma" : "NULL is written as nothing between two commas");
      return;
    }
    if (sink_.cells < fields_.size()) {
      stop({line, 1}, "there are more cells in all rows than Holdfast takes");
      return;
    }
    sink_.cells -= fields_.size();
    std::size_t escaped = 0;
    for (const Field& field : fields_) escaped += field.escaped ? field.size : 0;
    unescaped_.clear();
    unescaped_.reserve(escaped);
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      const Field& field = fields_[i];
      Cell& cell = cells_[columns_[i]];
      cell.kind = field.quoted ? CellKind::Text : field.size == 0 ? CellKind::Null : CellKind::Bare;
      cell.bytes =
          field.escaped ? unescape(text.substr(field.begin, field.size)) : text.substr(field.begin, field.size);
      marks_[columns_[i]] = field.mark;
    }
    sink_.table.append_row({line, 1}, cells_, marks_);
  }

  // Views into `unescaped_` stay good: it has room for the row.
  std::string_view unescape(std::string_view text) {
    const std::size_t begin = unescaped_.size();
    while (true) {
      const std::size_t quote = find_quote(text, 0);
      unescaped_ += text.substr(0, quote == npos ? npos : quote + 1);
      if (quote == npos) break;
      text.remove_prefix(quote + 2);
    }
    return std::string_view(unescaped_).substr(begin);
  }

  // What spreadsheets of some countries put instead of a comma; no column is called like that.
  static std::string_view other_separator(const std::vector<std::string>& names) {
    if (names.size() != 1) return {};
    if (names.front().find('\t') != std::string::npos) return "a tab";
    return names.front().find(';') != std::string::npos ? "a semicolon" : "";
  }

  void take_header(std::string_view text) {
    std::vector<std::string> names;
    for (const Field& field : fields_) {
      std::string name(text.substr(field.begin, field.size));
      if (field.escaped) {
        unescaped_.clear();
        name = unescape(name);
      }
      if (name.empty()) stop(field.mark, "column " + std::to_string(names.size() + 1) + " of the header has no name");
      const auto same = [&](const std::string& other) { return same_ascii_name(other, name); };
      if (!name.empty() && std::any_of(names.begin(), names.end(), same)) {
        stop(field.mark, "column " + quote_text(name) + " is there twice in the header");
      }
      names.push_back(std::move(name));
    }
    if (const std::string_view separator = other_separator(names); !separator.empty()) {
      stop({1, 1},
           "the header has one column " + quote_text(names.front()) + ", with " + std::string(separator) + " in it",
           "separate values with commas");
    }
    if (names.size() > most_columns)
      stop({1, 1}, "the rows name more than " + std::to_string(most_columns) + " columns");
    ColumnFinder finder(sink_.table);
    for (const std::string& name : names) {
      if (stopped_) break;
      const ColumnIndex column = finder.find(name);
      if (column == RowTable::npos) {
        stop({1, 1}, "the rows name more than " + std::to_string(most_columns) + " columns");
      } else {
        columns_.push_back(column);
      }
    }
    cells_.resize(sink_.table.columns().size());
    marks_.resize(cells_.size());
  }

  RowSink sink_;
  RowReaderLimits limits_;
  std::string carry_;   // a row that the next piece goes on with
  std::string joined_;  // the first piece, when a byte order mark could have been cut
  bool first_piece_ = true;
  bool stopped_ = false;
  std::uint32_t line_ = 1;
  std::vector<Field> fields_;
  std::vector<ColumnIndex> columns_;  // of the table, by field; empty before the header
  std::vector<Cell> cells_;           // by column of the table
  std::vector<Mark> marks_;
  std::string unescaped_;
  Diagnostic problem_;
};

}  // namespace

std::unique_ptr<RowReader> csv_reader(RowSink sink, const RowReaderLimits& limits) {
  return std::make_unique<CsvReader>(std::move(sink), limits);
}

}  // namespace holdfast
