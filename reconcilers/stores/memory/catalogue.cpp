#include "reconcilers/stores/memory/catalogue.h"

#include <algorithm>
#include <set>

namespace holdfast::stores {
namespace {

Error invalid(const Table& table, std::string what, std::string hint) {
  return {ErrorKind::Invalid, std::move(what), "memory table \"" + table.name + "\"", std::move(hint)};
}

Result<void> check_columns(const Table& shape) {
  if (shape.name.empty() || shape.columns.empty()) return invalid(shape, "a table needs a name and a column", "");
  std::set<std::string> names;
  for (const Column& column : shape.columns) {
    if (!names.insert(ascii_lower(column.name)).second) {
      return invalid(shape, "two columns named \"" + column.name + "\"", "rename one of them");
    }
    if (column.generated != Generated::No) {
      return invalid(shape, "the memory engine has no generated columns", "leave out \"" + column.name + "\"");
    }
    if (column.collation == Collation::Other) {
      return invalid(shape, "the memory engine has no collation \"" + column.collation_name + "\"",
                     "use BINARY, NOCASE or RTRIM");
    }
  }
  return {};
}

Result<void> check_parts(const TableDefinition& definition) {
  const Table& shape = definition.shape;
  if (shape.kind != TableKind::Table) return invalid(shape, "the memory engine has tables only, no views", "");
  if (shape.without_rowid && shape.primary_key.empty()) {
    return invalid(shape, "a table without row numbers needs a primary key", "give it one");
  }
  if (shape.autoincrement && shape.locator.size() != 1) {
    return invalid(shape, "autoincrement needs a primary key of one INTEGER column", "leave it out");
  }
  if (!definition.defaults.empty() && definition.defaults.size() != shape.columns.size()) {
    return invalid(shape, "defaults are given for some columns only", "give one for each column, or none at all");
  }
  for (const UniqueConstraint& unique : shape.unique) {
    const bool known = std::all_of(unique.columns.begin(), unique.columns.end(),
                                   [&](std::uint32_t column) { return column < shape.columns.size(); });
    if (!known || unique.expression || unique.columns.empty() || unique.collations.size() != unique.columns.size()) {
      return invalid(shape, "a unique constraint of the memory engine is about columns, each with its collation", "");
    }
  }
  return {};
}

void find_primary_key(Table& shape) {
  shape.primary_key.clear();
  for (std::uint32_t i = 0; i < shape.columns.size(); ++i) {
    if (shape.columns[i].primary_key > 0) shape.primary_key.push_back(i);
  }
  std::sort(shape.primary_key.begin(), shape.primary_key.end(), [&](std::uint32_t a, std::uint32_t b) {
    return shape.columns[a].primary_key < shape.columns[b].primary_key;
  });
  const bool alias =
      shape.primary_key.size() == 1 && ascii_lower(shape.columns[shape.primary_key.front()].declared_type) == "integer";
  shape.locator = shape.without_rowid || alias ? shape.primary_key : ColumnList{};
}

void add_primary_key_constraint(TableDefinition& definition) {
  Table& shape = definition.shape;
  definition.unique_where.resize(shape.unique.size());
  for (std::size_t i = 0; i < shape.unique.size(); ++i) {
    shape.unique[i].partial = static_cast<bool>(definition.unique_where[i]);
  }
  if (shape.primary_key.empty()) return;
  UniqueConstraint key;
  key.name = "primary key";
  key.columns = shape.primary_key;
  key.primary_key = true;
  for (const std::uint32_t column : key.columns) key.collations.push_back(shape.columns[column].collation);
  shape.unique.insert(shape.unique.begin(), std::move(key));
  definition.unique_where.insert(definition.unique_where.begin(), nullptr);
}

bool same_columns(const Table& table, const ColumnList& columns, const std::vector<std::string>& names) {
  if (columns.size() != names.size()) return false;
  return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    return std::find(columns.begin(), columns.end(), table.find(name)) != columns.end();
  });
}

// An index under another collation than its columns' does not find what a key lookup asks for.
bool has_own_collations(const Table& table, const UniqueConstraint& unique) {
  for (std::size_t i = 0; i < unique.columns.size(); ++i) {
    if (unique.collations[i] != table.columns[unique.columns[i]].collation) return false;
  }
  return true;
}

// An index serves a foreign key when it begins with its columns, in any order.
bool indexed(const Table& child, const std::vector<std::string>& names) {
  return std::any_of(child.indexes.begin(), child.indexes.end(), [&](const ColumnList& index) {
    if (index.size() < names.size()) return false;
    const auto end = index.begin() + static_cast<std::ptrdiff_t>(names.size());
    return same_columns(child, ColumnList(index.begin(), end), names);
  });
}

