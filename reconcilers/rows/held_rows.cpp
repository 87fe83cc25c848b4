#include "reconcilers/rows/held_rows.h"

#include <algorithm>

#include "reconcilers/core/row_image.h"

namespace holdfast {

std::string HeldRows::key_of(const Table& table, std::span<const ValueView> values) const {
  std::string bytes;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    // Null equals nothing in a key, but a row that has it is still the same row.
    if (values[i].is_null()) {
      bytes += '\0';
    } else {
      append_key(table.columns[columns_[i]], values[i], bytes);
    }
  }
  return bytes;
}

void HeldRows::add(const Table& table, const Hold& hold, std::size_t number) {
  const auto cells = decode_image(hold.key);
  if (!cells || cells->size() != columns_.size()) return;
  std::vector<Value> values;
  std::vector<ValueView> views;
  for (const ImageCell& cell : *cells) {
    if (cell.kind != ImageCell::Kind::Value) return;
    values.push_back(cell.value);
    views.push_back(cell.value.view());
  }
  by_key_[key_of(table, views)].push_back(number);
  keys_.emplace_back(number, std::move(values));
}

std::optional<std::unordered_map<std::size_t, std::uint32_t>> HeldRows::declared_by(const BoundSet& set) const {
  ColumnList cells;
  for (const std::uint32_t column : columns_) {
    const auto at = std::find_if(set.columns.begin(), set.columns.end(),
                                 [&](const BoundColumn& one) { return one.column == column; });
    if (at == set.columns.end()) return std::nullopt;
    cells.push_back(static_cast<ColumnIndex>(at - set.columns.begin()));
  }
  std::unordered_map<std::size_t, std::uint32_t> declared;
  std::vector<ValueView> values(cells.size());
  if (cells == set.key) {
    for (const auto& [number, key] : keys_) {
      for (std::size_t i = 0; i < key.size(); ++i) values[i] = key[i].view();
      const std::uint32_t row = set.index.find(values);
      if (row != KeyIndex::npos) declared.emplace(number, row);
    }
    return declared;
  }
  for (std::uint32_t row = 0; row < set.rows.size(); ++row) {
    bool whole = true;
    for (std::size_t i = 0; i < cells.size() && whole; ++i) {
      const Cell cell = set.rows.cell(row, cells[i]);
      whole = cell.present() && cell.kind != CellKind::Pending;
      if (whole) values[i] = cell.value();
    }
    if (!whole) continue;
    const auto held = by_key_.find(key_of(*set.table, values));
    if (held == by_key_.end()) continue;
    for (const std::size_t number : held->second) declared.emplace(number, row);
  }
  return declared;
}

std::span<const std::size_t> HeldRows::find(const Table& table, const RowImage& row) const {
  std::vector<ValueView> values;
  for (const std::uint32_t column : columns_) values.push_back(row.values[column].view());
  const auto held = by_key_.find(key_of(table, values));
  return held == by_key_.end() ? std::span<const std::size_t>() : held->second;
}

}  // namespace holdfast
