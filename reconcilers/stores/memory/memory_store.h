// The Store and Transaction of a memory database. Internal to this folder: MemoryDatabase::open makes them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reconcilers/stores/memory/engine.h"
#include "reconcilers/stores/memory/writer.h"

namespace holdfast::stores {

// What a store and its transaction share.
struct Connection {
  std::shared_ptr<Engine> engine;
  std::string name;
  std::uint64_t id = 0;
  std::uint64_t own_commits = 0;
  bool lost = false;  // by a fault; for good

  std::string location() const { return name + " (in memory)"; }
  // Changes with every commit of somebody else, and differs between connections.
  ReadMark mark() const { return {(id << 40U) | (engine->commits - own_commits)}; }
  // Asks the fault plan what happens at a step.
  Fault next(FaultPoint point);
  Error error(Fault fault) const;
  // The Error of a fault at a step that a transaction has no part in.
  Result<void> step(FaultPoint point);
};

class MemoryStore : public Store {
 public:
  explicit MemoryStore(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}

  std::string name() const override { return connection_->name; }
  std::string location() const override { return connection_->location(); }
  const ValueRules& rules() const override { return connection_->engine->rules; }
  Result<Schema> inspect(std::span<const std::string> tables, const std::optional<std::string>& setup) override;
  Result<std::vector<ListedTable>> list_tables() override;
  // A text that this engine takes for a setup from then on.
  Result<std::string> setup_text(std::span<const std::string> tables) override;
  Result<ScanEnd> scan(const ScanRequest& request, const std::function<bool(const LiveRow&)>& row) override;
  Result<std::vector<std::optional<RowImage>>> fetch(const Table& table, std::span<const Locator> locators) override;
  Result<std::vector<RowImage>> find(const Table& table, std::span<const std::uint32_t> columns,
                                     std::span<const Value> values, std::size_t limit) override;
  Result<std::uint64_t> count(const Table& table, std::span<const std::uint32_t> columns,
                              std::span<const Value> values) override;
  Result<std::vector<RowImage>> find_referring(const ReferringColumns& reference, std::span<const Value> values,
                                               std::size_t limit) override;
  Result<std::uint64_t> count_referring(const ReferringColumns& reference, std::span<const Value> values) override;
  Result<ReadMark> mark() override;
  Result<bool> has_schema(const Schema& schema) override;
  Result<std::unique_ptr<Transaction>> begin(const Schema& schema, Triggers triggers) override;
  Result<std::string> journal_mode() override { return std::string(); }
  Result<void> set_journal_mode(JournalMode mode) override;
  Result<SetupReport> set_up(const std::string& setup) override;
  Result<Schema> open_state(bool create) override;
  Result<ExpectationResult> expect(const Expectation& expectation) override;
  Result<IntegrityReport> check_integrity(std::chrono::milliseconds at_most) override;
  Result<StorageReport> storage() override;
  Result<TableMark> table_mark(const Table& table) override;
  Result<OrphanReport> count_orphans(const ReferringColumns& reference, std::uint64_t limit,
                                     std::chrono::milliseconds at_most) override;

 private:
  Result<std::shared_ptr<const TableState>> read(const Table& table);

  std::shared_ptr<Connection> connection_;
};

class MemoryTransaction : public Transaction {
 public:
  MemoryTransaction(std::shared_ptr<Connection> connection, Triggers triggers)
      : connection_(std::move(connection)), writer_(*connection_->engine, triggers) {}

  Result<std::vector<std::optional<RowImage>>> fetch(const Table& table, std::span<const Locator> locators) override;
  Result<std::vector<RowImage>> find(const Table& table, std::span<const std::uint32_t> columns,
                                     std::span<const Value> values, std::size_t limit) override;
  Result<std::uint64_t> count(const Table& table, std::span<const std::uint32_t> columns,
                              std::span<const Value> values) override;
  Result<std::vector<RowImage>> find_referring(const ReferringColumns& reference, std::span<const Value> values,
                                               std::size_t limit) override;
  Result<std::uint64_t> count_referring(const ReferringColumns& reference, std::span<const Value> values) override;
  ReadMark mark() override { return connection_->mark(); }
  Result<void> scan_locked(const Table& table, std::span<const std::uint32_t> columns,
                           const std::function<bool(const LiveRow&)>& row) override;
  Result<WriteOutcome> insert(const Table& table, std::span<const Assignment> values) override;
  Result<WriteOutcome> update(const Table& table, const Locator& at, std::span<const Assignment> values) override;
  Result<WriteOutcome> erase(const Table& table, const Locator& at) override;
  Result<WriteOutcome> restore(const Table& table, const RowImage& row) override;
  Result<void> savepoint() override;
  Result<void> release() override;
  Result<void> rollback_to() override;
  std::size_t touch_count() const override { return writer_.touches().size(); }
  Touch touch(std::size_t index) const override { return writer_.touches()[index]; }
  Result<std::shared_ptr<const Table>> table_of(std::string_view name) override;
  Result<void> commit() override;
  void rollback() override { writer_.end(false); }

 private:
  Result<std::shared_ptr<const TableState>> read(const Table& table);
  // Whether a statement may be tried at all.
  Result<void> ready(FaultPoint point);
  Result<void> writable(const Table& table);
  WriteOutcome noted(WriteOutcome outcome);
  Result<void> no_savepoint() const;

  std::shared_ptr<Connection> connection_;  // before the writer, which uses its engine to its end
  Writer writer_;
  std::vector<Writer::Mark> savepoints_;
  bool lost_ = false;
};

}  // namespace holdfast::stores
