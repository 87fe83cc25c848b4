// A real store, and somebody else who does something just before each of its write transactions begins.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "reconcilers/core/store.h"

namespace holdfast::agent {

class MeddledStore final : public Store {
 public:
  MeddledStore(std::unique_ptr<Store> store, std::function<void()> meddle)
      : store_(std::move(store)), meddle_(std::move(meddle)) {}

  Result<std::unique_ptr<Transaction>> begin(const Schema& schema, Triggers triggers) override {
    meddle_();
    return store_->begin(schema, triggers);
  }

  std::string name() const override { return store_->name(); }
  std::string location() const override { return store_->location(); }
  const ValueRules& rules() const override { return store_->rules(); }
  Result<Schema> inspect(std::span<const std::string> tables, const std::optional<std::string>& setup) override {
    return store_->inspect(tables, setup);
  }
  Result<std::vector<ListedTable>> list_tables() override { return store_->list_tables(); }
  Result<std::string> setup_text(std::span<const std::string> tables) override { return store_->setup_text(tables); }
  Result<void> begin_reading() override { return store_->begin_reading(); }
  void end_reading() override { store_->end_reading(); }
  Result<void> make_durable() override { return store_->make_durable(); }
  void forget_cached() override { store_->forget_cached(); }
  std::uint64_t opened() const override { return store_->opened(); }
  Result<ReadMark> mark() override { return store_->mark(); }
  Result<bool> has_schema(const Schema& schema) override { return store_->has_schema(schema); }
  Result<ScanEnd> scan(const ScanRequest& request, const std::function<bool(const LiveRow&)>& row) override {
    return store_->scan(request, row);
  }
  Result<std::string> journal_mode() override { return store_->journal_mode(); }
  Result<void> set_journal_mode(JournalMode mode) override { return store_->set_journal_mode(mode); }
  Result<SetupReport> set_up(const std::string& setup) override { return store_->set_up(setup); }
  Result<Schema> open_state(bool create) override { return store_->open_state(create); }
  Result<ExpectationResult> expect(const Expectation& expectation) override { return store_->expect(expectation); }
  Result<IntegrityReport> check_integrity(std::chrono::milliseconds at_most) override {
    return store_->check_integrity(at_most);
  }
  Result<StorageReport> storage() override { return store_->storage(); }
  Result<TableMark> table_mark(const Table& table) override { return store_->table_mark(table); }
  Result<OrphanReport> count_orphans(const ReferringColumns& reference, std::uint64_t limit,
                                     std::chrono::milliseconds at_most) override {
    return store_->count_orphans(reference, limit, at_most);
  }
  Result<std::vector<std::optional<RowImage>>> fetch(const Table& table, std::span<const Locator> locators) override {
    return store_->fetch(table, locators);
  }
  Result<std::vector<RowImage>> find(const Table& table, std::span<const std::uint32_t> columns,
                                     std::span<const Value> values, std::size_t limit) override {
    return store_->find(table, columns, values, limit);
  }
  Result<std::uint64_t> count(const Table& table, std::span<const std::uint32_t> columns,
                              std::span<const Value> values) override {
    return store_->count(table, columns, values);
  }
  Result<std::vector<RowImage>> find_referring(const ReferringColumns& reference, std::span<const Value> values,
                                               std::size_t limit) override {
    return store_->find_referring(reference, values, limit);
  }
  Result<std::uint64_t> count_referring(const ReferringColumns& reference, std::span<const Value> values) override {
    return store_->count_referring(reference, values);
  }

 private:
  std::unique_ptr<Store> store_;
  std::function<void()> meddle_;
};

}  // namespace holdfast::agent
