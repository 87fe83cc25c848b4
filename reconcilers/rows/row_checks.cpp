// What RowWriter proves about each change: nothing else moved, it came out as written, no reference leads nowhere.
#include <algorithm>
#include <utility>

#include "reconcilers/core/diff.h"
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
    // A row that is inserted is not there before that; another one may have been at its place.
    if (one.before.empty() && index < one.own_touch) return false;
    // Of a row that is deleted only what happens before that; one that a trigger puts back is another matter.
    const Locator& own = one.after.empty() || (index < one.own_touch && !one.before.empty()) ? one.before : one.after;
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
  if (rows->front()) return std::move(*rows->front());
  return row;
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

// What triggers may do, since the policy allows it: but not more deletes than the budget has.
Result<Verdict> RowWriter::allowed_effects(Item item) {
  std::uint64_t deletes = 0;
  for (std::size_t i = touches_seen_, end = transaction_.touch_count(); i < end; ++i) {
    const Touch touch = transaction_.touch(i);
    if (is_ours(touch) || changes_own_row(i, touch)) continue;
    added_.disturbed.insert(std::string(touch.table));
    deletes += touch.kind == TouchKind::Delete ? 1 : 0;
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

// A trigger may have rewritten a declared column that the update did not write.
Verdict RowWriter::stays_declared(Item item, const RowImage& row, std::span<const Assignment> values) {
  const BoundSet& set = *context_.states[item.set].set;
  const RowImage& before = planned_row(change_of(item));
  const RowDifference difference = compare_row(set, change_of(item).declared, row);
  for (const std::uint32_t column : difference.columns) {
    const bool written =
        std::any_of(values.begin(), values.end(), [&](const Assignment& one) { return one.column == column; });
    if (written || row.values[column] == before.values[column]) continue;
    return refused(Outcome::Blocked, Reason::NotConvergent,
                   "column " + set.table->columns[column].name + " does not stay as declared: " +
                       (set.is_sensitive(column) ? std::string("it was rewritten")
                                                 : "it became " + describe(row.values[column].view())));
  }
  return verdict(Verdict::Kind::Done);
}

namespace {

bool refers_to_itself(const Table& table) {
  return std::any_of(table.references.begin(), table.references.end(),
                     [&](const ForeignKey& key) { return ascii_lower(key.parent_table) == ascii_lower(table.name); });
}

}  // namespace

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
  const bool may_go_on = any_triggers_ || refers_to_itself(table);
  if (may_go_on && change_of(item).action == Action::Update) {
    if (Verdict kept = stays_declared(item, *row, values); kept.kind != Verdict::Kind::Done) return kept;
  }
  // A row that refers to itself has gone on since its own statement.
  if (expected_.front().after_image.empty()) came_out(expected_.front(), *row);
  const std::uint64_t id = RunMemory::id(item.set, change_of(item).declared);
  if (before_.awaited.contains(id)) added_.inserted[id] = std::move(*row);
  return verdict(Verdict::Kind::Done);
}

// Where more may have happened to references than our own statements did: by a trigger, which the application's own
// foreign keys would not have let through either, or by a default that leads nowhere.
void RowWriter::note_references(Item item) {
  const Schema& schema = *context_.plan.schema;
  const bool keep = context_.states[item.set].set->policy.dependents == DependentsPolicy::Keep;
  for (Expected& one : expected_) {
    if (!keep && !one.referred.empty()) left_.push_back({item, schema.find(one.table->name), std::move(one.referred)});
  }
  for (std::size_t i = touches_seen_, end = transaction_.touch_count(); i < end; ++i) {
    const Touch touch = transaction_.touch(i);
    if (is_ours(touch)) continue;
    const std::shared_ptr<const Table> table = schema.find(touch.table);
    if (!table) continue;
    if (!keep && touch.old_row && !table->referenced_by.empty()) left_.push_back({item, table, *touch.old_row});
    if (touch.new_row && !table->references.empty()) {
      checks_.push_back({item, table, touch.after, touch.old_row ? *touch.old_row : std::vector<Value>()});
    }
  }
}

// Rows that refer to a row which is not there any more, and nobody has taken its place.
Result<bool> RowWriter::leaves_orphans(const Left& left) {
  for (const ForeignKey& key : left.table->referenced_by) {
    const auto child = context_.plan.schema->find(key.child_table);
    if (!child || !child->unsupported.empty()) continue;
    ColumnList parent_columns, child_columns;
    std::vector<Value> values;
    bool referable = key.child_columns.size() == key.parent_columns.size();
    for (std::size_t i = 0; referable && i < key.child_columns.size(); ++i) {
      parent_columns.push_back(left.table->find(key.parent_columns[i]));
      child_columns.push_back(child->find(key.child_columns[i]));
      referable = parent_columns.back() != Table::npos && child_columns.back() != Table::npos &&
                  !left.before[parent_columns.back()].is_null();
      if (referable) values.push_back(left.before[parent_columns.back()]);
    }
    if (!referable) continue;
    Result<std::vector<RowImage>> parents = transaction_.find(*left.table, parent_columns, values, 1);
    if (!parents) return parents.error();
    if (!parents->empty()) continue;
    Result<std::vector<RowImage>> children =
        transaction_.find_referring({*child, child_columns, *left.table, parent_columns, key.alike}, values, 1);
    if (!children) return children.error();
    if (children->empty()) continue;
    change_of(left.item).more().message = "rows of " + child->name + " would be left without the row they refer to";
    return true;
  }
  return false;
}

Result<std::vector<Item>> RowWriter::orphans() {
  std::vector<Item> found;
  for (const Left& left : left_) {
    Result<bool> lost = leaves_orphans(left);
    if (!lost) return lost.error();
    if (*lost) found.push_back(left.item);
  }
  for (const Check& check : checks_) {
    Result<std::vector<std::optional<RowImage>>> rows = transaction_.fetch(*check.table, {&check.locator, 1});
    if (!rows) return rows.error();
    if (!rows->front()) continue;
    // An old orphan never blocks (TRAPS 7).
    const std::vector<Value>& now = rows->front()->values;
    ColumnList changed;
    for (std::uint32_t i = 0; i < check.before.size(); ++i) {
      if (!(check.before[i] == now[i])) changed.push_back(i);
    }
    const ColumnList* only = check.before.empty() ? nullptr : &changed;
    Result<std::optional<std::string>> missing = missing_parent(*check.table, now, only, nullptr);
    if (!missing) return missing.error();
    if (!*missing) continue;
    change_of(check.item).more().message = **missing;
    found.push_back(check.item);
  }
  return found;
}

}  // namespace holdfast
