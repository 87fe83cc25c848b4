// What RowWriter writes down about a change once it is proven: each of its statements in the order in which they ran,
// and what triggers did beside them (G5).
#include <algorithm>
#include <utility>

#include "reconcilers/rows/row_writer.h"

namespace holdfast {

void RowWriter::expect(const Table& table, TouchKind kind, const RowImage* before, Locator after, bool own) {
  Expected step{&table, kind, own, before ? before->locator : Locator{}, std::move(after), {}, {}};
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
  if (!journal_ || transaction_.touch_count() == touches_seen_) return {};
  const BoundSet& set = *context_.states[item.set].set;
  std::vector<std::string> key_columns;
  for (const ColumnIndex at : set.key) key_columns.push_back(set.rows.columns()[at]);
  Result<std::string> key = journal_key(item);
  if (!key) return key.error();
  const std::int64_t part = journal_->part(std::uint64_t{item.set} << 32 | item.change);
  const std::string_view cause = to_string(context_.states[item.set].cause);
  for (Expected& one : expected_) {
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

Result<void> RowWriter::finish_journal() {
  if (!journal_) return {};
  return journal_->finish();
}

void RowWriter::keep_journal() {
  if (journal_) context_.journal_memory = std::move(journal_->memory());
}

}  // namespace holdfast
