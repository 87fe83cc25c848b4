#include "reconcilers/core/state.h"

#include <algorithm>
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

// The first columns of what this version makes; a newer one may have added some.
bool is_ours(const Table& there, const StateTable& table) {
  for (std::size_t i = 0; i < std::min(there.columns.size(), table.columns.size()); ++i) {
    if (there.columns[i].name != table.columns[i].name) return false;
  }
  return true;
}

std::size_t columns_of(StateName name) { return state_tables()[static_cast<std::size_t>(name)].columns.size(); }

}  // namespace

Result<State> State::open(Store& store, bool create) {
  Result<Schema> schema = store.open_state(create);
  if (!schema) return schema.error();
  State state;
  const auto names = state_tables();
  for (std::size_t i = 0; i < names.size(); ++i) {
    state.tables_[i] = schema->find(names[i].name);
    if (!state.tables_[i] || is_ours(*state.tables_[i], names[i])) continue;
    return Error{ErrorKind::Terminal, "table " + std::string(names[i].name) + " is not as Holdfast made it",
                 store.location(), "somebody changed its columns; give it another name, and it is made anew"};
  }
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

bool State::there() const {
  return std::any_of(tables_.begin(), tables_.end(), [](const auto& table) { return table != nullptr; });
}

bool State::complete() const {
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    if (!tables_[i] || tables_[i]->columns.size() < columns_of(static_cast<StateName>(i))) return false;
  }
  return true;
}

Result<std::vector<RowImage>> State::find(Reader& reader, StateName name, const ColumnList& columns,
                                          const std::vector<Value>& values, std::size_t limit) const {
  if (!tables_[static_cast<std::size_t>(name)]) return std::vector<RowImage>();
  Result<std::vector<RowImage>> rows = reader.find(table(name), columns, values, limit);
  if (!rows) return rows;
  for (RowImage& row : *rows) row.values.resize(std::max(row.values.size(), columns_of(name)));
  return rows;
}

Result<std::optional<RowImage>> State::fetch(Reader& reader, StateName name, const Locator& at) const {
  if (!tables_[static_cast<std::size_t>(name)]) return std::optional<RowImage>();
  Result<std::vector<std::optional<RowImage>>> rows = reader.fetch(table(name), {&at, 1});
  if (!rows) return rows.error();
  std::optional<RowImage>& row = rows->front();
  if (row) row->values.resize(std::max(row->values.size(), columns_of(name)));
  return std::move(row);
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
  Result<std::optional<RowImage>> row = fetch(reader, StateName::Meta, at);
  if (!row) return row.error();
  if (!*row) return std::optional<std::string>();
  return std::optional<std::string>((*row)->values[state::meta_value].view().bytes());
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
