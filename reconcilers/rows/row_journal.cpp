// What RowWriter writes down about a change once it is proven: each of its statements in the order in which they ran,
// and what triggers did beside them (G5).
#include <algorithm>
#include <utility>

#include "reconcilers/rows/row_writer.h"

namespace holdfast {

void RowWriter::expect(const Table& table, TouchKind kind, const RowImage* before, Locator after, bool own) {
  Expected step{&table, kind, own, before ? before->locator : Locator{}, std::move(after), {}, {}, {}};
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

Result<void> RowWriter::record_steps(Item item) {
  const std::size_t touched = transaction_.touch_count();  // what the journal itself writes comes after
  if (!journal_ || touched == touches_seen_) return {};
  const BoundSet& set = *context_.states[item.set].set;
  std::vector<std::string> key_columns;
  for (const ColumnIndex at : set.key) key_columns.push_back(set.rows.columns()[at]);
  Result<std::string> key = journal_key(item);
  if (!key) return key.error();
  const std::int64_t part = journal_->part(std::uint64_t{item.set} << 32 | item.change);
  const std::string_view cause = to_string(context_.states[item.set].cause);
  std::size_t next = 0;
  for (std::size_t i = touches_seen_; i < touched; ++i) {
    const Touch touch = transaction_.touch(i);
    if (touch.depth > 0) {
      if (changes_own_row(touch)) continue;  // the image after is that of the whole change
      if (Result<void> recorded = record_trigger(touch, part, set.name, cause); !recorded) return recorded;
      continue;
    }
    Expected& one = expected_[next++];
    JournalStep step;
    step.kind = one.kind;
    step.depth = one.own ? 0 : 1;
    step.at_before = std::move(one.before);
    step.at_after = std::move(one.after);
    step.before = std::move(one.before_image);
    step.after = std::move(one.after_image);
    Result<void> recorded =
        journal_->record(part, set.name, *one.table, one.own ? key_columns : std::vector<std::string>(),
                         one.own ? std::string_view(*key) : std::string_view(), cause, step);
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
  step.kind = touch.kind;
  step.depth = touch.depth;
  step.at_before = locator(touch.old_row, touch.before);
  step.at_after = locator(touch.new_row, touch.after);
  if (touch.old_row) step.before = journal_->image(**table, *touch.old_row);
  if (touch.new_row) step.after = journal_->image(**table, *touch.new_row);
  return journal_->record(part, row_set, **table, {}, {}, cause, step);
}

Result<void> RowWriter::finish_journal() {
  if (!journal_) return {};
  return journal_->finish();
}

void RowWriter::keep_journal() {
  if (journal_) context_.journal_memory = std::move(journal_->memory());
}

}  // namespace holdfast
