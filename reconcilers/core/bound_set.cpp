#include "reconcilers/core/bound_set.h"

#include <algorithm>

#include "reconcilers/core/text.h"

namespace holdfast {

ValueView as_written(const Cell& cell) {
  const bool unresolved = cell.kind == CellKind::Plain || cell.kind == CellKind::Bare;
  return unresolved ? ValueView::text(cell.bytes) : cell.value();
}

bool BoundSet::knows_key(std::size_t row) const {
  if (references.empty()) return true;
  return wait(row) == Wait::None && std::none_of(key.begin(), key.end(), [&](ColumnIndex at) {
           return rows.cell(row, at).kind == CellKind::Pending;
         });
}

std::vector<Value> BoundSet::key_of(std::size_t row) const {
  std::vector<Value> values;
  for (const ColumnIndex at : key) values.emplace_back(rows.cell(row, at).value());
  return values;
}

std::vector<std::string> BoundSet::key_names() const {
  std::vector<std::string> names;
  for (const ColumnIndex at : key) names.push_back(table->columns[columns[at].column].name);
  return names;
}

ColumnList BoundSet::key_columns() const {
  ColumnList list;
  for (const ColumnIndex at : key) list.push_back(columns[at].column);
  return list;
}

bool BoundSet::is_sensitive(std::uint32_t table_column) const {
  const std::string wanted = ascii_lower(table->columns[table_column].name);
  return std::any_of(sensitive.begin(), sensitive.end(),
                     [&](const std::string& one) { return ascii_lower(one) == wanted; });
}

std::string describe_key(const BoundSet& set, std::size_t row) {
  std::string text;
  for (const ColumnIndex at : set.key) {
    const Cell cell = set.rows.cell(row, at);
    text += (text.empty() ? "" : ", ") + set.rows.columns()[at] + " ";
    text += set.is_sensitive(set.columns[at].column) ? "***" : describe(cell);
  }
  return text;
}

bool rule_matches_declared(const BoundSet& set, std::size_t row, const Rule& rule) {
  std::vector<ValueView> values;
  for (const std::uint32_t wanted : rule.columns()) {
    const auto found = std::find_if(set.columns.begin(), set.columns.end(),
                                    [&](const BoundColumn& column) { return column.column == wanted; });
    // A reference's cell is not the column's value, and an initial one is the users' own afterwards.
    if (found == set.columns.end() || found->reference != BoundColumn::npos || found->initial) return false;
    const Cell cell = set.rows.cell(row, static_cast<ColumnIndex>(found - set.columns.begin()));
    if (!cell.present()) return false;
    values.push_back(cell.value());
  }
  return rule.matches(values);
}

}  // namespace holdfast
