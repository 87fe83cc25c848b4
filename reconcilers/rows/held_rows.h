// Which planned changes of one set are about rows that are held, whatever its key is made of. Internal to holds.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "reconcilers/core/plan.h"
#include "reconcilers/rows/holds.h"

namespace holdfast {

// Holds of one table whose keys are made of the same columns.
class HeldRows {
 public:
  // `columns`: of the table, by index, in the order of the holds' keys.
  explicit HeldRows(ColumnList columns) : columns_(std::move(columns)) {}
  // A key that cannot be read, or that is kept out of the journal, is no row's. `number` is what find() gives back.
  void add(const Table& table, const Hold& hold, std::size_t number);

  // Which of the set's declared rows they are, by the holds' numbers. Nothing when the set does not declare all of the
  // key's columns: then only live rows can tell.
  std::optional<std::unordered_map<std::size_t, std::uint32_t>> declared_by(const BoundSet& set) const;

  // The holds that a live row has. `row` is whole.
  std::span<const std::size_t> find(const Table& table, const RowImage& row) const;

 private:
  std::string key_of(const Table& table, std::span<const ValueView> values) const;

  ColumnList columns_;
  std::vector<std::pair<std::size_t, std::vector<Value>>> keys_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_key_;
};

}  // namespace holdfast
