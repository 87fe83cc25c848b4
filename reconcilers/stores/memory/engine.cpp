#include "reconcilers/stores/memory/engine.h"

#include <algorithm>

#include "reconcilers/stores/memory/writer.h"

namespace holdfast::stores {
namespace {

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

Error no_table(std::string_view table) {
  return {ErrorKind::Invalid, "no such table", "memory table \"" + std::string(table) + "\"", "check its name"};
}

}  // namespace

Result<void> Engine::unlocked(std::string_view what) const {
  if (writer == nullptr) return {};
  return Error{ErrorKind::Transient, "database is locked", std::string(what), "try again when the writer is done"};
}

Catalogue Engine::catalogue() const {
  Catalogue catalogue;
  for (const auto& [name, state] : tables_) {
    catalogue.emplace(name, std::shared_ptr<const TableDefinition>(state, &state->definition()));
  }
  return catalogue;
}

Result<Catalogue> Engine::after_setup(const std::string& setup, std::vector<std::string>& created) const {
  Catalogue catalogue = this->catalogue();
  const auto found = planned_.find(setup);
  if (found == planned_.end()) {
    if (blank(setup)) return catalogue;
    return Error{ErrorKind::Invalid, "the memory engine runs no SQL", "setup",
                 "leave the setup out, or give the database the tables that it stands for"};
  }
  for (const auto& definition : found->second) {
    if (catalogue.emplace(ascii_lower(definition->shape.name), definition).second) {
      created.push_back(definition->shape.name);
    }
  }
  return catalogue;
}

Result<void> Engine::plan(std::string setup, std::vector<TableDefinition> tables) {
  std::vector<std::shared_ptr<const TableDefinition>> definitions;
  for (TableDefinition& table : tables) {
    auto completed = complete(std::move(table));
    if (!completed) return completed.error();
    definitions.push_back(*completed);
  }
  planned_.insert_or_assign(std::move(setup), std::move(definitions));
  return {};
}

void Engine::plan_again(std::string setup, std::vector<std::shared_ptr<const TableDefinition>> tables) {
  planned_.insert_or_assign(std::move(setup), std::move(tables));
}

Result<Value> Engine::stored_default(const Table& table, const Column& column, const Value& value) const {
  Stored result = stored(column, table.strict, value.view());
  if (result.ok) return std::move(result.value);
  return Error{ErrorKind::Invalid, "a default that the column does not store: " + result.message,
               "memory table \"" + table.name + "\", column \"" + column.name + "\"",
               "write the value as it is stored"};
}

Result<void> Engine::create(const std::vector<std::shared_ptr<const TableDefinition>>& tables) {
  if (Result<void> free = unlocked("create table"); !free) return free.error();
  std::map<std::string, std::shared_ptr<TableState>> made;
  for (const auto& definition : tables) {
    const Table& shape = definition->shape;
    TableDefinition canonical = *definition;
    for (std::size_t i = 0; i < shape.columns.size(); ++i) {
      if (!definition->defaults[i]) continue;
      Result<Value> value = stored_default(shape, shape.columns[i], *definition->defaults[i]);
      if (!value) return value.error();
      canonical.defaults[i] = std::move(*value);
    }
    const std::string key = ascii_lower(shape.name);
    auto state = std::make_shared<TableState>(std::make_shared<const TableDefinition>(std::move(canonical)));
    if (tables_.count(key) != 0 || !made.emplace(key, std::move(state)).second) {
      return Error{ErrorKind::Invalid, "the table is already there", "memory table \"" + shape.name + "\"", ""};
    }
  }
  if (made.empty()) return {};
  tables_.insert(std::make_move_iterator(made.begin()), std::make_move_iterator(made.end()));
  ++schema_version;
  ++commits;
  return {};
}

Result<void> Engine::add_column(std::string_view table, const Column& column,
                                const std::optional<Value>& default_value) {
  if (Result<void> free = unlocked("add column"); !free) return free.error();
  const auto found = tables_.find(ascii_lower(table));
  if (found == tables_.end()) return no_table(table);
  const TableState& old = *found->second;
  TableDefinition definition = old.definition();
  std::erase_if(definition.shape.unique, [](const UniqueConstraint& unique) { return unique.primary_key; });
  if (!definition.shape.primary_key.empty()) definition.unique_where.erase(definition.unique_where.begin());
  definition.shape.columns.push_back(column);
  definition.shape.columns.back().primary_key = 0;
  definition.defaults.push_back(default_value);
  auto completed = complete(std::move(definition));
  if (!completed) return completed.error();

  Value filled;
  if (default_value) {
    Result<Value> value = stored_default(old.shape(), column, *default_value);
    if (!value) return value.error();
    filled = std::move(*value);
  }
  if (column.not_null && filled.is_null() && !old.rows().empty()) {
    return Error{ErrorKind::Invalid, "a NOT NULL column needs a default", "memory table \"" + std::string(table) + "\"",
                 "give \"" + column.name + "\" one"};
  }
  auto state = std::make_shared<TableState>(*completed);
  for (const auto& [locator, row] : old.rows()) {
    std::vector<Value> values = *row;
    values.push_back(filled);
    state->put(locator, std::make_shared<const std::vector<Value>>(std::move(values)));
  }
  state->set_sequence(old.sequence());
  found->second = std::move(state);
  ++schema_version;
  ++commits;
  return {};
}

Result<void> Engine::drop(std::string_view table) {
  if (Result<void> free = unlocked("drop table"); !free) return free.error();
  const auto found = tables_.find(ascii_lower(table));
  if (found == tables_.end()) return no_table(table);
  tables_.erase(found);
  ++schema_version;
  ++commits;
  return {};
}

std::shared_ptr<const TableState> Engine::current(std::string_view table) const {
  const auto found = tables_.find(ascii_lower(table));
  return found == tables_.end() ? nullptr : found->second;
}

std::shared_ptr<const TableState> Engine::committed(std::string_view table) {
  const std::string key = ascii_lower(table);
  return writer != nullptr ? writer->committed(key) : current(key);
}

TableState* Engine::writable(std::string_view table) {
  const auto found = tables_.find(ascii_lower(table));
  if (found == tables_.end()) return nullptr;
  // A reader that is under way keeps what it began with.
  if (found->second.use_count() > 1) found->second = std::make_shared<TableState>(*found->second);
  return found->second.get();
}

}  // namespace holdfast::stores
