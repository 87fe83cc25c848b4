// What RowWriter proves about each change: nothing else moved, it came out as written, no reference leads nowhere.
#include <algorithm>
#include <utility>

#include "reconcilers/core/text.h"
#include "reconcilers/rows/row_writer.h"
#include "reconcilers/rows/verdict.h"

namespace holdfast {

Verdict from_failure(const WriteOutcome& outcome) {
  switch (outcome.failure) {
    case RowFailure::RefusedByTrigger: return refused(Outcome::Blocked, Reason::RefusedByTrigger, outcome.message);
    case RowFailure::TransactionLost: {
      Verdict lost = refused(Outcome::Blocked, Reason::RefusedByTrigger, outcome.message);
      lost.kind = Verdict::Kind::Restart;
      return lost;
    }
    default: return refused(Outcome::Failed, Reason::Constraint, outcome.message);
  }
}

std::string row_identity(const Table& table, const Locator& locator) {
  std::string bytes = ascii_lower(table.name) + '\0';
  for (const Value& value : locator) append_identical(value.view(), bytes);
  return bytes;
}

// A trigger that changes the row that fired it: the statement's images are those before and after all of that.
bool RowWriter::changes_own_row(std::size_t index, const Touch& touch) const {
  return std::any_of(expected_.begin(), expected_.end(), [&](const Expected& one) {
    if (index < one.first_touch || index >= one.end_touch || one.table->name != touch.table) return false;
    // Of a row that is deleted only what happens before that; one that a trigger puts back is another matter.
    const Locator& own = one.after.empty() ? one.before : one.after;
    if (one.after.empty()) return touch.before == own && touch.after == own;
    return touch.before == own || touch.after == own;
  });
}

// At depth 0 are our own statements, and what modules of virtual tables write in a trigger (a search index): TRAPS 1.
bool RowWriter::is_ours(const Touch& touch) const {
  if (touch.depth > 0) return false;
  return std::any_of(expected_.begin(), expected_.end(),
                     [&](const Expected& one) { return one.table->name == touch.table; });
}

// After a delete: a trigger may have put the row back.
Result<Verdict> RowWriter::is_gone(const Table& table, const Locator& at) {
  Result<std::vector<std::optional<RowImage>>> rows = transaction_.fetch(table, {&at, 1});
  if (!rows) return rows.error();
  if (!rows->front()) return verdict(Verdict::Kind::Done);
  return refused(Outcome::Blocked, Reason::NotConvergent,
                 "the row of " + table.name + " is there again after its delete");
}

// The row before a statement of this change: an earlier one, or a trigger of it, may have changed it since it was read.
Result<RowImage> RowWriter::as_it_is_now(const Table& table, const RowImage& row) {
  Result<std::vector<std::optional<RowImage>>> rows = transaction_.fetch(table, {&row.locator, 1});
  if (!rows) return rows.error();
  return rows->front() ? std::move(*rows->front()) : row;
}

// Compares what the engine saw with what we did. Rows that a trigger changed beside them are side effects.
Result<Verdict> RowWriter::side_effects(Item item) {
  std::size_t next = 0;
  std::string others, unseen;
  for (std::size_t i = touches_seen_; i < transaction_.touch_count(); ++i) {
    const Touch touch = transaction_.touch(i);
    if (is_ours(touch)) {
      const bool planned = next < expected_.size() && expected_[next].table->name == touch.table &&
                           expected_[next].kind == touch.kind && expected_[next].before == touch.before &&
                           expected_[next].after == touch.after;
      if (!planned) {
        return Error{ErrorKind::Terminal, "the database changed another row than was planned",
                     context_.store.location() + ", table " + std::string(touch.table),
                     "everything was rolled back; please report this"};
      }
      ++next;
      continue;
    }
    if (changes_own_row(i, touch)) continue;
    const bool seen = (touch.old_row != nullptr || touch.kind == TouchKind::Insert) &&
                      (touch.new_row != nullptr || touch.kind == TouchKind::Delete);
    if (!seen) unseen = printable(touch.table);
    if (others.find(std::string(touch.table)) == std::string::npos) {
      others += (others.empty() ? "" : ", ") + printable(touch.table);
    }
  }
  if (next != expected_.size()) {
    return Error{ErrorKind::Terminal, "the database did not change every row that was planned",
                 context_.store.location(), "everything was rolled back; please report this"};
  }
  const bool allowed = context_.states[item.set].set->policy.side_effects == SideEffectsPolicy::Allow;
  if (allowed && journal_ && !unseen.empty()) {
    return refused(Outcome::Blocked, Reason::SideEffect,
                   "a trigger would change rows of " + unseen + ", which cannot be written down to take it back");
  }
  if (others.empty()) return verdict(Verdict::Kind::Done);
  if (allowed) return allowed_effects(item);
  return refused(Outcome::Blocked, Reason::SideEffect,
                 "a trigger would change rows of " + others + ", and policy.sideEffects is Refuse");
}

// What triggers may do, since the policy allows it: but not more deletes than the budget has, and no orphans, which the
// application's own foreign keys would not have let through either.
Result<Verdict> RowWriter::allowed_effects(Item item) {
  std::uint64_t deletes = 0;
  for (std::size_t i = touches_seen_, end = transaction_.touch_count(); i < end; ++i) {
    const Touch touch = transaction_.touch(i);
    if (is_ours(touch) || changes_own_row(i, touch)) continue;
    added_.disturbed.insert(std::string(touch.table));
    deletes += touch.kind == TouchKind::Delete ? 1 : 0;
    const std::shared_ptr<const Table> table = context_.plan.schema->find(touch.table);
    if (!table) continue;
    if (touch.new_row != nullptr && !table->references.empty()) checks_.push_back({item, table, touch.after, {}});
    if (touch.old_row == nullptr || (touch.new_row != nullptr && *touch.new_row == *touch.old_row)) continue;
    for (const ForeignKey& key : table->referenced_by) {
      Result<bool> orphans = leaves_orphans(*table, key, *touch.old_row);
      if (!orphans) return orphans.error();
      if (!*orphans) continue;
      return refused(
          Outcome::Blocked, Reason::SideEffect,
          "a trigger would take away the row of " + table->name + " that rows of " + key.child_table + " refer to");
    }
  }
  const std::uint64_t pool = context_.confirmed != nullptr ? std::uint64_t{item.set} << 32 | item.change : item.set;
  std::uint64_t& used = added_.dependents_used[pool];
  const auto before = before_.dependents_used.find(pool);
  const std::uint64_t sum = used + deletes + (before == before_.dependents_used.end() ? 0 : before->second);
  if (deletes > 0 && sum > context_.dependents_allowed(item.set, change_of(item))) {
    return refused(Outcome::Blocked, Reason::Budget,
                   "triggers would delete " + std::to_string(deletes) + " more rows, over limits.dependentDeletes");
  }
  used += deletes;
  spent_[item.set].dependents += deletes;
  return verdict(Verdict::Kind::Done);
}

// Rows that refer to these values, now that no row has them.
Result<bool> RowWriter::leaves_orphans(const Table& table, const ForeignKey& key, const std::vector<Value>& row) {
  const std::shared_ptr<const Table> child = context_.plan.schema->find(key.child_table);
  if (!child || !child->unsupported.empty() || key.child_columns.size() != key.parent_columns.size()) return false;
  ColumnList here, there;
  std::vector<Value> values;
  for (std::size_t i = 0; i < key.child_columns.size(); ++i) {
    here.push_back(table.find(key.parent_columns[i]));
    there.push_back(child->find(key.child_columns[i]));
    if (here.back() == Table::npos || there.back() == Table::npos || row[here.back()].is_null()) return false;
    values.push_back(row[here.back()]);
  }
  Result<std::vector<RowImage>> parent = transaction_.find(table, here, values, 1);
  if (!parent) return parent.error();
  if (!parent->empty()) return false;
  Result<std::vector<RowImage>> children = transaction_.find(*child, there, values, 1);
  if (!children) return children.error();
  return !children->empty();
}

// The first reference of a row that leads nowhere, described; nothing when all are kept. References that the engine
// itself cannot use because their parent is not there are not checked (TRAPS 7).
Result<std::optional<std::string>> RowWriter::missing_parent(const Table& table, const std::vector<Value>& row,
                                                             const ColumnList* only, bool* comes_later) {
  for (const ForeignKey& key : table.references) {
    const auto parent = context_.plan.schema->find(key.parent_table);
    if (!parent) continue;
    ColumnList parent_columns;
    std::vector<Value> values;
    std::string text;
    bool concerned = only == nullptr;
    bool null = false;
    for (std::size_t i = 0; i < key.child_columns.size(); ++i) {
      const std::uint32_t column = table.find(key.child_columns[i]);
      const std::uint32_t target = i < key.parent_columns.size() ? parent->find(key.parent_columns[i]) : Table::npos;
      if (column == Table::npos || target == Table::npos) {
        null = true;
        break;
      }
      concerned = concerned || std::find(only->begin(), only->end(), column) != only->end();
      null = null || row[column].is_null();
      parent_columns.push_back(target);
      values.push_back(row[column]);
      text += (text.empty() ? "" : ", ") + key.child_columns[i] + " ";
      text += context_.is_sensitive(table, column) ? "***" : describe(row[column].view());
    }
    if (null || !concerned) continue;
    Result<std::vector<RowImage>> found = transaction_.find(*parent, parent_columns, values, 1);
    if (!found) return found.error();
    if (!found->empty()) continue;
    if (comes_later != nullptr) {
      *comes_later = std::any_of(context_.plan.sets.begin(), context_.plan.sets.end(), [&](const SetPlan& set) {
        return set.set && ascii_lower(set.table) == ascii_lower(parent->name) && !set.changes.empty();
      });
    }
    return std::optional<std::string>("foreign key: " + text + " has no row in " + parent->name);
  }
  return std::optional<std::string>();
}

Result<Verdict> RowWriter::verify(Item item, const Locator& at, std::span<const Assignment> values) {
  const Table& table = context_.table(item.set);
  Result<std::vector<std::optional<RowImage>>> rows = transaction_.fetch(table, {&at, 1});
  if (!rows) return rows.error();
  std::optional<RowImage>& row = rows->front();
  if (!row) return refused(Outcome::Blocked, Reason::NotConvergent, "the row is not there after it was written");
  for (const Assignment& value : values) {
    const ValueView live = row->values[value.column].view();
    if (live == value.value || context_.store.rules().same(table.columns[value.column], live, value.value)) continue;
    const bool masked = context_.states[item.set].set->is_sensitive(value.column);
    return refused(
        Outcome::Blocked, Reason::NotConvergent,
        "column " + table.columns[value.column].name + " does not stay as written: " +
            (masked ? std::string("it was rewritten") : describe(value.value) + " became " + describe(live)));
  }
  came_out(expected_.front(), *row);
  const std::uint64_t id = RunMemory::id(item.set, change_of(item).declared);
  if (before_.awaited.contains(id)) added_.inserted[id] = std::move(*row);
  return verdict(Verdict::Kind::Done);
}

Result<std::vector<Item>> RowWriter::orphans() {
  std::vector<Item> found;
  for (const Check& check : checks_) {
    Result<std::vector<std::optional<RowImage>>> rows = transaction_.fetch(*check.table, {&check.locator, 1});
    if (!rows) return rows.error();
    if (!rows->front()) continue;
    const ColumnList* only = check.only.empty() ? nullptr : &check.only;
    Result<std::optional<std::string>> missing = missing_parent(*check.table, rows->front()->values, only, nullptr);
    if (!missing) return missing.error();
    if (!*missing) continue;
    change_of(check.item).more().message = **missing;
    found.push_back(check.item);
  }
  return found;
}

}  // namespace holdfast
