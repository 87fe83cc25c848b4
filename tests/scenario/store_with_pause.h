// A store that lets a test act at three moments of a run, once each: before the first row of a table is read, before
// the rows that were found are read whole, and between reading and the write lock, where another writer is quickest;
// and before every lock.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "reconcilers/core/state_tables.h"
#include "reconcilers/core/store.h"

namespace holdfast::testing {

class StoreWithPause : public Store {
 public:
  StoreWithPause(Store& store, std::function<void()> before_scan, std::function<void()> before_lock)
      : store_(store), before_scan_(std::move(before_scan)), before_lock_(std::move(before_lock)) {}

  Result<std::unique_ptr<Transaction>> begin(const Schema& schema, Triggers triggers) override {
    edit_now(before_lock_);
    if (before_each_lock_) before_each_lock_();
    ++locks_;
    return store_.begin(schema, triggers);
  }

  void before_each_lock(std::function<void()> edit) { before_each_lock_ = std::move(edit); }
  void before_fetch(std::function<void()> edit) { before_fetch_ = std::move(edit); }
  std::size_t moments() const { return moments_; }  // how often a plan was to be read as of one moment
  std::size_t locks() const { return locks_; }      // how often the write lock was asked for

  std::string name() const override { return store_.name(); }
  std::string location() const override { return store_.location(); }
  Result<Schema> inspect(std::span<const std::string> tables, const std::optional<std::string>& setup) override {
    return store_.inspect(tables, setup);
  }
  const ValueRules& rules() const override { return store_.rules(); }
  Result<std::vector<ListedTable>> list_tables() override { return store_.list_tables(); }
  Result<std::string> setup_text(std::span<const std::string> tables) override { return store_.setup_text(tables); }
  Result<void> begin_reading() override {
    ++moments_;
    reading_ = true;
    return store_.begin_reading();
  }
  void end_reading() override {
    reading_ = false;
    store_.end_reading();
  }
  Result<void> make_durable() override { return store_.make_durable(); }
  void forget_cached() override { store_.forget_cached(); }
  std::uint64_t opened() const override { return store_.opened(); }
  Result<ReadMark> mark() override { return store_.mark(); }
  Result<bool> has_schema(const Schema& schema) override { return store_.has_schema(schema); }
  Result<ScanEnd> scan(const ScanRequest& request, const std::function<bool(const LiveRow&)>& row) override {
    edit_now(before_scan_);
    return store_.scan(request, row);
  }
  Result<std::string> journal_mode() override { return store_.journal_mode(); }
  Result<void> set_journal_mode(JournalMode mode) override { return store_.set_journal_mode(mode); }
  Result<SetupReport> set_up(const std::string& setup) override { return store_.set_up(setup); }
  Result<Schema> open_state(bool create) override { return store_.open_state(create); }
  Result<ExpectationResult> expect(const Expectation& expectation) override { return store_.expect(expectation); }
  Result<IntegrityReport> check_integrity(std::chrono::milliseconds at_most) override {
    return store_.check_integrity(at_most);
  }
  Result<StorageReport> storage() override { return store_.storage(); }
  Result<TableMark> table_mark(const Table& table) override { return store_.table_mark(table); }
  Result<OrphanReport> count_orphans(const ReferringColumns& reference, std::uint64_t limit,
                                     std::chrono::milliseconds at_most) override {
    return store_.count_orphans(reference, limit, at_most);
  }
  Result<std::vector<std::optional<RowImage>>> fetch(const Table& table, std::span<const Locator> locators) override {
    if (!is_state_table(table.name)) edit_now(before_fetch_);
    return store_.fetch(table, locators);
  }
  Result<std::vector<RowImage>> find(const Table& table, std::span<const std::uint32_t> columns,
                                     std::span<const Value> values, std::size_t limit) override {
    return store_.find(table, columns, values, limit);
  }
  Result<std::uint64_t> count(const Table& table, std::span<const std::uint32_t> columns,
                              std::span<const Value> values) override {
    return store_.count(table, columns, values);
  }
  Result<std::vector<RowImage>> find_referring(const ReferringColumns& reference, std::span<const Value> values,
                                               std::size_t limit) override {
    return store_.find_referring(reference, values, limit);
  }
  Result<std::uint64_t> count_referring(const ReferringColumns& reference, std::span<const Value> values) override {
    return store_.count_referring(reference, values);
  }

 private:
  // A plan's moment of reading is over for a writer who comes in: so it is in the rollback modes, after 20 ms.
  void edit_now(std::function<void()>& edit) {
    if (!edit) return;
    store_.end_reading();
    std::exchange(edit, nullptr)();
    if (reading_) (void)store_.begin_reading();
  }

  Store& store_;
  bool reading_ = false;
  std::size_t moments_ = 0;
  std::function<void()> before_scan_;
  std::function<void()> before_fetch_;
  std::function<void()> before_lock_;
  std::function<void()> before_each_lock_;
  std::size_t locks_ = 0;
};

}  // namespace holdfast::testing
