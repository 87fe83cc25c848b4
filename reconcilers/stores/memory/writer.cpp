#include "reconcilers/stores/memory/writer.h"

#include <algorithm>

#include "reconcilers/stores/memory/triggers.h"

namespace holdfast::stores {
namespace {

WriteOutcome failed(RowFailure failure, std::string message) { return {failure, std::move(message), {}}; }

std::string column_names(const Table& table, const ColumnList& columns) {
  std::string names;
  for (const std::uint32_t column : columns) {
    names += (names.empty() ? "" : ", ") + table.name + "." + table.columns[column].name;
  }
  return names;
}

}  // namespace

Writer::Writer(Engine& engine, Triggers triggers) : engine_(engine), triggers_(triggers) { engine_.writer = this; }

Writer::~Writer() { end(false); }

void Writer::end(bool keep) {
  if (ended_) return;
  if (keep && changed()) {
    ++engine_.commits;
  } else {
    rollback_to({});
  }
  ended_ = true;
  engine_.writer = nullptr;
}

void Writer::rollback_to(Mark mark) {
  while (undo_.size() > mark.undo) {
    Undo& last = undo_.back();
    TableState& table = *engine_.writable(last.table);
    table.put(last.at, std::move(last.row));
    table.set_sequence(last.sequence);
    undo_.pop_back();
  }
  touches_.resize(mark.touches);
}

std::shared_ptr<const TableState> Writer::committed(const std::string& key) {
  if (const auto found = committed_.find(key); found != committed_.end()) return found->second;
  auto current = engine_.current(key);
  const bool touched = std::any_of(undo_.begin(), undo_.end(), [&](const Undo& undo) { return undo.table == key; });
  if (current == nullptr || !touched) return current;
  auto before = std::make_shared<TableState>(*current);
  for (auto undo = undo_.rbegin(); undo != undo_.rend(); ++undo) {
    if (undo->table != key) continue;
    before->put(undo->at, undo->row);
    before->set_sequence(undo->sequence);
  }
  committed_.emplace(key, before);
  return before;
}

WriteOutcome Writer::insert(const std::string& table, const Cells& cells) {
  Change change{table, TouchKind::Insert, std::nullopt, {}, {}, std::nullopt, false};
  return run(change, cells);
}

Writer::Change Writer::change_at(const std::string& table, TouchKind kind, const Locator& at) {
  Change change{table, kind, std::nullopt, {}, {}, std::nullopt, false};
  if (TableState* found = engine_.writable(table)) change.before = found->fetch(at);
  return change;
}

WriteOutcome Writer::update(const std::string& table, const Locator& at, const Cells& cells) {
  Change change = change_at(table, TouchKind::Update, at);
  return run(change, cells);
}

WriteOutcome Writer::erase(const std::string& table, const Locator& at) {
  Change change = change_at(table, TouchKind::Delete, at);
  return run(change, {});
}

WriteOutcome Writer::restore(const std::string& table, const RowImage& row) {
  Change change{table, TouchKind::Insert, std::nullopt, {}, {}, std::nullopt, false};
  const TableState* there = engine_.writable(table);
  if (there != nullptr && there->fetch(row.locator)) return failed(RowFailure::Unique, "the row's place is taken");
  if (there != nullptr && there->numbered()) change.number = row.locator.front().view().integer();
  Cells cells;
  for (std::uint32_t i = 0; i < row.values.size(); ++i) cells.emplace_back(i, row.values[i]);
  return run(change, cells);
}

WriteOutcome Writer::run(Change& change, const Cells& cells) {
  if (lost_) return failed(RowFailure::TransactionLost, "the transaction has been rolled back");
  if (engine_.writable(change.table) == nullptr) {
    return failed(RowFailure::RefusedByTrigger, "no such table: " + change.table);
  }
  const Mark start = mark();
  WriteOutcome outcome = apply(change, cells);
  if (outcome.ok()) {
    outcome.locator = change.now;
  } else if (outcome.failure == RowFailure::TransactionLost) {
    lost_ = true;
    rollback_to({});
  } else {
    rollback_to(start);
  }
  return outcome;
}

WriteOutcome Writer::apply(Change& change, const Cells& cells) {
  if (change.kind != TouchKind::Insert && !change.before) {
    change.ignored = true;
    return failed(RowFailure::RefusedByTrigger, "there is no such row");
  }
  if (WriteOutcome outcome = assign(change, cells); !outcome.ok()) return outcome;
  if (WriteOutcome outcome = fire_before(change); !outcome.ok()) return outcome;
  if (change.kind != TouchKind::Delete) {
    if (WriteOutcome outcome = find_place(change); !outcome.ok()) return outcome;
    if (WriteOutcome outcome = check(change); !outcome.ok()) return outcome;
  }
  write(change);
  return fire(change, false);
}

WriteOutcome Writer::convert(Change& change, std::uint32_t column, ValueView value) {
  const Table& shape = state(change).shape();
  Stored result = stored(shape.columns[column], shape.strict, value);
  if (!result.ok) {
    return failed(RowFailure::Datatype,
                  "cannot store the value in " + shape.name + "." + shape.columns[column].name + ": " + result.message);
  }
  change.next[column] = std::move(result.value);
  return {};
}

WriteOutcome Writer::assign(Change& change, const Cells& cells) {
  const TableDefinition& definition = state(change).definition();
  if (change.kind == TouchKind::Delete) return {};
  if (change.before) {
    change.next = change.before->values;
  } else {
    for (const auto& value : definition.defaults) change.next.push_back(value.value_or(Value()));
    // The number of a row is never the column's default.
    if (const std::uint32_t alias = state(change).alias(); alias != Table::npos) change.next[alias] = Value();
  }
  for (const auto& [column, value] : cells) {
    if (WriteOutcome outcome = convert(change, column, value.view()); !outcome.ok()) return outcome;
  }
  return {};
}

WriteOutcome Writer::fire_before(Change& change) {
  const std::vector<Value> asked = change.next;
  if (WriteOutcome outcome = fire(change, true); !outcome.ok()) return outcome;
  if (change.ignored) return failed(RowFailure::RefusedByTrigger, "a trigger ignored the statement");
  for (std::uint32_t i = 0; i < change.next.size(); ++i) {
    if (change.next[i] == asked[i]) continue;
    const Value rewritten = change.next[i];
    if (WriteOutcome outcome = convert(change, i, rewritten.view()); !outcome.ok()) return outcome;
  }
  // A trigger may have taken the row away; there is nothing left to change then.
  if (change.before) change.before = state(change).fetch(change.before->locator);
  if (change.kind != TouchKind::Insert && !change.before) {
    change.ignored = true;
    return failed(RowFailure::RefusedByTrigger, "a trigger removed the row");
  }
  return {};
}

WriteOutcome Writer::find_place(Change& change) {
  const TableState& table = state(change);
  if (!table.numbered()) {
    change.now = table.locator_of(change.next, 0);
    return {};
  }
  const std::uint32_t alias = table.alias();
  std::optional<std::int64_t> number = change.number;
  if (number && alias == Table::npos) {
    change.now = {Value::integer(*number)};
    return {};
  }
  if (change.kind == TouchKind::Insert && (alias == Table::npos || change.next[alias].is_null())) {
    number = table.next_number();
    if (!number) return failed(RowFailure::TooBig, "no row number is left in " + table.shape().name);
    if (alias != Table::npos) change.next[alias] = Value::integer(*number);
  } else if (alias == Table::npos) {
    number = change.before->locator.front().view().integer();
  } else if (change.next[alias].kind() == ValueKind::Integer) {
    number = change.next[alias].view().integer();
  } else {
    return failed(RowFailure::Datatype, "datatype mismatch");
  }
  change.now = {Value::integer(*number)};
  return {};
}

WriteOutcome Writer::check(Change& change) {
  const TableState& table = state(change);
  const Table& shape = table.shape();
  for (std::uint32_t i = 0; i < shape.columns.size(); ++i) {
    if (shape.columns[i].not_null && change.next[i].is_null()) {
      return failed(RowFailure::NotNull, "NOT NULL constraint failed: " + column_names(shape, {i}));
    }
  }
  for (const MemoryCheck& rule : table.definition().checks) {
    if (!rule.holds(change.next)) return failed(RowFailure::Check, "CHECK constraint failed: " + rule.name);
  }
  const Locator* self = change.before ? &change.before->locator : nullptr;
  if (const UniqueConstraint* broken = table.conflict(change.now, change.next, self)) {
    return failed(RowFailure::Unique, "UNIQUE constraint failed: " + column_names(shape, broken->columns));
  }
  return {};
}

void Writer::put(const std::string& table, const Locator& at, Row row) {
  TableState& target = *engine_.writable(table);
  const auto old = target.rows().find(at);
  undo_.push_back({ascii_lower(table), at, old == target.rows().end() ? nullptr : old->second, target.sequence()});
  target.put(at, std::move(row));
}

void Writer::write(Change& change) {
  const std::string name = change.table;
  Touch touch;
  touch.kind = change.kind;
  touch.table = state(change).shape().name;
  touch.depth = static_cast<int>(running_.size());
  if (change.before) touch.before = change.before->locator;
  if (touch.depth > 0) {
    if (change.before) touch.old_row = &rows_.emplace_back(change.before->values);
    if (change.kind != TouchKind::Delete) touch.new_row = &rows_.emplace_back(change.next);
  }
  if (change.kind == TouchKind::Delete) {
    put(name, touch.before, nullptr);
  } else {
    touch.after = change.now;
    if (change.before && change.before->locator != change.now) put(name, change.before->locator, nullptr);
    put(name, change.now, std::make_shared<const std::vector<Value>>(change.next));
    TableState& table = state(change);
    if (table.shape().autoincrement && change.kind == TouchKind::Insert) {
      table.set_sequence(std::max(table.sequence(), change.now.front().view().integer()));
    }
  }
  touches_.push_back(std::move(touch));
}

WriteOutcome Writer::fire(Change& change, bool before) {
  if (triggers_ == Triggers::Quiet) return {};
  const TableDefinition& definition = state(change).definition();
  std::optional<RowImage> after;
  if (!before && change.kind != TouchKind::Delete) after = RowImage{change.now, change.next};
  TriggerRow row;
  row.before = change.before ? &*change.before : nullptr;
  row.after = after ? &*after : nullptr;
  row.next = before && change.kind != TouchKind::Delete ? &change.next : nullptr;
  for (const MemoryTrigger& trigger : definition.triggers) {
    if (trigger.before != before || trigger.on != change.kind) continue;
    if (std::find(running_.begin(), running_.end(), &trigger) != running_.end()) continue;
    running_.push_back(&trigger);
    TriggerRun scope(*this);
    const TriggerVerdict verdict = trigger.run(row, scope);
    running_.pop_back();
    if (!scope.outcome().ok()) return scope.outcome();
    switch (verdict.kind) {
      case TriggerVerdict::Kind::Go: continue;
      case TriggerVerdict::Kind::Ignore: change.ignored = before; return {};
      case TriggerVerdict::Kind::Abort: return failed(RowFailure::RefusedByTrigger, verdict.message);
      case TriggerVerdict::Kind::Rollback: return failed(RowFailure::TransactionLost, verdict.message);
    }
  }
  return {};
}

}  // namespace holdfast::stores
