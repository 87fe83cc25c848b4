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

bool is_complete(const Schema& schema) {
  for (const StateTable& table : state_tables()) {
    const std::shared_ptr<const Table> there = schema.find(table.name);
    if (!there || there->columns.size() < table.columns.size()) return false;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (there->columns[i].name != table.columns[i].name) return false;
    }
  }
  return true;
}

}  // namespace

Result<State> State::open(Store& store, bool create) {
  Result<Schema> schema = store.open_state(create);
  if (!schema) return schema.error();
  State state;
  if (!is_complete(*schema)) return state;  // made by an older version: the next run that writes adds what it lacks
  const auto names = state_tables();
  for (std::size_t i = 0; i < names.size(); ++i) state.tables_[i] = schema->find(names[i].name);
  Result<std::int64_t> found = state.number(store, format_mark);
  if (!found) return found.error();
  if (*found > state_format) {
    return Error{ErrorKind::Terminal,
                 "the state in the database has format " + std::to_string(*found) + ", this version knows " +
                     std::to_string(state_format),
                 store.location(), "use a newer holdfast"};
  }
  return state;
}

Result<void> State::stamp(Transaction& transaction) const {
  const std::string current = std::to_string(state_format);
  Result<std::optional<std::string>> mark = meta(transaction, format_mark);
  if (!mark) return mark.error();
  return *mark == current ? Result<void>() : set_meta(transaction, format_mark, current);
}

Result<std::int64_t> State::number(Reader& reader, std::string_view name) const {
  const Result<std::optional<std::string>> mark = meta(reader, name);
  if (!mark) return mark.error();
  const std::string_view text = *mark ? std::string_view(**mark) : std::string_view();
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
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
