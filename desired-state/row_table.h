// Many declared rows, held in few bytes: the memory of a declared row is at most a quarter above its payload
// (docs/benchmarks.md), where a YAML node tree needs thirty times as much.
//
// A RowTable has named columns and rows. A row names some of the columns; for each it holds a Cell: either a scalar as
// it was written (Plain, Bare, Text for quoted) before the column's type is known, or the canonical value after.
// Each row and each cell remembers its line and column, for messages.
//
// Rows are encoded one after another into blocks of 256 KiB:
//   row   := head cell* mark*        head  := varint(line * 2 + several_lines)
//   cell  := kind:1 body             body  := (nothing) | number:8 | varint(length) bytes   by kind
//   mark  := [varint(line - row line) if several_lines] varint(column)      one for each cell that is not Absent
// preceded by varint(cell count); columns beyond the count are Absent.
//
// Not thread-safe while it is written; any number of readers after. Views into it live until the table is destroyed or
// release_before() has freed their rows. Not for live rows: those are streamed, never kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "desired-state/diagnostic.h"
#include "desired-state/value.h"

namespace holdfast {

enum class CellKind : std::uint8_t {
  Absent,  // the row does not name this column
  Null,
  Integer,
  Real,
  Text,  // canonical text; before binding: a quoted scalar or JSON string
  Blob,
  Plain,    // a plain YAML scalar or JSON literal, not yet resolved against a column
  Bare,     // an unquoted CSV field, not yet resolved
  Pending,  // the value of a row still to be inserted: integer() is that row's index in the referenced set
};

struct Cell {
  CellKind kind = CellKind::Absent;
  std::int64_t number = 0;  // Integer; a Real's bits; Pending's row
  std::string_view bytes;   // Text, Blob, Plain, Bare

  static Cell of(ValueView value);
  static Cell plain(std::string_view text) { return {CellKind::Plain, 0, text}; }
  static Cell bare(std::string_view text) { return {CellKind::Bare, 0, text}; }
  static Cell pending(std::int64_t row) { return {CellKind::Pending, row, {}}; }
  static Cell null() { return {CellKind::Null, 0, {}}; }

  bool present() const { return kind != CellKind::Absent; }
  // For Null, Integer, Real, Text and Blob; anything else is null.
  ValueView value() const;
};

using ColumnIndex = std::uint32_t;

class RowTable {
 public:
  RowTable() = default;
  RowTable(RowTable&&) = default;
  RowTable& operator=(RowTable&&) = default;

  // --- columns
  const std::vector<std::string>& columns() const { return columns_; }
  ColumnIndex column(std::string_view name);  // found, or added at the end
  static constexpr ColumnIndex npos = ~ColumnIndex{0};
  ColumnIndex find_column(std::string_view name) const;  // npos if there is none

  // --- writing: begin_row, put…, end_row; cells may come in any order, the last one for a column counts
  void set_file(std::string file);  // the rows that follow come from here
  void begin_row(Mark mark);
  void put(ColumnIndex column, Cell cell, Mark mark);  // the bytes are copied
  bool has(ColumnIndex column) const;                  // already put into the row under way
  void end_row();
  void drop_row() { building_.clear(); }  // forget the row under way
  // A whole row at once, for readers that have its cells at hand: `cells` and `marks` by column, of equal length; an
  // Absent cell's mark does not matter. The bytes are copied. No row may be under way.
  void append_row(Mark mark, std::span<const Cell> cells, std::span<const Mark> marks);

  // --- reading
  std::size_t size() const { return rows_.size(); }
  bool empty() const { return rows_.empty(); }

  // Walks the cells of one row in column order; the fastest way to read it.
  class Cursor {
   public:
    // The next column's cell; Absent at and beyond the end.
    Cell next();

   private:
    friend class RowTable;
    explicit Cursor(const std::byte* at, std::uint32_t left) : at_(at), left_(left) {}
    const std::byte* at_;
    std::uint32_t left_;
  };
  Cursor cursor(std::size_t row) const;
  Cell cell(std::size_t row, ColumnIndex column) const;       // walks to it: for few rows
  Position where(std::size_t row) const;                      // its line, and the first cell on it
  Position where(std::size_t row, ColumnIndex column) const;  // the cell's place; the row's if it is Absent
  // The place of every cell of a row, by column; as long as the row. Absent cells have an empty Mark.
  void marks(std::size_t row, std::vector<Mark>& out) const;

  // Frees the memory of rows before `row`, when they have been read for the last time (binding moves rows from one
  // table into another without holding both). Reading a freed row is an error.
  void release_before(std::size_t row);
  std::size_t memory_bytes() const;

 private:
  struct Building {
    std::vector<Cell> cells;
    std::vector<std::string> bytes;  // kept between rows so that writing allocates nothing
    std::vector<Mark> marks;
    Mark mark;
    void clear();
  };
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t capacity = 0;
    std::size_t used = 0;
    std::size_t end_row = 0;  // rows before this one start in this block or an earlier one
  };
  struct Segment {
    std::size_t first_row;
    std::string file;
  };

  std::byte* reserve(std::size_t bytes);

  std::vector<std::string> columns_;
  std::deque<const std::byte*> rows_;
  std::deque<Block> blocks_;
  std::vector<Segment> segments_;
  Building building_;
};

}  // namespace holdfast
