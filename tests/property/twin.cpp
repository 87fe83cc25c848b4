#include "tests/property/twin.h"

#include <stdexcept>

#include "reconcilers/sql/sqlite_rules.h"
#include "reconcilers/stores/sqlite/sqlite_store.h"

namespace holdfast::testing {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
  return std::move(*result);
}
void must(const Result<void>& result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
}

std::unique_ptr<Store> open(const Lab& lab) {
  stores::SqliteOptions options;
  options.name = "db";
  options.path = lab.path();
  return must(stores::open_sqlite(options));
}

Schema inspect(Store& store, const World& world) {
  Names names;
  for (const TableSpec& table : world.tables) names.push_back(table.name);
  return must(store.inspect(names, std::nullopt));
}

ColumnList all_columns(const Table& table) {
  ColumnList columns(table.columns.size());
  for (std::uint32_t i = 0; i < columns.size(); ++i) columns[i] = i;
  return columns;
}

std::vector<RowImage> rows_of(Store& store, const Table& table) {
  std::vector<RowImage> rows;
  must(store.scan({&table, all_columns(table)}, [&](const LiveRow& row) {
    RowImage copy;
    for (const ValueView& part : row.locator) copy.locator.emplace_back(part);
    for (const ValueView& value : row.values) copy.values.emplace_back(value);
    rows.push_back(std::move(copy));
    return true;
  }));
  return rows;
}

// Columns and references as SQLite shows them, in its order; unique keys as the world has them.
stores::TableDefinition definition_of(const TableSpec& spec, const Table& live) {
  stores::TableDefinition definition;
  Table& shape = definition.shape;
  shape.name = live.name;
  shape.columns = live.columns;
  shape.without_rowid = spec.without_rowid;
  shape.strict = spec.strict;
  shape.autoincrement = spec.autoincrement;
  for (const ColumnSpec& column : spec.columns) definition.defaults.push_back(column.default_value);
  for (const UniqueSpec& spec_of_one : spec.unique) {
    UniqueConstraint unique;
    for (const std::string& name : spec_of_one.columns) {
      unique.columns.push_back(live.find(name));
      unique.collations.push_back(live.columns[unique.columns.back()].collation);
    }
    shape.unique.push_back(std::move(unique));
    definition.unique_where.emplace_back();
    if (spec_of_one.where_not_null.empty()) continue;
    const std::uint32_t column = live.find(spec_of_one.where_not_null);
    definition.unique_where.back() = [column](stores::RowValues row) { return !row[column].is_null(); };
  }
  for (const ForeignKey& one : live.references) {
    ForeignKey key;
    key.child_columns = one.child_columns;
    key.parent_table = one.parent_table;
    key.parent_columns = one.parent_columns;
    key.on_delete = one.on_delete;
    key.on_update = one.on_update;
    shape.references.push_back(std::move(key));
  }
  return definition;
}

}  // namespace

Twin::Twin(Lab& lab) : database_(sql::sqlite_rules()) {
  const std::unique_ptr<Store> original = testing::open(lab);
  const Schema schema = inspect(*original, lab.world());
  std::vector<stores::TableDefinition> definitions;
  for (const TableSpec& spec : lab.world().tables) definitions.push_back(definition_of(spec, *schema.find(spec.name)));
  must(database_.create(definitions));

  const std::unique_ptr<Store> copy = open();
  const Schema made = inspect(*copy, lab.world());
  const std::unique_ptr<Transaction> transaction = must(copy->begin(made));
  for (const TableSpec& spec : lab.world().tables) {
    for (const RowImage& row : rows_of(*original, *schema.find(spec.name))) {
      const WriteOutcome written = must(transaction->restore(*made.find(spec.name), row));
      if (!written.ok()) throw std::runtime_error("a row of " + spec.name + " has no twin: " + written.message);
    }
  }
  must(transaction->commit());
}

std::string contents(Store& store, const World& world) {
  const Schema schema = inspect(store, world);
  std::string text;
  for (const TableSpec& spec : world.tables) {
    for (const RowImage& row : rows_of(store, *schema.find(spec.name))) {
      text += spec.name + " [";
      for (const Value& part : row.locator) text += " " + literal(part);
      text += " ]";
      for (const Value& value : row.values) text += " " + literal(value);
      text += "\n";
    }
  }
  return text;
}

std::string contents(const Lab& lab) { return contents(*testing::open(lab), lab.world()); }

}  // namespace holdfast::testing
