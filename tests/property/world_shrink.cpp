// Smaller worlds: each leaves something out, or says something plainer. What refers to a part that goes, goes as well.
#include <algorithm>
#include <functional>

#include "tests/property/making.h"

namespace holdfast::testing {
namespace {

void forget_column(World& world, const std::string& table_name, const std::string& name);

void forget_set(World& world, const std::string& name) {
  std::erase_if(world.sets, [&](const SetSpec& set) { return set.name == name; });
  for (SetSpec& set : world.sets) {
    std::erase_if(set.references, [&](const auto& one) { return one.second.row_set == name; });
  }
}

void forget_table(World& world, const std::string& name) {
  std::erase_if(world.tables, [&](const TableSpec& table) { return table.name == name; });
  std::erase_if(world.rows, [&](const LiveSpec& row) { return row.table == name; });
  std::erase_if(world.edits, [&](const std::string& edit) { return edit.find(quoted(name)) != std::string::npos; });
  Names sets;
  for (const SetSpec& set : world.sets) {
    if (set.table == name) sets.push_back(set.name);
  }
  for (const std::string& set : sets) forget_set(world, set);
  using Does = TriggerSpec::Does;
  for (TableSpec& table : world.tables) {
    std::erase_if(table.references, [&](const ForeignKeySpec& key) { return key.parent == name; });
    std::erase_if(table.triggers, [&](const TriggerSpec& trigger) {
      const bool logs =
          trigger.does == Does::LogInsert || trigger.does == Does::LogUpdate || trigger.does == Does::LogDelete;
      return trigger.table == name || (logs && name == "log");
    });
  }
}

void forget_column(World& world, const std::string& table_name, const std::string& name) {
  for (TableSpec& table : world.tables) {
    std::erase_if(table.references, [&](const ForeignKeySpec& key) {
      return (table.name == table_name && contains(key.columns, name)) ||
             (key.parent == table_name && contains(key.parent_columns, name));
    });
    std::erase_if(table.triggers, [&](const TriggerSpec& trigger) {
      return trigger.column == name && (trigger.table.empty() ? table.name : trigger.table) == table_name;
    });
    if (table.name != table_name) continue;
    std::erase_if(table.columns, [&](const ColumnSpec& one) { return one.name == name || one.generated_from == name; });
    std::erase_if(table.unique,
                  [&](const UniqueSpec& one) { return contains(one.columns, name) || one.where_not_null == name; });
    std::erase_if(table.indexes, [&](const Names& one) { return contains(one, name); });
  }
  for (LiveSpec& row : world.rows) {
    if (row.table == table_name) row.cells.erase(name);
  }
  std::erase_if(world.edits, [&](const std::string& edit) { return edit.find(quoted(name)) != std::string::npos; });
  for (SetSpec& set : world.sets) {
    for (auto& [column, reference] : set.references) {
      const SetSpec* parent = world.find_set(reference.row_set);
      if (parent && parent->table == table_name && (reference.by == name || reference.column == name))
        reference.row_set = "";
    }
    std::erase_if(set.references, [](const auto& one) { return one.second.row_set.empty(); });
    if (set.table != table_name) continue;
    for (Cells& row : set.rows) row.erase(name);
    std::erase(set.initial, name);
    set.defaults.erase(name);
    set.references.erase(name);
    for (auto& rule : set.forbidden) rule.erase(name);
    std::erase_if(set.forbidden, [](const auto& rule) { return rule.empty(); });
  }
}

class Shrinker {
 public:
  explicit Shrinker(const World& world) : world_(world) {}

  std::vector<World> all() {
    for (const TableSpec& table : world_.tables) {
      with([&](World& w) { forget_table(w, table.name); });
    }
    for (const SetSpec& set : world_.sets) {
      with([&](World& w) { forget_set(w, set.name); });
    }
    halves([](World & w) -> auto& { return w.rows; });
    each([](World & w) -> auto& { return w.rows; });
    each([](World & w) -> auto& { return w.edits; });
    for (std::size_t i = 0; i < world_.tables.size(); ++i) table(i);
    for (std::size_t i = 0; i < world_.sets.size(); ++i) set(i);
    for (std::size_t i = 0; i < world_.rows.size(); ++i) {
      for (const auto& cell : world_.rows[i].cells) {
        with([&](World& w) { w.rows[i].cells.erase(cell.first); });
      }
    }
    return std::move(smaller_);
  }

