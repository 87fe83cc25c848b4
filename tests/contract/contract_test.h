// The base of every contract test: one fixture, one database, one store, and short ways to say what a test does.
//
// A suite is `class ScanContract : public StoreContract {};` with HOLDFAST_CONTRACT(ScanContract); each TEST_P of it
// runs on every registered engine. A Result that must be fine goes through must(), which fails the test with the
// error's text.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "reconcilers/core/store.h"
#include "tests/contract/store_fixture.h"

namespace holdfast::contract {

using Cells = Outside::Cells;

inline Value text(std::string_view bytes) { return Value::text(bytes); }
inline Value integer(std::int64_t number) { return Value::integer(number); }
inline Value real(double number) { return Value::real(number); }
inline Value blob(std::string_view bytes) { return Value::blob(bytes); }
inline Value null() { return Value::null(); }

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error("unexpected error: " + to_string(result.error()));
  return std::move(result).value();
}
inline void must(Result<void> result) {
  if (!result) throw std::runtime_error("unexpected error: " + to_string(result.error()));
}

// Columns as most tests want them.
ColumnDescription text_column(std::string name);
ColumnDescription integer_column(std::string name);
ColumnDescription real_column(std::string name);
ColumnDescription boolean_column(std::string name);
ColumnDescription any_column(std::string name);  // no declared type, no affinity: keeps everything as it is
ColumnDescription not_null(ColumnDescription column);
ColumnDescription collated(ColumnDescription column, Collation collation);
ColumnDescription with_default(ColumnDescription column, Value value);
// `id INTEGER PRIMARY KEY` and the other columns.
TableDescription numbered(std::string name, std::vector<ColumnDescription> columns);

class StoreContract : public testing::TestWithParam<FixtureFactory> {
 protected:
  StoreContract() : fixture_(GetParam().make()), capabilities(fixture_->capabilities()) {}

  StoreFixture& fixture() { return *fixture_; }
  Outside& outside() { return fixture_->outside(); }
  Store& store();

  void create(const std::vector<TableDescription>& tables);

  Schema schema(const std::vector<std::string>& tables) { return must(store().inspect(tables, std::nullopt)); }
  // A created table as inspect() showed it, before any transaction; load() looks again after a schema change.
  std::shared_ptr<const Table> table(const std::string& name);
  const Schema& load();
  std::unique_ptr<Transaction> begin();

  // Statements by column names. A cell whose column the table lacks is a mistake of the test.
  WriteOutcome insert(Transaction& transaction, const std::string& table, const Cells& cells);
  WriteOutcome update(Transaction& transaction, const std::string& table, const Locator& at, const Cells& cells);
  WriteOutcome erase(Transaction& transaction, const std::string& table, const Locator& at);
  // One committed insert; where the row is.
  Locator put(const std::string& table, const Cells& cells);

  // Whole rows, in locator order.
  std::vector<RowImage> images(const std::string& table);
  std::vector<std::vector<Value>> rows(const std::string& table);
  std::vector<std::vector<Value>> rows_locked(Transaction& transaction, const std::string& table);
  std::optional<RowImage> fetch(Reader& reader, const std::string& table, const Locator& at);

 private:
  std::unique_ptr<StoreFixture> fixture_;
  std::unique_ptr<Store> store_;  // before the fixture goes, the store goes
  std::vector<std::string> names_;
  std::optional<Schema> schema_;

 protected:
  const Capabilities capabilities;
};

ColumnList all_columns(const Table& table);
std::vector<Value> copy(std::span<const ValueView> values);

// A touch with its own copy of the name, so that expected ones can be written down.
struct TouchImage {
  TouchKind kind = TouchKind::Insert;
  std::string table;
  Locator before;
  Locator after;
  int depth = 0;
  friend bool operator==(const TouchImage&, const TouchImage&) = default;
};
std::vector<TouchImage> touches(const Transaction& transaction);

}  // namespace holdfast::contract

namespace holdfast {
// For messages of failed expectations.
void PrintTo(const Value& value, std::ostream* out);
void PrintTo(RowFailure failure, std::ostream* out);
void PrintTo(ErrorKind kind, std::ostream* out);
namespace contract {
void PrintTo(const TouchImage& touch, std::ostream* out);
}
}  // namespace holdfast

#define HOLDFAST_CONTRACT(suite)                                                                       \
  INSTANTIATE_TEST_SUITE_P(Engines, suite, testing::ValuesIn(holdfast::contract::fixture_factories()), \
                           [](const auto& parameter) { return parameter.param.name; })
