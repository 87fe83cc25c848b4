// Keys of which only a part is known: those of declared rows with a reference in them that leads nowhere at the moment.
// Built once, then read by any number of threads. Pure.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "reconcilers/core/schema.h"
#include "reconcilers/core/store.h"

namespace holdfast {

class PartialKeys {
 public:
  PartialKeys() = default;
  // `key`: columns of the table. Every row that is asked about is one of this table.
  PartialKeys(std::shared_ptr<const Table> table, ColumnList key) : table_(std::move(table)), key_(std::move(key)) {}

  // Values in the order of the key; nothing where one is not known.
  void add(std::span<const std::optional<Value>> values);
  bool empty() const { return known_.empty(); }

  // True if one of the keys may turn out to be the row's: what is known of it equals the row's. A row with a null in
  // its key has none.
  bool may_be(const RowImage& row) const;

 private:
  std::shared_ptr<const Table> table_;
  ColumnList key_;
  std::map<std::vector<bool>, std::unordered_set<std::string>> known_;  // which parts are known -> their values
};

}  // namespace holdfast
