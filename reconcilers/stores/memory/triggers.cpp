#include "reconcilers/stores/memory/triggers.h"

#include <limits>

namespace holdfast::stores {

std::vector<RowImage> TriggerRun::find(std::string_view table, std::string_view column, const Value& value) {
  std::vector<RowImage> rows;
  const auto state = writer_.engine().current(table);
  const std::uint32_t index = state ? state->shape().find(column) : Table::npos;
  if (index == Table::npos) return rows;
  const ColumnList columns{index};
  const std::vector<Value> values{value};
  for (const Locator& at : state->find(columns, values, std::numeric_limits<std::size_t>::max())) {
    rows.push_back(*state->fetch(at));
  }
  return rows;
}

bool TriggerRun::resolve(std::string_view table, const Cells& cells, Writer::Cells& resolved) {
  if (!outcome_.ok()) return false;
  const auto state = writer_.engine().current(table);
  for (const auto& [name, value] : cells) {
    const std::uint32_t column = state ? state->shape().find(name) : Table::npos;
    if (column == Table::npos) {
      outcome_ = {RowFailure::RefusedByTrigger, "no such column: " + std::string(table) + "." + name, {}};
      return false;
    }
    resolved.emplace_back(column, value);
  }
  return true;
}

void TriggerRun::note(const Writer::Change& change, WriteOutcome outcome) {
  // A statement that another trigger ignored is no failure of this one.
  if (!outcome.ok() && !change.ignored) outcome_ = std::move(outcome);
}

void TriggerRun::insert(std::string_view table, const Cells& cells) {
  Writer::Cells resolved;
  if (!resolve(table, cells, resolved)) return;
  Writer::Change change{std::string(table), TouchKind::Insert, std::nullopt, {}, {}, false};
  note(change, writer_.run(change, resolved));
}

void TriggerRun::update(std::string_view table, const Locator& at, const Cells& cells) {
  Writer::Cells resolved;
  if (!resolve(table, cells, resolved)) return;
  Writer::Change change = writer_.change_at(std::string(table), TouchKind::Update, at);
  note(change, writer_.run(change, resolved));
}

void TriggerRun::erase(std::string_view table, const Locator& at) {
  if (!outcome_.ok()) return;
  Writer::Change change = writer_.change_at(std::string(table), TouchKind::Delete, at);
  note(change, writer_.run(change, {}));
}

}  // namespace holdfast::stores
