// A reader of rows must not depend on how its text is cut: in one piece and in pieces of any size come the same rows,
// places and mistakes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "desired-state/rows/row_reader.h"

namespace holdfast::fuzz {

struct Read {
  RowTable table;
  Diagnostics diagnostics;
};

inline void read(Read& into, std::string_view file, std::string_view text, std::size_t piece) {
  std::size_t cells = 1'000'000;
  const auto reader = row_reader_for(file, {into.table, std::string(file), cells, into.diagnostics});
  bool wanted = true;
  for (std::size_t at = 0; at < text.size() && wanted; at += piece) wanted = reader->feed(text.substr(at, piece));
  if (wanted) reader->finish();
}

inline bool same(const Read& a, const Read& b) {
  if (a.diagnostics.all() != b.diagnostics.all() || a.diagnostics.error_count() != b.diagnostics.error_count())
    return false;
  if (a.table.columns() != b.table.columns() || a.table.size() != b.table.size()) return false;
  std::vector<Mark> marks_a, marks_b;
  for (std::size_t row = 0; row < a.table.size(); ++row) {
    RowTable::Cursor cursor_a = a.table.cursor(row), cursor_b = b.table.cursor(row);
    for (std::size_t i = 0; i < a.table.columns().size(); ++i) {
      const Cell cell_a = cursor_a.next(), cell_b = cursor_b.next();
      if (cell_a.kind != cell_b.kind || cell_a.bytes != cell_b.bytes) return false;
    }
    a.table.marks(row, marks_a);
    b.table.marks(row, marks_b);
    if (marks_a != marks_b || a.table.where(row) != b.table.where(row)) return false;
  }
  return true;
}

// The first byte says how the text is cut.
inline int check(std::string_view file, const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Read whole, cut;
  read(whole, file, text, std::max<std::size_t>(text.size(), 1));
  read(cut, file, text, 1 + data[0] % 16);
  if (!same(whole, cut)) std::abort();
  return 0;
}

}  // namespace holdfast::fuzz
