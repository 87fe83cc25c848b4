// Random live rows, many of them near the declared ones, and what somebody else does at an unlucky moment.
#include <algorithm>

#include "tests/property/making.h"

namespace holdfast::testing {
namespace {

class RowMaker {
 public:
  RowMaker(Dice& dice, World& world) : dice_(dice), world_(world) {}

  void fill(const TableSpec& table) {
    const std::size_t first = world_.rows.size();
    for (const SetSpec& set : world_.sets) {
      if (set.table != table.name) continue;
      for (const Cells& declared : set.rows) near(table, set, declared);
    }
    rotate_unique(table, first);
    const std::size_t others = dice_.below(table.name == "log" ? 3 : 5);
    for (std::size_t i = 0; i < others; ++i) add(table, {});
  }

 private:
  // A declared row as it might be found: as declared, changed, twice, under another name, or not at all.
  void near(const TableSpec& table, const SetSpec& set, const Cells& declared) {
    if (dice_.chance(30)) return;
    const std::size_t copies = dice_.chance(8) ? 2 : 1;
    for (std::size_t i = 0; i < copies; ++i) {
      Cells row = declared;
      for (const auto& [name, value] : set.defaults) row.try_emplace(name, value);
      for (const auto& [name, reference] : set.references) row.erase(name);
      for (auto& [name, value] : row) {
        const bool key = contains(set.key, name);
        if (dice_.chance(key ? 4 : 30)) value = any_value(dice_, *table.find(name), table.strict, true);
      }
      for (const auto& [from, to] : set.renames) {
        if (!dice_.chance(70)) continue;
        if (std::all_of(to.begin(), to.end(), [&](const auto& cell) { return row[cell.first] == cell.second; })) {
          for (const auto& [name, value] : from) row[name] = value;
        }
      }
      add(table, std::move(row));
    }
  }

  void add(const TableSpec& table, Cells cells) {
    for (const ColumnSpec& column : table.columns) {
      if (column.generated != Generated::No || cells.contains(column.name)) continue;
      const bool alias = table.rowid_alias() && column.name == table.primary_key.front();
      if (dice_.chance(alias ? 40 : 8)) continue;  // the default
      cells[column.name] = value_for(table, column);
    }
    world_.rows.push_back({table.name, std::move(cells)});
  }

  // A reference mostly leads to a row that is there.
  Value value_for(const TableSpec& table, const ColumnSpec& column) {
    for (const ForeignKeySpec& key : table.references) {
      for (std::size_t i = 0; i < key.columns.size(); ++i) {
        if (key.columns[i] != column.name || !dice_.chance(85)) continue;
        std::vector<Value> there;
        for (const LiveSpec& row : world_.rows) {
          const auto cell = row.cells.find(key.parent_columns[i]);
          if (row.table == key.parent && cell != row.cells.end()) there.push_back(cell->second);
        }
        if (!there.empty()) return dice_.pick(there);
      }
    }
    return any_value(dice_, column, table.strict, true);
  }

  // Unique values that went round in a circle.
  void rotate_unique(const TableSpec& table, std::size_t first) {
    if (!dice_.chance(35)) return;
    Names columns = table.primary_key;
    for (const UniqueSpec& unique : table.unique)
      columns.insert(columns.end(), unique.columns.begin(), unique.columns.end());
    if (columns.empty()) return;
    const std::string column = dice_.pick(columns);
    std::vector<Value*> cells;
    for (std::size_t i = first; i < world_.rows.size(); ++i) {
      const auto cell = world_.rows[i].cells.find(column);
      if (cell != world_.rows[i].cells.end()) cells.push_back(&cell->second);
    }
    for (std::size_t i = 1; i < cells.size(); ++i) std::swap(*cells[i - 1], *cells[i]);
  }

  Dice& dice_;
  World& world_;
};

std::string edit(Dice& dice, const World& world) {
  const TableSpec& table = dice.pick(world.tables);
  std::vector<ColumnSpec> plain;
  for (const ColumnSpec& column : table.columns) {
    if (column.generated == Generated::No) plain.push_back(column);
  }
  const ColumnSpec& set = dice.pick(plain);
  const ColumnSpec& where = dice.pick(plain);
  std::vector<Value> there;
  for (const LiveSpec& row : world.rows) {
    const auto cell = row.cells.find(where.name);
    if (row.table == table.name && cell != row.cells.end()) there.push_back(cell->second);
  }
  const Value found = there.empty() ? Value::null() : dice.pick(there);
  const std::string condition = " WHERE " + quoted(where.name) + " IS " + literal(found);
  const std::size_t roll = dice.below(100);
  if (roll < 45) {
    return "UPDATE OR IGNORE " + quoted(table.name) + " SET " + quoted(set.name) + " = " +
           literal(any_value(dice, set, table.strict, true)) + condition;
  }
  if (roll < 65) return "DELETE FROM " + quoted(table.name) + condition;
  std::string names, values;
  for (const ColumnSpec& column : plain) {
    if (dice.chance(20)) continue;
    names += (names.empty() ? "" : ", ") + quoted(column.name);
    values += (values.empty() ? "" : ", ") + literal(any_value(dice, column, table.strict, true));
  }
  if (names.empty()) return "INSERT OR IGNORE INTO " + quoted(table.name) + " DEFAULT VALUES";
  return "INSERT OR IGNORE INTO " + quoted(table.name) + " (" + names + ") VALUES (" + values + ")";
}

}  // namespace

void add_rows(Dice& dice, World& world) {
  RowMaker maker(dice, world);
  for (const TableSpec& table : world.tables) maker.fill(table);
}

void add_edits(Dice& dice, World& world) {
  const std::size_t count = dice.pick({0, 1, 1, 2, 3});
  for (std::size_t i = 0; i < count; ++i) world.edits.push_back(edit(dice, world));
}

}  // namespace holdfast::testing
