#include "tests/contract/contract_test.h"

#include <gmock/gmock.h>

#include "reconcilers/core/text.h"

namespace holdfast {

void PrintTo(const Value& value, std::ostream* out) { *out << describe(value.view()); }

void PrintTo(RowFailure failure, std::ostream* out) {
  static constexpr const char* names[] = {"None",     "NotNull", "Unique",           "Check",          "ForeignKey",
                                          "Datatype", "TooBig",  "RefusedByTrigger", "TransactionLost"};
  *out << names[static_cast<std::size_t>(failure)];
}

void PrintTo(ErrorKind kind, std::ostream* out) {
  static constexpr const char* names[] = {"Invalid", "Transient", "Terminal", "InDoubt", "SchemaChanged"};
  *out << names[static_cast<std::size_t>(kind)];
}

namespace contract {

void PrintTo(const TouchImage& touch, std::ostream* out) {
  static constexpr const char* kinds[] = {"insert", "update", "delete"};
  *out << kinds[static_cast<std::size_t>(touch.kind)] << " " << touch.table << " "
       << testing::PrintToString(touch.before) << " -> " << testing::PrintToString(touch.after) << " at depth "
       << touch.depth;
}

std::vector<FixtureFactory>& fixture_factories() {
  static std::vector<FixtureFactory> factories;
  return factories;
}

ColumnDescription text_column(std::string name) {
  return {std::move(name), "TEXT", Affinity::Text, false, Collation::Binary, {}};
}
ColumnDescription integer_column(std::string name) {
  return {std::move(name), "INTEGER", Affinity::Integer, false, Collation::Binary, {}};
}
ColumnDescription real_column(std::string name) {
  return {std::move(name), "REAL", Affinity::Real, false, Collation::Binary, {}};
}
ColumnDescription boolean_column(std::string name) {
  return {std::move(name), "BOOLEAN", Affinity::Numeric, false, Collation::Binary, {}};
}
ColumnDescription any_column(std::string name) {
  return {std::move(name), "", Affinity::Blob, false, Collation::Binary, {}};
}

ColumnDescription not_null(ColumnDescription column) {
  column.not_null = true;
  return column;
}

ColumnDescription collated(ColumnDescription column, Collation collation) {
  column.collation = collation;
  return column;
}

ColumnDescription with_default(ColumnDescription column, Value value) {
  column.default_value = std::move(value);
  return column;
}

TableDescription numbered(std::string name, std::vector<ColumnDescription> columns) {
  TableDescription table;
  table.name = std::move(name);
  table.columns = std::move(columns);
  table.columns.insert(table.columns.begin(), integer_column("id"));
  table.primary_key = {"id"};
  return table;
}

Store& StoreContract::store() {
  if (!store_) store_ = fixture_->open();
  return *store_;
}

void StoreContract::create(const std::vector<TableDescription>& tables) {
  fixture_->create(tables);
  for (const TableDescription& table : tables) names_.push_back(table.name);
}

const Schema& StoreContract::load() {
  schema_ = schema(names_);
  return *schema_;
}

std::shared_ptr<const Table> StoreContract::table(const std::string& name) {
  if (!schema_) load();
  const auto found = schema_->find(name);
  if (!found) throw std::runtime_error("no table " + name);
  return found;
}

std::unique_ptr<Transaction> StoreContract::begin() {
  if (!schema_) load();
  return must(store().begin(*schema_));
}

namespace {

std::vector<Assignment> assignments(const Table& table, const Cells& cells) {
  std::vector<Assignment> values;
  for (const auto& [name, value] : cells) {
    const std::uint32_t column = table.find(name);
    if (column == Table::npos) throw std::runtime_error("no column " + name);
    values.push_back({column, value.view()});
  }
  return values;
}

}  // namespace

WriteOutcome StoreContract::insert(Transaction& transaction, const std::string& name, const Cells& cells) {
  const auto found = table(name);
  return must(transaction.insert(*found, assignments(*found, cells)));
}

WriteOutcome StoreContract::update(Transaction& transaction, const std::string& name, const Locator& at,
                                   const Cells& cells) {
  const auto found = table(name);
  return must(transaction.update(*found, at, assignments(*found, cells)));
}

WriteOutcome StoreContract::erase(Transaction& transaction, const std::string& name, const Locator& at) {
  return must(transaction.erase(*table(name), at));
}

Locator StoreContract::put(const std::string& name, const Cells& cells) {
  const auto transaction = begin();
  const WriteOutcome outcome = insert(*transaction, name, cells);
  if (!outcome.ok()) throw std::runtime_error("not inserted: " + outcome.message);
  must(transaction->commit());
  return outcome.locator;
}

std::vector<RowImage> StoreContract::images(const std::string& name) {
  std::vector<RowImage> images;
  const auto found = table(name);
  must(store().scan({found.get(), all_columns(*found)}, [&](const LiveRow& row) {
    images.push_back({copy(row.locator), copy(row.values)});
    return true;
  }));
  return images;
}

std::vector<std::vector<Value>> StoreContract::rows(const std::string& name) {
  std::vector<std::vector<Value>> rows;
  for (RowImage& image : images(name)) rows.push_back(std::move(image.values));
  return rows;
}

std::vector<std::vector<Value>> StoreContract::rows_locked(Transaction& transaction, const std::string& name) {
  std::vector<std::vector<Value>> rows;
  const auto found = table(name);
  must(transaction.scan_locked(*found, all_columns(*found), [&](const LiveRow& row) {
    rows.push_back(copy(row.values));
    return true;
  }));
  return rows;
}

std::optional<RowImage> StoreContract::fetch(Reader& reader, const std::string& name, const Locator& at) {
  return must(reader.fetch(*table(name), std::vector<Locator>{at})).front();
}

ColumnList all_columns(const Table& table) {
  ColumnList columns;
  for (std::uint32_t i = 0; i < table.columns.size(); ++i) columns.push_back(i);
  return columns;
}

std::vector<Value> copy(std::span<const ValueView> values) {
  std::vector<Value> copied;
  for (const ValueView value : values) copied.emplace_back(value);
  return copied;
}

std::vector<TouchImage> touches(const Transaction& transaction) {
  std::vector<TouchImage> images;
  for (std::size_t i = 0; i < transaction.touch_count(); ++i) {
    const Touch touch = transaction.touch(i);
    images.push_back({touch.kind, std::string(touch.table), touch.before, touch.after, touch.depth});
  }
  return images;
}

}  // namespace contract
}  // namespace holdfast
