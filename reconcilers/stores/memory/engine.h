// The shared heart of a memory database: tables, versions, and who holds the write lock. Internal to this folder;
// MemoryDatabase, its stores and its transactions hold it together. One thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/core/store.h"
#include "reconcilers/stores/memory/catalogue.h"
#include "reconcilers/stores/memory/fault_plan.h"
#include "reconcilers/stores/memory/table_state.h"

namespace holdfast::stores {

class Writer;

class Engine {
 public:
  explicit Engine(const ValueRules& value_rules) : rules(value_rules) {}

  const ValueRules& rules;
  FaultPlan* faults = nullptr;
  std::int64_t schema_version = 1;
  std::uint64_t commits = 0;      // that changed something, by anybody
  std::uint64_t connections = 0;  // ever opened
  Writer* writer = nullptr;       // who holds the write lock

  Catalogue catalogue() const;
  // The catalogue as it would be after `setup`; the names in `created` would be new. Invalid for an unknown setup.
  Result<Catalogue> after_setup(const std::string& setup, std::vector<std::string>& created) const;
  Result<void> plan(std::string setup, std::vector<TableDefinition> tables);
  // The same for tables that are complete already.
  void plan_again(std::string setup, std::vector<std::shared_ptr<const TableDefinition>> tables);

  // Schema changes; Transient while somebody writes.
  Result<void> create(const std::vector<std::shared_ptr<const TableDefinition>>& tables);
  Result<void> add_column(std::string_view table, const Column& column, const std::optional<Value>& default_value);
  Result<void> drop(std::string_view table);

  // What is committed of a table; null if there is none. A reader may hold on to it: writers copy it then.
  std::shared_ptr<const TableState> committed(std::string_view table);
  // The table as the writer sees it; null if there is none. Valid until the next call for the same table.
  TableState* writable(std::string_view table);
  std::shared_ptr<const TableState> current(std::string_view table) const;

  // The values that a column takes over from a constant default, or an Error when it does not take it.
  Result<Value> stored_default(const Table& table, const Column& column, const Value& value) const;

 private:
  Result<void> unlocked(std::string_view what) const;

  std::map<std::string, std::shared_ptr<TableState>, std::less<>> tables_;              // by name in ASCII lower case
  std::map<std::string, std::vector<std::shared_ptr<const TableDefinition>>> planned_;  // by setup text
};

}  // namespace holdfast::stores