 private:
  void with(const std::function<void(World&)>& change) {
    World smaller = world_;
    change(smaller);
    smaller_.push_back(std::move(smaller));
  }

  template <class Part>
  void each(const Part& part) {
    World copy = world_;
    for (std::size_t i = 0; i < part(copy).size(); ++i) {
      with([&](World& w) { part(w).erase(part(w).begin() + static_cast<std::ptrdiff_t>(i)); });
    }
  }

  template <class Part>
  void halves(const Part& part) {
    World copy = world_;
    const auto half = static_cast<std::ptrdiff_t>(part(copy).size() / 2);
    if (half < 2) return;
    with([&](World& w) { part(w).erase(part(w).begin(), part(w).begin() + half); });
    with([&](World& w) { part(w).erase(part(w).begin() + half, part(w).end()); });
  }

  template <class Part>
  void each_of_map(const Part& part) {
    World copy = world_;
    for (const auto& [name, value] : part(copy)) {
      with([&, key = name](World& w) { part(w).erase(key); });
    }
  }

  bool needed(const TableSpec& table, const std::string& column) const {
    if (contains(table.primary_key, column)) return true;
    return std::any_of(world_.sets.begin(), world_.sets.end(),
                       [&](const SetSpec& set) { return set.table == table.name && contains(set.key, column); });
  }

  void table(std::size_t i) {
    each([i](World & w) -> auto& { return w.tables[i].triggers; });
    each([i](World & w) -> auto& { return w.tables[i].references; });
    each([i](World & w) -> auto& { return w.tables[i].unique; });
    each([i](World & w) -> auto& { return w.tables[i].indexes; });
    const TableSpec& here = world_.tables[i];
    for (const ColumnSpec& column : here.columns) {
      if (!needed(here, column.name)) {
        with([&](World& w) { forget_column(w, here.name, column.name); });
      }
    }
    if (here.without_rowid) with([i](World& w) { w.tables[i].without_rowid = false; });
    if (here.autoincrement) with([i](World& w) { w.tables[i].autoincrement = false; });
    if (here.strict) with([i](World& w) { loosen(w.tables[i]); });
    for (std::size_t c = 0; c < here.columns.size(); ++c) {
      const ColumnSpec& column = here.columns[c];
      if (column.collation != Collation::Binary)
        with([&](World& w) { w.tables[i].columns[c].collation = Collation::Binary; });
      if (column.not_null) with([&](World& w) { w.tables[i].columns[c].not_null = false; });
      if (column.default_value) with([&](World& w) { w.tables[i].columns[c].default_value.reset(); });
    }
    for (std::size_t k = 0; k < here.triggers.size(); ++k) {
      if (here.triggers[k].before) with([&](World& w) { w.tables[i].triggers[k].before = false; });
    }
  }

  static void loosen(TableSpec& table) {
    table.strict = false;
    for (ColumnSpec& column : table.columns) {
      if (column.type == "ANY") column.type = "";
    }
  }

  void set(std::size_t i) {
    each([i](World & w) -> auto& { return w.sets[i].rows; });
    each([i](World & w) -> auto& { return w.sets[i].forbidden; });
    each([i](World & w) -> auto& { return w.sets[i].renames; });
    each([i](World & w) -> auto& { return w.sets[i].initial; });
    each_of_map([i](World & w) -> auto& { return w.sets[i].policy; });
    each_of_map([i](World & w) -> auto& { return w.sets[i].limits; });
    each_of_map([i](World & w) -> auto& { return w.sets[i].defaults; });
    each_of_map([i](World & w) -> auto& { return w.sets[i].references; });
    const SetSpec& here = world_.sets[i];
    for (std::size_t r = 0; r < here.rows.size(); ++r) {
      for (const auto& cell : here.rows[r]) {
        if (!contains(here.key, cell.first)) with([&, r](World& w) { w.sets[i].rows[r].erase(cell.first); });
      }
    }
    for (std::size_t r = 0; r < here.forbidden.size(); ++r) {
      if (here.forbidden[r].size() < 2) continue;
      each_of_map([ i, r ](World & w) -> auto& { return w.sets[i].forbidden[r]; });
    }
  }

  const World& world_;
  std::vector<World> smaller_;
};

}  // namespace

std::vector<World> smaller_worlds(const World& world) { return Shrinker(world).all(); }

}  // namespace holdfast::testing
