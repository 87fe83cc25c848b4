// Random tables and triggers: few columns and few values, so that things meet.
#include <algorithm>

#include "reconcilers/sql/sqlite_rules.h"
#include "tests/property/making.h"

namespace holdfast::testing {
namespace {

const std::vector<std::string> loose_types = {"INTEGER", "INTEGER",       "TEXT",    "TEXT",        "TEXT",      "REAL",
                                              "NUMERIC", "DECIMAL(10,2)", "BOOLEAN", "VARCHAR(20)", "TIMESTAMP", "BLOB",
                                              ""};
const std::vector<std::string> strict_types = {"INTEGER", "INT", "TEXT", "TEXT", "REAL", "BLOB", "ANY"};
const std::vector<ForeignKeyAction> actions = {ForeignKeyAction::Cascade, ForeignKeyAction::SetNull,
                                               ForeignKeyAction::SetDefault, ForeignKeyAction::NoAction,
                                               ForeignKeyAction::Restrict};

class TableMaker {
 public:
  TableMaker(Dice& dice, const WorldKind& kind, World& world) : dice_(dice), kind_(kind), world_(world) {}

  TableSpec make(std::size_t number) {
    table_.name = dice_.chance(8) ? "or\"der; " + std::to_string(number) : "t" + std::to_string(number);
    table_.strict = dice_.chance(20);
    const std::size_t columns = dice_.between(2, 4);
    for (std::size_t i = 0; i < columns; ++i) table_.columns.push_back(column("c" + std::to_string(i)));
    if (dice_.chance(8)) table_.columns[1].name = "se\"lect; --";
    add_primary_key();
    add_references();
    add_generated();
    add_indexes();
    return std::move(table_);
  }

 private:
  ColumnSpec column(std::string name) {
    ColumnSpec column;
    column.name = std::move(name);
    column.type = dice_.pick(table_.strict ? strict_types : loose_types);
    if (dice_.chance(20)) column.collation = dice_.pick({Collation::NoCase, Collation::NoCase, Collation::RTrim});
    if (dice_.chance(20)) column.default_value = any_value(dice_, column, table_.strict, false);
    column.not_null = dice_.chance(15) && column.default_value && !column.default_value->is_null();
    return column;
  }

  void add_primary_key() {
    const std::size_t roll = dice_.below(100);
    if (roll < 55) {
      ColumnSpec id;
      id.name = "id";
      id.type = "INTEGER";
      table_.columns.insert(table_.columns.begin(), id);
      table_.primary_key = {"id"};
      table_.autoincrement = dice_.chance(30);
    } else if (roll < 70) {
      table_.primary_key = {table_.columns[0].name};
    } else if (roll < 85) {
      table_.primary_key = {table_.columns[1].name, table_.columns[0].name};
    } else {
      return;
    }
    if (table_.autoincrement) return;
    table_.without_rowid = dice_.chance(table_.primary_key.front() == "id" ? 10 : 40);
  }

  // Columns of their own, made like those that they refer to.
  void add_references() {
    const std::size_t keys = world_.tables.empty() ? dice_.below(4) / 3 : dice_.pick({0, 1, 1, 1, 2});
    for (std::size_t i = 0; i < keys; ++i) {
      const bool self = world_.tables.empty() || dice_.chance(10);
      const TableSpec& parent = self ? table_ : dice_.pick(world_.tables);
      ForeignKeySpec key;
      key.parent = parent.name;
      key.on_delete = dice_.pick(actions);
      key.on_update = dice_.pick(actions);
      Names targets = parent.primary_key;
      if (targets.empty() || dice_.chance(15)) {
        std::vector<Names> unique;
        for (const UniqueSpec& one : parent.unique) {
          if (one.where_not_null.empty()) unique.push_back(one.columns);
        }
        // Rarely a column that is not unique: the engine then cannot use the reference.
        targets = !unique.empty() ? dice_.pick(unique) : Names{parent.columns[dice_.below(2)].name};
      }
      for (const std::string& target : targets) {
        ColumnSpec child = *parent.find(target);
        child.name = "r" + std::to_string(i) + "_" + std::to_string(key.columns.size());
        if (table_.strict != parent.strict) child.type = table_.strict ? "ANY" : child.type == "ANY" ? "" : child.type;
        child.not_null = false;
        child.generated = Generated::No;
        child.default_value.reset();
        if (dice_.chance(30)) child.default_value = any_value(dice_, child, table_.strict, false);
        key.columns.push_back(child.name);
        table_.columns.push_back(std::move(child));
      }
      key.parent_columns = std::move(targets);
      if (dice_.chance(60)) table_.indexes.push_back(key.columns);
      table_.references.push_back(std::move(key));
    }
  }

  void add_generated() {
    if (!kind_.generated || !dice_.chance(20)) return;
    ColumnSpec made;
    made.name = "g";
    made.type = "TEXT";
    made.generated = dice_.pick({Generated::Virtual, Generated::Stored});
    made.generated_from = dice_.pick(table_.columns).name;
    const std::size_t at = dice_.below(table_.columns.size() + 1);
    table_.columns.insert(table_.columns.begin() + static_cast<std::ptrdiff_t>(at), made);
  }

