// A database in memory: a real implementation of the Store interface without an engine behind it, for tests of
// everything above stores and for the simulation, where several writers, lost locks and commits in doubt have to be
// repeatable.
//
// It behaves as SQLite does where documents can see it: values are stored under their column's affinity, keys compare
// under collations, rows have row numbers or a primary key as locator, one writer at a time, readers see what is
// committed. What it has not, it refuses by name: SQL (setup, expectations), generated columns, views, a write-ahead
// log.
//
// One thread. Stores share ownership of the data, so the database may go first. Errors: Invalid for a definition that
// cannot be, Transient "database is locked" while a transaction is open (it never waits: nothing could end the other).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/core/store.h"
#include "reconcilers/stores/memory/definition.h"
#include "reconcilers/stores/memory/fault_plan.h"

namespace holdfast::stores {

class Engine;

class MemoryDatabase {
 public:
  // `rules` must outlive the database and its stores.
  explicit MemoryDatabase(const ValueRules& rules);
  ~MemoryDatabase();
  MemoryDatabase(const MemoryDatabase&) = delete;
  MemoryDatabase& operator=(const MemoryDatabase&) = delete;

  // A connection; `name` is the Database document's. Any number may be open.
  std::unique_ptr<Store> open(std::string name);

  // Schema changes; each moves the schema version. All or nothing.
  Result<void> create(const std::vector<TableDefinition>& tables);
  Result<void> add_column(std::string_view table, const Column& column, const std::optional<Value>& default_value);
  Result<void> drop(std::string_view table);

  // There is no SQL here: the text `setup` stands for these tables from now on. Store::set_up creates those that are
  // not there, Store::inspect returns them as planned. Any other setup that is not blank is refused.
  Result<void> plan(std::string setup, std::vector<TableDefinition> tables);

  // Asked before each step; null: nothing fails. Must outlive its use here.
  void set_faults(FaultPlan* faults);

 private:
  std::shared_ptr<Engine> engine_;
};

}  // namespace holdfast::stores
