// What RowWriter writes down about a change once it is proven: each of its statements in the order in which they ran,
// and what triggers did beside them (G5).
#include <algorithm>
#include <utility>

#include "reconcilers/rows/row_writer.h"

namespace holdfast {

void RowWriter::expect(const Table& table, TouchKind kind, const RowImage* before, Locator after, bool own) {
  Expected step{&table, kind, own, before ? before->locator : Locator{}, std::move(after), {}, {}, {}, 0, 0, 0};
  step.first_touch = statement_begins_;
  step.end_touch = statement_begins_ = transaction_.touch_count();
  for (std::size_t i = step.first_touch; any_triggers_ && i < step.end_touch; ++i) {
    const Touch touch = transaction_.touch(i);
    if (touch.depth == 0 && touch.table == table.name) step.own_touch = i;
  }
  if (before && !table.referenced_by.empty()) step.referred = before->values;
  if (journal_ && before) step.before_image = journal_->image(table, before->values);
  expected_.push_back(std::move(step));
}

void RowWriter::came_out(Expected& step, const RowImage& row) {
  if (journal_) step.after_image = journal_->image(*step.table, row.values);
}

// The key under which the change is known: of the declared row, else of the live one.
Result<std::string> RowWriter::journal_key(Item item) {
  const BoundSet& set = *context_.states[item.set].set;
  const Change& change = change_of(item);
  ColumnList columns;
  for (const ColumnIndex at : set.key) columns.push_back(set.columns[at].column);
  std::vector<Value> key(columns.size());
  if (change.declared != no_row && change.drift != DriftClass::Duplicate) {
    Result<std::vector<Assignment>> values = values_of(item, &columns);
    if (!values) return values.error();
    for (const Assignment& value : *values) {
      const auto at = std::find(columns.begin(), columns.end(), value.column) - columns.begin();
      key[static_cast<std::size_t>(at)] = Value(value.value);
    }
  } else if (const RowImage* before = change.before()) {
    for (std::size_t i = 0; i < columns.size(); ++i) key[i] = before->values[columns[i]];
  }
  return journal_->key(*set.table, columns, key);
}

Result<void> RowWriter::record_steps(Item item, bool more_to_come) {
  const std::size_t touched = transaction_.touch_count();  // what the journal itself writes comes after
  if (!journal_ || touched == touches_seen_) return {};
  const BoundSet& set = *context_.states[item.set].set;
  std::vector<std::string> key_columns;
  for (const ColumnIndex at : set.key) key_columns.push_back(set.rows.columns()[at]);
  Result<std::string> key = journal_key(item);
  if (!key) return key.error();
  const std::int64_t part = journal_->part(std::uint64_t{item.set} << 32 | item.change, more_to_come);
  // A row that left the documents goes because they changed, however long that waited for somebody to confirm it.
  const bool removed = change_of(item).drift == DriftClass::Removed;
  const std::string_view cause = to_string(removed ? Cause::Rollout : context_.states[item.set].cause);
  std::size_t next = 0;
  for (std::size_t i = touches_seen_; i < touched; ++i) {
    const Touch touch = transaction_.touch(i);
    if (!is_ours(touch)) {
      if (changes_own_row(i, touch)) continue;  // the images are those of the whole statement
      if (Result<void> recorded = record_trigger(touch, part, set.name, cause); !recorded) return recorded;
      continue;
    }
    Expected& one = expected_[next++];
    // A dependent that only loses its reference counts as one that goes.
    if (change_of(item).action == Action::Delete) ++(one.own ? spent_[item.set].deletes : spent_[item.set].dependents);
    JournalStep step;
    step.part = part;
    step.kind = one.kind;
    step.depth = one.own ? 0 : 1;
    step.cause = cause;
    step.owned = one.own && removed && one.kind == TouchKind::Delete;
    if (one.own) step.key = *key;
    step.at_before = one.before;  // copied: what its triggers did to it is known by these
    step.at_after = one.after;
    step.before = std::move(one.before_image);
    step.after = std::move(one.after_image);
    Result<void> recorded =
        journal_->record(set.name, *one.table, one.own ? key_columns : std::vector<std::string>(), std::move(step));
    if (!recorded) return recorded;
  }
  return {};
}

// What a trigger did to another row, as the engine saw it.
Result<void> RowWriter::record_trigger(const Touch& touch, std::int64_t part, std::string_view row_set,
                                       std::string_view cause) {
  Result<std::shared_ptr<const Table>> table = transaction_.table_of(touch.table);
  if (!table) return table.error();
  if (!*table) {
    return Error{ErrorKind::Terminal, "the table that a trigger changed is not known", context_.store.location(),
                 "everything was rolled back; please report this"};
  }
  const auto locator = [&](const std::vector<Value>* row, const Locator& number) {
    if (row == nullptr || (*table)->locator.empty()) return number;
    Locator at;
    for (const std::uint32_t column : (*table)->locator) at.push_back((*row)[column]);
    return at;
  };
  JournalStep step;
  step.part = part;
  step.cause = cause;
  step.kind = touch.kind;
  step.depth = touch.depth;
  step.at_before = locator(touch.old_row, touch.before);
  step.at_after = locator(touch.new_row, touch.after);
  if (touch.old_row) step.before = journal_->image(**table, *touch.old_row);
  if (touch.new_row) step.after = journal_->image(**table, *touch.new_row);
  return journal_->record(row_set, **table, {}, std::move(step));
}

// Under the lock, so that two runs at once do not both spend the same budget (G7). What a person has confirmed costs
// nothing.
Result<void> RowWriter::spend_budgets() {
  if (context_.confirmed != nullptr) return {};
  const State& state = context_.journal->state;
  const WallTime now = context_.clock.wall();
  for (const auto& [index, more] : spent_) {
    const BoundSet& set = *context_.states[index].set;
    Result<Spent> before = read_spent(transaction_, state, set.name, now, set.limits.per);
    if (!before) return before.error();
    if (before->deletes + more.deletes > static_cast<std::uint64_t>(set.limits.deletes) ||
        before->dependents + more.dependents > static_cast<std::uint64_t>(set.limits.dependent_deletes)) {
      return Error{ErrorKind::Transient, "another run has used up the delete budget of " + set.name,
                   context_.store.location(), "run again to see what waits"};
    }
    if (Result<void> added = add_spent(transaction_, state, set.name, now, set.limits.per, more); !added) return added;
  }
  return {};
}

Result<void> RowWriter::finish_journal() {
  if (!journal_) return {};
  if (Result<void> spent = spend_budgets(); !spent) return spent;
  return journal_->finish();
}

void RowWriter::keep_journal() {
  if (journal_) context_.journal_memory = std::move(journal_->memory());
}

}  // namespace holdfast