  void add_indexes() {
    const std::size_t count = dice_.pick({0, 0, 1, 1, 2});
    for (std::size_t i = 0; i < count; ++i) {
      UniqueSpec unique;
      unique.columns.push_back(dice_.pick(table_.columns).name);
      if (dice_.chance(30)) {
        const std::string& second = dice_.pick(table_.columns).name;
        if (second != unique.columns.front()) unique.columns.push_back(second);
      }
      if (unique.columns == table_.primary_key) continue;
      if (dice_.chance(20)) unique.where_not_null = dice_.pick(table_.columns).name;
      table_.unique.push_back(std::move(unique));
    }
    if (dice_.chance(30)) table_.indexes.push_back({dice_.pick(table_.columns).name});
  }

  Dice& dice_;
  const WorldKind& kind_;
  World& world_;
  TableSpec table_;
};

TriggerSpec trigger(Dice& dice, const WorldKind& kind, const World& world, const TableSpec& table) {
  using Does = TriggerSpec::Does;
  TriggerSpec made;
  made.on = dice.pick({TouchKind::Insert, TouchKind::Update, TouchKind::Delete});
  std::vector<Does> choices = {Does::LogInsert, Does::LogInsert, Does::LogUpdate,
                               Does::LogDelete, Does::Abort,     Does::Ignore};
  if (made.on != TouchKind::Delete) choices.insert(choices.end(), {Does::Stamp, Does::Stamp, Does::Lower});
  if (kind.wild_triggers) {
    choices.insert(choices.end(), {Does::Sibling, Does::Other, Does::OtherGone});
    if (made.on == TouchKind::Delete) choices.push_back(Does::Reinsert);
  }
  made.does = dice.pick(choices);
  made.before = made.does == Does::Abort || made.does == Does::Ignore                                 ? dice.chance(80)
                : made.does == Does::Stamp || made.does == Does::Lower || made.does == Does::Reinsert ? false
                                                                                                      : dice.chance(25);
  std::vector<ColumnSpec> plain;
  for (const ColumnSpec& column : table.columns) {
    if (column.generated == Generated::No && !contains(table.primary_key, column.name)) plain.push_back(column);
  }
  const ColumnSpec& column = plain.empty() ? table.columns.front() : dice.pick(plain);
  made.column = column.name;
  made.value = any_value(dice, column, table.strict, false);
  if (made.does == Does::Other || made.does == Does::OtherGone) {
    const TableSpec& other = dice.pick(world.tables);
    made.table = other.name;
    const ColumnSpec& target = dice.pick(other.columns);
    made.column = target.name;
    made.value = any_value(dice, target, other.strict, false);
  }
  return made;
}

}  // namespace

bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const ColumnSpec* TableSpec::find(const std::string& column) const {
  for (const ColumnSpec& one : columns) {
    if (one.name == column) return &one;
  }
  return nullptr;
}

bool TableSpec::rowid_alias() const {
  return !without_rowid && primary_key.size() == 1 && find(primary_key.front())->type == "INTEGER";
}

const TableSpec* World::find(const std::string& table) const {
  for (const TableSpec& one : tables) {
    if (one.name == table) return &one;
  }
  return nullptr;
}

const SetSpec* World::find_set(const std::string& set) const {
  for (const SetSpec& one : sets) {
    if (one.name == set) return &one;
  }
  return nullptr;
}

void add_tables(Dice& dice, const WorldKind& kind, World& world) {
  const std::size_t tables = dice.pick({1, 2, 2, 3});
  for (std::size_t i = 0; i < tables; ++i) world.tables.push_back(TableMaker(dice, kind, world).make(i));
}

void add_triggers(Dice& dice, const WorldKind& kind, World& world) {
  if (!kind.triggers || !dice.chance(45)) return;
  const std::size_t count = dice.between(1, 3);
  for (std::size_t i = 0; i < count; ++i) {
    TableSpec& table = world.tables[dice.below(world.tables.size())];
    TriggerSpec made = trigger(dice, kind, world, table);
    made.name = "w" + std::to_string(i);
    table.triggers.push_back(std::move(made));
  }
  TableSpec log;
  log.name = "log";
  log.columns.resize(2);
  log.columns[0].name = "n";
  log.columns[0].type = "INTEGER";
  log.columns[1].name = "what";
  log.primary_key = {"n"};
  world.tables.push_back(std::move(log));
}

World make_world(std::uint64_t seed, const WorldKind& kind) {
  Dice dice(seed);
  World world;
  world.seed = seed;
  add_tables(dice, kind, world);
  add_sets(dice, world);
  add_triggers(dice, kind, world);
  add_rows(dice, world);
  if (kind.edits) add_edits(dice, world);
  return world;
}

}  // namespace holdfast::testing
