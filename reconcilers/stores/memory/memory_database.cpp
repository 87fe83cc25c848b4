#include "reconcilers/stores/memory/memory_database.h"

#include "reconcilers/stores/memory/memory_store.h"

namespace holdfast::stores {

MemoryDatabase::MemoryDatabase(const ValueRules& rules) : engine_(std::make_shared<Engine>(rules)) {}
MemoryDatabase::~MemoryDatabase() = default;

std::unique_ptr<Store> MemoryDatabase::open(std::string name) {
  auto connection = std::make_shared<Connection>();
  connection->engine = engine_;
  connection->name = std::move(name);
  connection->id = ++engine_->connections;
  return std::make_unique<MemoryStore>(std::move(connection));
}

Result<void> MemoryDatabase::create(const std::vector<TableDefinition>& tables) {
  std::vector<std::shared_ptr<const TableDefinition>> definitions;
  for (const TableDefinition& table : tables) {
    auto completed = complete(table);
    if (!completed) return completed.error();
    definitions.push_back(*completed);
  }
  return engine_->create(definitions);
}

Result<void> MemoryDatabase::add_column(std::string_view table, const Column& column,
                                        const std::optional<Value>& default_value) {
  return engine_->add_column(table, column, default_value);
}

Result<void> MemoryDatabase::drop(std::string_view table) { return engine_->drop(table); }

Result<void> MemoryDatabase::plan(std::string setup, std::vector<TableDefinition> tables) {
  return engine_->plan(std::move(setup), std::move(tables));
}

void MemoryDatabase::set_faults(FaultPlan* faults) { engine_->faults = faults; }

}  // namespace holdfast::stores
