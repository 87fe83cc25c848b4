#include "desired-state/edit/same_rows.h"

#include <algorithm>

#include "desired-state/edit/yaml_check.h"

namespace holdfast::edit {
namespace {

const NewValue* find(const NewCells& wanted, const std::string& column) {
  const auto found = std::find_if(wanted.begin(), wanted.end(), [&](const auto& one) { return one.first == column; });
  return found == wanted.end() ? nullptr : &found->second;
}

}  // namespace

RowComparison::RowComparison(const RowTable& before, const RowTable& after) : before_(before), after_(after) {
  for (const std::string& column : after.columns()) from_.push_back(before.find_column(column));
  for (const std::string& column : before.columns()) lost_ = lost_ || after.find_column(column) == RowTable::npos;
}

bool RowComparison::same(std::size_t row, const NewCells* wanted) {
  old_.resize(before_.columns().size());
  RowTable::Cursor old = before_.cursor(row);
  for (Cell& cell : old_) cell = old.next();
  RowTable::Cursor now = after_.cursor(row);
  std::size_t met = 0;
  for (ColumnIndex at = 0; at < from_.size(); ++at) {
    const Cell cell = now.next();
    const NewValue* value = wanted ? find(*wanted, after_.columns()[at]) : nullptr;
    if (value != nullptr) {
      if (!means(cell.kind, cell.bytes, *value)) return false;
      ++met;
      continue;
    }
    const Cell was = from_[at] == RowTable::npos ? Cell{} : old_[from_[at]];
    if (was.kind != cell.kind || was.bytes != cell.bytes) return false;
  }
  return !wanted || met == wanted->size();
}

std::optional<std::pair<std::string, Position>> find_other_row(const DesiredState& before, const DesiredState& after,
                                                               const WantedCells& wanted) {
  if (before.row_sets.size() != after.row_sets.size()) return std::pair(std::string(), Position{});
  for (std::size_t set = 0; set < after.row_sets.size(); ++set) {
    const RowSetDocument& document = after.row_sets[set];
    RowComparison comparison(*before.row_sets[set].rows, *document.rows);
    if (!comparison.comparable()) return std::pair(document.name.text, document.at(document.mark));
    for (std::size_t row = 0; row < document.rows->size(); ++row) {
      const auto cells = wanted.find({set, row});
      if (!comparison.same(row, cells == wanted.end() ? nullptr : &cells->second)) {
        return std::pair(document.name.text, document.rows->where(row));
      }
    }
  }
  return std::nullopt;
}

}  // namespace holdfast::edit
