// The rows of one memory table at one moment, with the indexes of its unique constraints. Knows nothing of
// transactions: it is changed row by row, and every change can be taken back by putting the former row back.
//
// Copying is cheap for the values (rows are shared) and linear in rows. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "reconcilers/stores/memory/definition.h"
#include "reconcilers/stores/memory/value_order.h"

namespace holdfast::stores {

using Row = std::shared_ptr<const std::vector<Value>>;  // null: there is no such row

class TableState {
 public:
  // `definition.shape` has its locator, primary key and unique constraints worked out (catalogue.h).
  explicit TableState(std::shared_ptr<const TableDefinition> definition);

  const TableDefinition& definition() const { return *definition_; }
  const Table& shape() const { return definition_->shape; }
  const std::map<Locator, Row, LocatorOrder>& rows() const { return rows_; }

  // True when a locator is one number that the engine gives.
  bool numbered() const { return !shape().without_rowid; }
  // The column that is an alias of the row number, or Table::npos.
  std::uint32_t alias() const { return alias_; }

  // The row's locator as it is stored, or nothing.
  std::optional<RowImage> fetch(const Locator& at) const;
  // The locator a row with these values has: `number` where the engine numbers rows and no column is its alias.
  Locator locator_of(RowValues values, std::int64_t number) const;
  // The next free row number; nothing when they are used up.
  std::optional<std::int64_t> next_number() const;
  std::int64_t sequence() const { return sequence_; }
  void set_sequence(std::int64_t number) { sequence_ = number; }

  // Puts a row at a locator, or removes it (null). Indexes follow. Does not check constraints.
  void put(const Locator& at, Row row);

  // The first unique constraint that a row would break, itself (`self`) left out.
  const UniqueConstraint* conflict(const Locator& at, RowValues values, const Locator* self) const;

  // Locators of rows whose columns equal the values under the columns' collations, in order, at most `limit`.
  std::vector<Locator> find(std::span<const std::uint32_t> columns, std::span<const Value> values,
                            std::size_t limit) const;

 private:
  using Index = std::unordered_map<std::string, Locator>;

  std::optional<std::string> index_key(std::size_t constraint, RowValues values) const;
  std::optional<Locator> lookup(std::span<const std::uint32_t> columns, std::span<const Value> values,
                                bool& known) const;
  void index_row(const Locator& at, RowValues values, bool add);

  std::shared_ptr<const TableDefinition> definition_;
  std::map<Locator, Row, LocatorOrder> rows_;
  std::vector<Index> indexes_;  // one for each shape().unique
  std::uint32_t alias_ = Table::npos;
  std::int64_t sequence_ = 0;  // the highest number ever given, for autoincrement
};

}  // namespace holdfast::stores
