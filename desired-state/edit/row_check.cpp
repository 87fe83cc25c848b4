#include "desired-state/edit/row_check.h"

#include <map>
#include <string>
#include <utility>

#include "desired-state/edit/yaml_check.h"
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

Cell cell_of(const RowTable& table, std::size_t row, const std::string& column) {
  const ColumnIndex at = table.find_column(column);
  return at == RowTable::npos ? Cell{} : table.cell(row, at);
}

bool same(const Cell& a, const Cell& b) { return a.kind == b.kind && a.bytes == b.bytes; }

}  // namespace

std::optional<std::size_t> check_rows(std::string_view file, std::string_view before, std::string_view after,
                                      std::span<const CellEdit> edits) {
  RowTable from, to;
  const std::size_t something_else = edits.size();
  if (!read(file, before, from) || !read(file, after, to) || from.size() != to.size()) return something_else;
  std::map<std::pair<std::size_t, std::string>, std::size_t> edited;
  for (std::size_t i = 0; i < edits.size(); ++i) edited.emplace(std::pair(edits[i].row, edits[i].column), i);
  std::size_t met = 0;
  const std::vector<std::string>& columns = to.columns();
  std::vector<ColumnIndex> old_column;
  for (const std::string& column : columns) old_column.push_back(from.find_column(column));
  for (const std::string& column : from.columns()) {
    if (to.find_column(column) == RowTable::npos) return something_else;
  }
  for (std::size_t row = 0; row < to.size(); ++row) {
    RowTable::Cursor cursor = to.cursor(row);
    for (ColumnIndex at = 0; at < columns.size(); ++at) {
      const Cell now = cursor.next();
      const auto edit = edited.find({row, columns[at]});
      if (edit != edited.end()) {
        ++met;
        if (!means(now.kind, now.bytes, edits[edit->second].value)) return edit->second;
        continue;
      }
      const Cell was = old_column[at] == RowTable::npos ? Cell{} : cell_of(from, row, columns[at]);
      if (!same(was, now)) return something_else;
    }
  }
  return met == edits.size() ? std::nullopt : std::optional(something_else);
}

}  // namespace holdfast::edit
