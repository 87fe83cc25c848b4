#include "reconcilers/describe/declared_rows.h"

#include "desired-state/write/csv_text.h"
#include "reconcilers/describe/declare_value.h"

namespace holdfast {

DeclaredRows::DeclaredRows(std::shared_ptr<const LiveTable> live, const ValueRules& rules, std::vector<Part> parts)
    : live_(std::move(live)),
      rules_(rules),
      parts_(std::move(parts)),
      keep_(parts_.size()),
      whole_(live_->table->columns.size()) {}

std::vector<std::string> DeclaredRows::columns() const {
  std::vector<std::string> names;
  for (const Part& part : parts_) names.push_back(live_->table->columns[part.column].name);
  return names;
}

std::optional<Cell> DeclaredRows::declare(const Part& part, ValueView live, std::string& keep) const {
  if (!part.names || live.is_null()) {
    const Column& column = live_->table->columns[part.column];
    const Likeness likeness = part.key || column.primary_key > 0 ? Likeness::Identical : Likeness::Same;
    return declare_value(rules_, column, live_->table->strict, likeness, live, keep);
  }
  const std::uint32_t parent = part.names->find(live);
  return parent == KeyIndex::npos ? std::nullopt : part.names->name(rules_, parent, keep);
}

void DeclaredRows::read(std::size_t row, std::vector<Cell>& cells) {
  RowTable::Cursor cursor = live_->rows.cursor(row);
  for (Cell& cell : whole_) cell = cursor.next();
  cells.resize(parts_.size());
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    cells[i] = declare(parts_[i], whole_[parts_[i].column].value(), keep_[i]).value_or(Cell{});
  }
}

DeclaredRows::Sorting DeclaredRows::sort(std::size_t most_in_document) {
  Sorting sorting;
  std::vector<Cell> cells;
  for (std::uint32_t row = 0; row < size(); ++row) {
    read(row, cells);
    bool whole_key = true;
    std::size_t absent = 0;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (cells[i].present()) continue;
      ++absent;
      whole_key = whole_key && !parts_[i].key;
    }
    if (!whole_key) {
      ++sorting.rows_left_out;
      continue;
    }
    sorting.cells_left_out += absent;
    const bool csv = size() > most_in_document && writing::fits_csv(cells);
    (csv ? sorting.in_csv : sorting.in_document).push_back(row);
  }
  return sorting;
}

writing::Rows some_rows(const std::shared_ptr<DeclaredRows>& rows, std::vector<std::uint32_t> which) {
  const std::size_t count = which.size();
  return {rows->columns(), count, [rows, which = std::move(which)](std::size_t row, std::vector<Cell>& cells) {
            rows->read(which[row], cells);
          }};
}

}  // namespace holdfast
