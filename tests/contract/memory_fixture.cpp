// The memory engine in the contract suite: descriptions become shapes and C++ functions.
#include <gtest/gtest.h>

#include <algorithm>

#include "reconcilers/core/key_value.h"
#include "reconcilers/sql/sqlite_rules.h"
#include "reconcilers/stores/memory/memory_database.h"
#include "tests/contract/contract_test.h"

namespace holdfast::contract {
namespace {

using stores::MemoryDatabase;
using stores::RowValues;
using stores::TableDefinition;
using stores::TriggerRow;
using stores::TriggerScope;
using stores::TriggerVerdict;

std::uint32_t index_of(const Table& table, const std::string& column) {
  const std::uint32_t index = table.find(column);
  if (index == Table::npos) throw std::runtime_error("the description of " + table.name + " has no column " + column);
  return index;
}

Column shape_of(const ColumnDescription& described) {
  Column column;
  column.name = described.name;
  column.declared_type = described.type;
  column.affinity = described.affinity;
  column.boolean = described.type == "BOOLEAN";
  column.collation = described.collation;
  column.collation_name = described.collation == Collation::NoCase  ? "NOCASE"
                          : described.collation == Collation::RTrim ? "RTRIM"
                                                                    : "BINARY";
  column.not_null = described.not_null;
  column.has_default = described.default_value.has_value();
  return column;
}

std::string lowered(ValueView value) { return ascii_lower(value.bytes()); }

// Runs the steps of a trigger that is described; what SQLite's trigger programs do.
struct DescribedTrigger {
  Table shape;
  TriggerDescription described;

  TriggerVerdict operator()(const TriggerRow& row, TriggerScope& scope) const {
    for (const TriggerStep& step : described.steps) {
      const std::uint32_t column = index_of(shape, step.column);
      const Value value = current(row)[column];
      switch (step.kind) {
        case TriggerStep::Kind::CopyInto: scope.insert(step.table, {{step.target, value}}); break;
        case TriggerStep::Kind::EraseFrom:
          for (const RowImage& found : scope.find(step.table, step.target, value)) {
            scope.erase(step.table, found.locator);
          }
          break;
        case TriggerStep::Kind::Lower:
          scope.update(shape.name, row.after->locator, {{step.column, Value::text(lowered(value.view()))}});
          break;
        default:
          if (key_equal(shape.columns[column].collation, value.view(), step.value.view())) return verdict(step);
      }
    }
    return {};
  }

  static TriggerVerdict verdict(const TriggerStep& step) {
    switch (step.kind) {
      case TriggerStep::Kind::Ignore: return {TriggerVerdict::Kind::Ignore, step.message};
      case TriggerStep::Kind::Rollback: return {TriggerVerdict::Kind::Rollback, step.message};
      default: return {TriggerVerdict::Kind::Abort, step.message};
    }
  }

  static const std::vector<Value>& current(const TriggerRow& row) {
    if (row.next != nullptr) return *row.next;
    return row.after != nullptr ? row.after->values : row.before->values;
  }
};

void add_unique(const TableDescription& described, TableDefinition& definition) {
  for (const UniqueDescription& unique : described.unique) {
    UniqueConstraint constraint;
    for (const std::string& name : unique.columns) constraint.columns.push_back(index_of(definition.shape, name));
    constraint.collations = unique.collations;
    if (unique.collations.empty()) {
      for (const std::uint32_t column : constraint.columns) {
        constraint.collations.push_back(definition.shape.columns[column].collation);
      }
    }
    definition.shape.unique.push_back(constraint);
    definition.unique_where.emplace_back();
    if (unique.where_not_null.empty()) continue;
    const std::uint32_t column = index_of(definition.shape, unique.where_not_null);
    definition.unique_where.back() = [column](RowValues row) { return !row[column].is_null(); };
  }
}

void add_checks_and_triggers(const TableDescription& described, TableDefinition& definition) {
  for (const CheckDescription& check : described.checks) {
    const std::uint32_t column = index_of(definition.shape, check.column);
    definition.checks.push_back({check.column, [column, least = check.least](RowValues row) {
                                   const ValueView value = row[column].view();
                                   return value.kind() != ValueKind::Integer || value.integer() >= least;
                                 }});
  }
  for (const TriggerDescription& trigger : described.triggers) {
    definition.triggers.push_back({trigger.name, trigger.time == TriggerTime::Before,
                                   static_cast<TouchKind>(trigger.event), DescribedTrigger{definition.shape, trigger}});
  }
}

TableDefinition definition_of(const TableDescription& described) {
  TableDefinition definition;
  Table& shape = definition.shape;
  shape.name = described.name;
  shape.autoincrement = described.autoincrement;
  shape.without_rowid = described.without_rowid;
  shape.strict = described.strict;
  for (const ColumnDescription& column : described.columns) {
    shape.columns.push_back(shape_of(column));
    definition.defaults.push_back(column.default_value);
  }
  int place = 0;
  for (const std::string& name : described.primary_key) shape.columns[index_of(shape, name)].primary_key = ++place;
  for (const ForeignKeyDescription& key : described.references) {
    ForeignKey reference;
    reference.child_columns = key.columns;
    reference.parent_table = key.parent;
    reference.parent_columns = key.parent_columns;
    reference.on_delete = key.on_delete;
    reference.on_update = key.on_update;
    shape.references.push_back(std::move(reference));
  }
  add_unique(described, definition);
  add_checks_and_triggers(described, definition);
  return definition;
}

// The second writer: another connection of the same database.
class MemoryOutside : public Outside {
 public:
  MemoryOutside(MemoryDatabase& database) : database_(database), store_(database.open("outside")) {}

