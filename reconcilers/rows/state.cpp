#include "reconcilers/rows/state.h"

#include <charconv>
#include <utility>
#include <vector>

namespace holdfast {
namespace {

constexpr std::string_view format_mark = "format";

Locator name_locator(std::string_view name) {
  Locator at;
  at.push_back(Value::text(name));
  return at;
}

}  // namespace

Result<State> State::open(Store& store, bool create) {
  Result<Schema> schema = store.open_state(create);
  if (!schema) return schema.error();
  State state;
  const auto names = state_tables();
  if (schema->tables.size() < names.size()) return state;  // an older one lacks what this version would add
  for (std::size_t i = 0; i < names.size(); ++i) state.tables_[i] = schema->find(names[i].name);
  Result<std::optional<std::string>> format = state.meta(store, format_mark);
  if (!format) return format.error();
  int found = state_format;
  if (*format) std::from_chars((*format)->data(), (*format)->data() + (*format)->size(), found);
  if (found > state_format) {
    return Error{ErrorKind::Terminal,
                 "the state in the database has format " + std::to_string(found) + ", this version knows " +
                     std::to_string(state_format),
                 store.location(), "use a newer holdfast"};
  }
  return state;
}

Result<std::optional<std::string>> State::meta(Reader& reader, std::string_view name) const {
  const Locator at = name_locator(name);
  Result<std::vector<std::optional<RowImage>>> rows = reader.fetch(table(StateName::Meta), {&at, 1});
  if (!rows) return rows.error();
  if (!rows->front()) return std::optional<std::string>();
  return std::optional<std::string>(rows->front()->values[state::meta_value].view().bytes());
}

Result<void> State::set_meta(Transaction& transaction, std::string_view name, std::string_view value) const {
  const Table& meta_table = table(StateName::Meta);
  const Locator at = name_locator(name);
  const Assignment both[] = {{state::meta_name, ValueView::text(name)}, {state::meta_value, ValueView::text(value)}};
  Result<std::vector<std::optional<RowImage>>> rows = transaction.fetch(meta_table, {&at, 1});
  if (!rows) return rows.error();
  return must_succeed(
      rows->front() ? transaction.update(meta_table, at, {&both[1], 1}) : transaction.insert(meta_table, both),
      meta_table.name);
}

Result<void> must_succeed(Result<WriteOutcome> outcome, std::string_view where) {
  if (!outcome) return outcome.error();
  if (outcome->ok()) return {};
  return Error{ErrorKind::Terminal, "what happened could not be written down (" + outcome->message + ")",
               "table " + std::string(where), "everything was rolled back; look what changed that table"};
}

}  // namespace holdfast
