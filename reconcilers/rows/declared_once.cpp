#include "reconcilers/rows/declared_once.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "reconcilers/core/key_value.h"
#include "reconcilers/rows/verdict.h"

namespace holdfast {
namespace {

bool same_key_columns(const BoundSet& a, const BoundSet& b) {
  if (a.key.size() != b.key.size()) return false;
  for (std::size_t i = 0; i < a.key.size(); ++i) {
    if (a.columns[a.key[i]].column != b.columns[b.key[i]].column) return false;
  }
  return true;
}

void check_pair(const SetState& first, const SetState& second, Diagnostics& diagnostics) {
  const BoundSet& a = *first.bound;
  const BoundSet& b = *second.bound;
  for (const Rule& rule : a.forbidden) {
    for (std::size_t row = 0; row < b.rows.size(); ++row) {
      if (!rule_matches_declared(b, row, rule)) continue;
      diagnostics.error(b.rows.where(row),
                        "row " + describe_key(b, row) + " is declared here and forbidden in " + a.name,
                        "the rule is at " + to_string(first.document->at(rule.mark())));
    }
  }
  if (&first > &second || !same_key_columns(a, b) || a.index.size() == 0) return;
  for (std::size_t row = 0; row < b.rows.size(); ++row) {
    std::vector<ValueView> key;
    for (const ColumnIndex at : b.key) key.push_back(b.rows.cell(row, at).value());
    const std::uint32_t other = a.index.find(key);
    if (other == KeyIndex::npos) continue;
    diagnostics.error(b.rows.where(row), "row " + describe_key(b, row) + " is also declared in " + a.name,
                      "the other is at " + to_string(a.rows.where(other)));
  }
}

// What a column holds after the change, as far as that is known before it is written.
std::optional<Value> after_of(const SetPlan& plan, const Change& change, std::uint32_t column) {
  const RowImage* before = change.before();
  const bool writes =
      change.action == Action::Insert ||
      std::find(change.detail->update.begin(), change.detail->update.end(), column) != change.detail->update.end();
  if (const std::optional<Cell> cell = writes ? after(plan, change, column) : std::nullopt) {
    if (cell->kind == CellKind::Pending) return std::nullopt;
    return Value(cell->value());
  }
  if (before == nullptr || change.action == Action::Insert) return std::nullopt;
  return before->values[column];
}

bool is_renamed(const BoundSet& set, const std::vector<ValueView>& key) {
  return std::any_of(set.renames.begin(), set.renames.end(), [&](const BoundRename& rename) {
    for (std::size_t i = 0; i < key.size(); ++i) {
      const Column& column = set.table->columns[set.columns[set.key[i]].column];
      if (!key_equal(column.collation, rename.from[i].view(), key[i])) return false;
    }
    return true;
  });
}

// False where the set would only tell of another value, or say nothing.
bool acts_on(const BoundSet& set, std::uint32_t column) {
  if (set.policy.changed == ChangedPolicy::Update) return true;
  const ColumnList& identity = set.table->primary_key;
  return set.policy.identity == IdentityPolicy::Move &&
         std::find(identity.begin(), identity.end(), column) != identity.end();
}

// The first column that the other set wants otherwise; empty when they agree.
std::string disagreement(const SetPlan& plan, const Change& change, const BoundSet& other) {
  std::vector<Value> key;
  std::vector<ValueView> views;
  for (const ColumnIndex at : other.key) {
    std::optional<Value> value = after_of(plan, change, other.columns[at].column);
    if (!value || value->is_null()) return {};
    key.push_back(std::move(*value));
  }
  for (const Value& value : key) views.push_back(value.view());
  if (other.policy.changed == ChangedPolicy::Update && is_renamed(other, views))
    return other.table->columns[other.columns[other.key.front()].column].name;
  const std::uint32_t row = other.index.find(views);
  if (row == KeyIndex::npos || other.wait(row) != BoundSet::Wait::None) return {};
  RowTable::Cursor cursor = other.rows.cursor(row);
  for (const BoundColumn& column : other.columns) {
    const Cell cell = cursor.next();
    if (!cell.present() || cell.kind == CellKind::Pending || column.initial) continue;
    const std::optional<Value> value = after_of(plan, change, column.column);
    if (!value || *value == cell.value()) continue;
    if (!acts_on(other, column.column)) continue;
    const Column& what = other.table->columns[column.column];
    if (other.rules->same(what, value->view(), cell.value())) continue;
    return what.name;
  }
  return {};
}

bool writes(const SetState& state) { return state.set && state.set->mode == Mode::Enforce; }

}  // namespace

void block_disagreements(Plan& plan, std::span<const SetState> states) {
  for (std::size_t i = 0; i < states.size(); ++i) {
    for (const SetState& other : states) {
      if (&other == &states[i] || !writes(states[i]) || !writes(other)) continue;
      if (other.set->table != states[i].set->table) continue;
      for (Change& change : plan.sets[i].changes) {
        const bool written = change.action == Action::Insert || change.action == Action::Update;
        if (change.outcome != Outcome::Planned || !written) continue;
        const std::string column = disagreement(plan.sets[i], change, *other.set);
        if (column.empty()) continue;
        change.outcome = Outcome::Blocked;
        change.reason = Reason::Declared;
        change.more().message = "the row would be one for which " + other.set->name + " declares another " + column;
      }
    }
  }
}

void drop_second_deletes(Plan& plan, std::span<SetState> states) {
  if (!share_a_table(states)) return;
  std::set<std::string> going;  // table and row
  for (std::size_t index = 0; index < states.size(); ++index) {
    SetState& state = states[index];
    if (!state.set) continue;
    std::set<std::size_t> awaited;
    for (const auto& [change, other] : state.waits_for) awaited.insert(other);
    std::vector<Change>& changes = plan.sets[index].changes;
    std::vector<std::size_t> moved_to(changes.size());
    std::size_t kept = 0;
    for (std::size_t at = 0; at < changes.size(); ++at) {
      const Change& change = changes[at];
      // Over a budget or not: which of the two is in the plan, and so its hash, must not depend on what is spent.
      const bool goes =
          change.action == Action::Delete && (change.outcome == Outcome::Planned ||
                                              (change.outcome == Outcome::Blocked && change.reason == Reason::Budget));
      const bool first = !goes || going
                                      .insert(ascii_lower(state.set->table->name) + '\0' +
                                              row_identity(*state.set->table, change.before()->locator))
                                      .second;
      if (!first && !awaited.contains(at)) continue;
      moved_to[at] = kept;
      if (kept != at) changes[kept] = std::move(changes[at]);
      ++kept;
    }
    if (kept == changes.size()) continue;
    changes.resize(kept);
    for (auto& [row, at] : state.change_of) at = moved_to[at];
    std::unordered_map<std::size_t, std::size_t> waits_for;
    for (const auto& [change, other] : state.waits_for) waits_for.emplace(moved_to[change], moved_to[other]);
    state.waits_for = std::move(waits_for);
  }
}

bool share_a_table(std::span<const SetState> states) {
  for (const SetState& first : states) {
    for (const SetState& second : states) {
      if (&first < &second && writes(first) && writes(second) && first.set->table == second.set->table) return true;
    }
  }
  return false;
}

void check_declared_once(std::span<const SetState> states, Diagnostics& diagnostics) {
  for (const SetState& first : states) {
    for (const SetState& second : states) {
      if (&first == &second || !first.bound || !second.bound || first.bound->table != second.bound->table) continue;
      check_pair(first, second, diagnostics);
    }
  }
}

}  // namespace holdfast
