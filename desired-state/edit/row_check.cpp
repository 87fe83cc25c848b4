#include "desired-state/edit/row_check.h"

#include <map>
#include <string>

#include "desired-state/edit/same_rows.h"
#include "desired-state/rows/row_reader.h"

namespace holdfast::edit {
namespace {

bool read(std::string_view file, std::string_view text, RowTable& table) {
  Diagnostics diagnostics;
  std::size_t cells = ~std::size_t{0};
  const auto reader = row_reader_for(file, {table, std::string(file), cells, diagnostics});
  if (!reader) return false;
  if (reader->feed(text)) reader->finish();
  return !diagnostics.has_errors();
}

}  // namespace

std::optional<std::size_t> check_rows(std::string_view file, std::string_view before, std::string_view after,
                                      std::span<const CellEdit> edits) {
  RowTable from, to;
  const std::size_t something_else = edits.size();
  if (!read(file, before, from) || !read(file, after, to)) return something_else;
  RowComparison comparison(from, to);
  if (!comparison.comparable()) return something_else;
  std::map<std::size_t, NewCells> wanted;
  for (const CellEdit& edit : edits) wanted[edit.row].emplace_back(edit.column, edit.value);
  for (std::size_t row = 0; row < to.size(); ++row) {
    const auto cells = wanted.find(row);
    if (comparison.same(row, cells == wanted.end() ? nullptr : &cells->second)) continue;
    for (std::size_t i = 0; i < edits.size(); ++i) {
      if (edits[i].row == row) return i;
    }
    return something_else;
  }
  return std::nullopt;
}

}  // namespace holdfast::edit