// SQLite's conditions for a parent key: the primary key, or all columns of a full unique constraint with the parent
// columns' own collations.
bool is_unique_key(const Table& parent, const std::vector<std::string>& names) {
  return std::any_of(parent.unique.begin(), parent.unique.end(), [&](const UniqueConstraint& unique) {
    return !unique.partial && same_columns(parent, unique.columns, names) && has_own_collations(parent, unique);
  });
}

ForeignKey resolve(const Catalogue& catalogue, const Table& child, ForeignKey key) {
  key.child_table = child.name;
  key.usable = true;
  key.unusable.clear();
  key.indexed = indexed(child, key.child_columns);
  const auto found = catalogue.find(ascii_lower(key.parent_table));
  if (found == catalogue.end()) {
    key.usable = false;
    key.unusable = "parent table is missing";
    return key;
  }
  const Table& parent = found->second->shape;
  key.parent_table = parent.name;
  if (key.parent_columns.empty()) {
    for (const std::uint32_t column : parent.primary_key) key.parent_columns.push_back(parent.columns[column].name);
  }
  if (key.parent_columns.size() != key.child_columns.size() || !is_unique_key(parent, key.parent_columns)) {
    key.usable = false;
    key.unusable = "parent key is not unique";
  }
  for (std::size_t i = 0; i < std::min(key.parent_columns.size(), key.child_columns.size()); ++i) {
    const std::uint32_t own = child.find(key.child_columns[i]), other = parent.find(key.parent_columns[i]);
    if (own == Table::npos || other == Table::npos) continue;
    key.alike = key.alike && compare_alike(child.columns[own], parent.columns[other]);
  }
  return key;
}

bool refers_to(const Table& child, const std::string& parent) {
  return std::any_of(child.references.begin(), child.references.end(),
                     [&](const ForeignKey& key) { return ascii_lower(key.parent_table) == parent; });
}

// The names asked for, their children at any distance, and the parents of all of these.
std::set<std::string> reachable(const Catalogue& catalogue, std::span<const std::string> names) {
  std::set<std::string> found;
  std::vector<std::string> todo;
  const auto add = [&](const std::string& name) {
    if (catalogue.count(name) != 0 && found.insert(name).second) todo.push_back(name);
  };
  for (const std::string& name : names) add(ascii_lower(name));
  while (!todo.empty()) {
    const std::string parent = todo.back();
    todo.pop_back();
    for (const auto& [name, definition] : catalogue) {
      if (refers_to(definition->shape, parent)) add(name);
    }
  }
  const std::set<std::string> children = found;
  for (const std::string& child : children) {
    for (const ForeignKey& key : catalogue.at(child)->shape.references) add(ascii_lower(key.parent_table));
  }
  return found;
}

}  // namespace

Result<std::shared_ptr<const TableDefinition>> complete(TableDefinition definition) {
  Table& shape = definition.shape;
  if (Result<void> checked = check_columns(shape); !checked) return checked.error();
  find_primary_key(shape);
  if (Result<void> checked = check_parts(definition); !checked) return checked.error();
  if (shape.without_rowid) {
    for (const std::uint32_t column : shape.primary_key) shape.columns[column].not_null = true;
  }
  definition.defaults.resize(shape.columns.size());
  for (std::size_t i = 0; i < shape.columns.size(); ++i) {
    shape.columns[i].has_default = definition.defaults[i].has_value();
  }
  add_primary_key_constraint(definition);
  shape.indexes.clear();
  for (const UniqueConstraint& unique : shape.unique) {
    if (!unique.partial && has_own_collations(shape, unique)) shape.indexes.push_back(unique.columns);
  }
  shape.triggers.clear();
  for (const MemoryTrigger& trigger : definition.triggers) shape.triggers.push_back({trigger.name, {}});
  return std::make_shared<const TableDefinition>(std::move(definition));
}

std::map<std::string, Table> related_tables(const Catalogue& catalogue, std::span<const std::string> names) {
  std::map<std::string, Table> tables;
  for (const std::string& name : reachable(catalogue, names)) {
    Table table = catalogue.at(name)->shape;
    for (ForeignKey& key : table.references) key = resolve(catalogue, table, key);
    for (const auto& [child_name, child] : catalogue) {
      for (const ForeignKey& key : child->shape.references) {
        if (ascii_lower(key.parent_table) == name) table.referenced_by.push_back(resolve(catalogue, child->shape, key));
      }
    }
    tables.emplace(name, std::move(table));
  }
  return tables;
}

}  // namespace holdfast::stores