  void insert(const std::string& table, const Cells& cells) override {
    if (!insert_or_locked(table, cells)) ADD_FAILURE() << "outside cannot insert: the database is locked";
  }

  bool try_insert(const std::string& table, const Cells& cells) override { return insert_or_locked(table, cells); }

  std::size_t update(const std::string& table, const std::string& column, const Value& value,
                     const Cells& cells) override {
    const auto found = load(table);
    return each(*found, column, value, [&](Transaction& transaction, const Locator& at) {
      return must(transaction.update(*found, at, assignments(*found, cells)));
    });
  }

  std::size_t erase(const std::string& table, const std::string& column, const Value& value) override {
    const auto found = load(table);
    return each(*found, column, value,
                [&](Transaction& transaction, const Locator& at) { return must(transaction.erase(*found, at)); });
  }

  std::vector<std::vector<Value>> rows(const std::string& table) override {
    std::vector<std::vector<Value>> rows;
    const auto found = load(table);
    const auto add = [&](const LiveRow& row) {
      rows.push_back(copy(row.values));
      return true;
    };
    if (transaction_) {
      must(transaction_->scan_locked(*found, all_columns(*found), add));
    } else {
      must(store_->scan({found.get(), all_columns(*found)}, add));
    }
    return rows;
  }

  void begin() override { transaction_ = must(open_transaction()); }
  void commit() override { must(std::exchange(transaction_, nullptr)->commit()); }
  void rollback() override { std::exchange(transaction_, nullptr)->rollback(); }

  // A reader holds no lock here: what it has begun to read is kept for it.
  void begin_read(const std::string& table) override { read_ = rows(table); }
  void end_read() override { read_.clear(); }

  void add_column(const std::string& table, const ColumnDescription& column) override {
    must(database_.add_column(table, shape_of(column), column.default_value));
  }
  void drop_table(const std::string& table) override { must(database_.drop(table)); }

 private:
  std::shared_ptr<const Table> load(const std::string& table) {
    const std::vector<std::string> names{table};
    const auto found = must(store_->inspect(names, std::nullopt)).find(table);
    if (!found) throw std::runtime_error("outside finds no table " + table);
    return found;
  }

  Result<std::unique_ptr<Transaction>> open_transaction() {
    return store_->begin(must(store_->inspect({}, std::nullopt)));
  }

  static std::vector<Assignment> assignments(const Table& table, const Cells& cells) {
    std::vector<Assignment> values;
    for (const auto& [name, value] : cells) values.push_back({index_of(table, name), value.view()});
    return values;
  }

  // Does something in the open transaction, or in one of its own; false when the database is locked.
  bool write(const std::function<void(Transaction&)>& work) {
    if (transaction_) {
      work(*transaction_);
      return true;
    }
    auto own = open_transaction();
    if (!own && own.error().kind == ErrorKind::Transient) return false;
    const auto transaction = must(std::move(own));
    work(*transaction);
    must(transaction->commit());
    return true;
  }

  bool insert_or_locked(const std::string& table, const Cells& cells) {
    const auto found = load(table);
    return write([&](Transaction& transaction) {
      const WriteOutcome outcome = must(transaction.insert(*found, assignments(*found, cells)));
      EXPECT_TRUE(outcome.ok()) << outcome.message;
    });
  }

  std::size_t each(const Table& table, const std::string& column, const Value& value,
                   const std::function<WriteOutcome(Transaction&, const Locator&)>& change) {
    std::size_t changed = 0;
    const ColumnList columns{index_of(table, column)};
    const bool done = write([&](Transaction& transaction) {
      std::vector<Locator> found;
      must(transaction.scan_locked(table, columns, [&](const LiveRow& row) {
        const bool match = value.is_null()
                               ? row.values[0].is_null()
                               : key_equal(table.columns[columns[0]].collation, row.values[0], value.view());
        if (match) found.push_back(copy(row.locator));
        return true;
      }));
      for (const Locator& at : found) {
        const WriteOutcome outcome = change(transaction, at);
        EXPECT_TRUE(outcome.ok()) << outcome.message;
        ++changed;
      }
    });
    EXPECT_TRUE(done) << "outside cannot write: the database is locked";
    return changed;
  }

  MemoryDatabase& database_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Transaction> transaction_;
  std::vector<std::vector<Value>> read_;
};

class MemoryFixture : public StoreFixture {
 public:
  Capabilities capabilities() const override {
    Capabilities capabilities;
    capabilities.wal = false;
    capabilities.expectations = false;
    return capabilities;
  }

  void create(const std::vector<TableDescription>& tables) override { must(database_.create(definitions(tables))); }

  std::string setup_for(const std::vector<TableDescription>& tables) override {
    std::string setup = "the tables";
    for (const TableDescription& table : tables) setup += " " + table.name;
    must(database_.plan(setup, definitions(tables)));
    return setup;
  }

  std::unique_ptr<Store> open() override { return database_.open("contract"); }

  Outside& outside() override {
    if (!outside_) outside_ = std::make_unique<MemoryOutside>(database_);
    return *outside_;
  }

 private:
  static std::vector<TableDefinition> definitions(const std::vector<TableDescription>& tables) {
    std::vector<TableDefinition> definitions;
    for (const TableDescription& table : tables) definitions.push_back(definition_of(table));
    return definitions;
  }

  MemoryDatabase database_{sql::sqlite_rules()};
  std::unique_ptr<MemoryOutside> outside_;
};

const FixtureRegistration memory{"Memory", [] { return std::make_unique<MemoryFixture>(); }};

}  // namespace
}  // namespace holdfast::contract
