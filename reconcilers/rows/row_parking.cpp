// Circles of unique values: one row is parked on a reserved value, with the rows that refer to it (TRAPS 8).
#include <algorithm>
#include <utility>

#include "reconcilers/rows/row_writer.h"
#include "reconcilers/rows/verdict.h"

namespace holdfast {

Result<Verdict> RowWriter::park(Item item) { return guarded(item, &RowWriter::park_row); }

Result<Verdict> RowWriter::park_row(Item item) {
  Change& change = change_of(item);
  const Table& table = context_.table(item.set);
  const RowImage& before = planned_row(change);
  std::vector<std::pair<std::uint32_t, Value>> reserved;
  for (const std::uint32_t column : change.detail->update) {
    const auto holds = [column](const auto& constraint) {
      return std::find(constraint.columns.begin(), constraint.columns.end(), column) != constraint.columns.end();
    };
    if (std::none_of(table.unique.begin(), table.unique.end(), holds)) continue;
    const Column& what = table.columns[column];
    const bool referred =
        std::any_of(table.referenced_by.begin(), table.referenced_by.end(), [&](const ForeignKey& key) {
          return std::any_of(key.parent_columns.begin(), key.parent_columns.end(),
                             [&](const std::string& name) { return table.find(name) == column; });
        });
    ++park_number_;
    if (!what.not_null && what.primary_key == 0 && !referred) {
      reserved.emplace_back(column, Value::null());
    } else if (what.affinity == Affinity::Text || what.affinity == Affinity::Blob) {
      reserved.emplace_back(column, Value::text("\x01"
                                                "holdfast swap " +
                                                std::to_string(park_number_)));
    } else {
      // Far below anything an application numbers by, and never the same twice in a transaction.
      reserved.emplace_back(column, Value::integer(-(std::int64_t{1} << 61) - static_cast<std::int64_t>(park_number_)));
    }
  }
  if (reserved.empty()) return refused(Outcome::Failed, Reason::Constraint, "a unique value is taken by another row");

  Result<std::vector<std::optional<RowImage>>> live = transaction_.fetch(table, {&before.locator, 1});
  if (!live) return live.error();
  if (!live->front() || !(*live->front() == before)) return verdict(Verdict::Kind::Stale);
  // Its children go with it, or they could not be told from those of the row that takes its value.
  const auto limit = static_cast<std::uint64_t>(context_.states[item.set].set->limits.dependent_deletes);
  Result<Dependents> dependents = dependents_of_update(transaction_, context_.dependents(item.set, limit), table,
                                                       before, reserved, change.drift == DriftClass::Identity);
  if (!dependents) return dependents.error();
  if (dependents->blocked != Reason::None || !dependents->complete) {
    return refused(Outcome::Blocked, Reason::Dependents, "rows refer to the value that it swaps with another row");
  }
  std::vector<Assignment> values;
  for (const auto& [column, value] : reserved) values.push_back({column, value.view()});
  Result<WriteOutcome> written = transaction_.update(table, before.locator, values);
  if (!written) return written.error();
  if (!written->ok()) return from_failure(*written);
  expect(table, TouchKind::Update, &before, written->locator);
  if (Result<Verdict> carried = carry_out(item, *dependents, &before); !carried || carried->kind != Verdict::Kind::Done)
    return carried;
  Result<std::vector<std::optional<RowImage>>> now = transaction_.fetch(table, {&written->locator, 1});
  if (!now) return now.error();
  if (!now->front())
    return refused(Outcome::Blocked, Reason::NotConvergent, "the row is not there after it was written");
  if (expected_.front().after_image.empty()) came_out(expected_.front(), *now->front());
  parked_[std::uint64_t{item.set} << 32 | item.change] = std::move(*now->front());
  return verdict(Verdict::Kind::Done);
}

}  // namespace holdfast
