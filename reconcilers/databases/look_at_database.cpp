#include "reconcilers/databases/look_at_database.h"

#include "reconcilers/core/state.h"
#include "reconcilers/databases/marker_names.h"

namespace holdfast {
namespace {

Result<void> look_at_tables(Store& store, std::span<const std::string> tables, DatabaseFacts& facts) {
  Result<Schema> schema = store.inspect(tables, std::nullopt);
  if (!schema) return schema.error();
  for (const std::string& name : tables) {
    TableMark& mark = facts.tables[ascii_lower(name)];
    const std::shared_ptr<const Table> table = schema->find(name);
    if (!table || table->kind != TableKind::Table) continue;
    Result<TableMark> found = store.table_mark(*table);
    if (!found) return found.error();
    mark = *found;
    facts.tables_there = true;
  }
  for (const std::string& name : schema->names) {
    if (!facts.tables.contains(ascii_lower(name))) ++facts.other_tables;
  }
  return {};
}

Result<void> look_at_memory(Store& store, DatabaseFacts& facts) {
  Result<State> state = State::open(store, false);
  if (!state) return state.error();
  Result<std::optional<std::string>> text = state->meta(store, marker_mark);
  if (!text) return text.error();
  if (*text) facts.marker = read_marker(**text);
  Result<std::int64_t> last = state->number(store, last_run_mark);
  if (!last) return last.error();
  facts.last_run = *last;
  return {};
}

}  // namespace

Result<DatabaseFacts> look_at_database(Store& store, std::span<const std::string> tables) {
  DatabaseFacts facts;
  facts.state = DatabaseState::Readable;
  Result<void> looked = look_at_memory(store, facts);
  if (looked) looked = look_at_tables(store, tables, facts);
  if (looked) return facts;
  if (!looked.error().damaged) return looked.error();
  facts.state = DatabaseState::Damaged;
  facts.damage = looked.error().what;
  return facts;
}

}  // namespace holdfast
