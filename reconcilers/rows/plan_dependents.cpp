#include "reconcilers/rows/plan_dependents.h"

#include <algorithm>

#include "reconcilers/core/guard.h"
#include "reconcilers/rows/block_what_waits.h"

namespace holdfast {
namespace {

constexpr std::size_t most_waiting_counted = 1000;
constexpr std::uint64_t most_dependents_counted = 100'000;  // one by one; above, the first level only

// The columns of a foreign key without an index make every delete of a parent read the whole child table.
void warn_of_references(SetPlan& plan, const Table& table) {
  for (const ForeignKey& key : table.referenced_by) {
    if (!key.usable) {
      plan.warnings.push_back("the reference of " + key.child_table + " to " + table.name +
                              " cannot be enforced by the database (" + key.unusable +
                              "); its rows are looked after by hand");
    } else if (!key.indexed) {
      std::string columns;
      for (const std::string& column : key.child_columns) columns += (columns.empty() ? "" : ", ") + column;
      plan.warnings.push_back("no index of " + key.child_table + " begins with " + columns + ": deleting from " +
                              table.name + " reads all of it; an index on (" + columns + ") would help");
    }
  }
}

// Rows that some set declares are not deleted, and neither are those that it may declare: as long as a reference leads
// nowhere, the row that has it is not found by its key. No rule speaks of an extra row, so that all of them stay
// meanwhile. How many deletes are left.
std::size_t keep_declared_rows(const RunContext& context, std::size_t index) {
  SetPlan& plan = context.plan.sets[index];
  const Table& table = *plan.set->table;
  const std::vector<BoundSet::Wait>& waits = plan.set->waits;
  const bool waiting = std::any_of(waits.begin(), waits.end(), [](auto wait) { return wait != BoundSet::Wait::None; });
  std::size_t deletes = 0;
  const auto block = [](Change& change, Reason reason, std::string message) {
    change.outcome = Outcome::Blocked;
    change.reason = reason;
    change.more().message = std::move(message);
  };
  for (Change& change : plan.changes) {
    if (change.action != Action::Delete || change.outcome != Outcome::Planned) continue;
    if (const auto owner = context.declared_by(table, *change.before(), index)) {
      block(change, Reason::Declared, "the row is declared in " + *owner);
      continue;
    }
    std::optional<std::string> maybe = context.may_be_declared_by(table, *change.before());
    if (!maybe && waiting && change.drift == DriftClass::Extra) maybe = plan.name;
    if (maybe) {
      block(change, Reason::Reference,
            "a declared row of " + *maybe + " refers to one that is not known, and this may be it");
    } else {
      ++deletes;
    }
  }
  return deletes;
}

// Updates of columns that others refer to.
Result<void> plan_updates(RunContext& context, std::size_t index) {
  SetPlan& plan = context.plan.sets[index];
  const Table& table = *plan.set->table;
  if (table.referenced_by.empty()) return {};
  const auto limit = static_cast<std::uint64_t>(plan.set->limits.dependent_deletes);
  for (Change& change : plan.changes) {
    if (change.action != Action::Update || change.outcome != Outcome::Planned) continue;
    std::vector<std::pair<std::uint32_t, Value>> values;
    for (const std::uint32_t column : change.detail->update) {
      const std::optional<Cell> cell = after(plan, change, column);
      if (cell && cell->kind != CellKind::Pending) values.emplace_back(column, Value(cell->value()));
    }
    Result<Dependents> dependents =
        dependents_of_update(context.store, context.dependents(index, limit), table, *change.before(), values,
                             change.drift == DriftClass::Identity);
    if (!dependents) return dependents.error();
    change.more().dependents = dependents->counts;
    if (dependents->blocked == Reason::None && dependents->complete) continue;
    change.outcome = Outcome::Blocked;
    change.reason = dependents->complete ? dependents->blocked : Reason::Budget;
    change.more().message = dependents->complete ? dependents->message : std::string(too_many_followers);
  }
  return {};
}

// What would go with each delete, also with those that wait for a person, who has to see it.
Result<void> count_dependents(RunContext& context, std::size_t index) {
  SetPlan& plan = context.plan.sets[index];
  const Table& table = *plan.set->table;
  const auto limit = static_cast<std::uint64_t>(plan.set->limits.dependent_deletes);
  std::size_t waiting = 0;
  for (Change& change : plan.changes) {
    const bool told = change.drift == DriftClass::Forbidden || change.drift == DriftClass::Extra ||
                      change.drift == DriftClass::Removed;
    const bool planned = change.action == Action::Delete && change.outcome == Outcome::Planned;
    const bool waits = waits_for_confirmation(change) && ++waiting <= most_waiting_counted;
    if (!planned && !waits && !(told && change.outcome == Outcome::Reported)) continue;
    Result<Dependents> dependents =
        dependents_of_delete(context.store, context.dependents(index, limit), table, *change.before());
    if (dependents && !dependents->complete && dependents->blocked == Reason::None && limit < most_dependents_counted) {
      dependents = dependents_of_delete(context.store, context.dependents(index, most_dependents_counted), table,
                                        *change.before());
    }
    if (!dependents) return dependents.error();
    change.more().dependents = dependents->counts;
    if (!dependents->complete && dependents->blocked == Reason::None) {
      // Counted as far as it was worth it: more than the limit in any case.
      dependents->blocked = Reason::Budget;
      dependents->message = "more rows would go with it than limits.dependentDeletes, which is " +
                            std::to_string(limit) + ", or too many to count";
    }
    if ((!planned && !waits) || dependents->blocked == Reason::None) continue;
    change.outcome = Outcome::Blocked;
    change.reason = dependents->blocked;
    change.more().message = dependents->message;
  }
  return {};
}

}  // namespace

Result<void> plan_dependents(RunContext& context) {
  for (std::size_t index = 0; index < context.plan.sets.size(); ++index) {
    SetPlan& plan = context.plan.sets[index];
    if (!plan.set) continue;
    const std::size_t deletes = keep_declared_rows(context, index);
    if (Result<void> updates = plan_updates(context, index); !updates) return updates;
    if (deletes > 0) warn_of_references(plan, *plan.set->table);
    // A row that stays because of its dependents is none that a budget has to allow. With so many that looking at each
    // would take long, the budget comes first.
    const bool few = deletes <= most_waiting_counted;
    if (few) {
      if (Result<void> counted = count_dependents(context, index); !counted) return counted;
    }
    if (context.confirmed != nullptr) {
      guard_unconfirmed(plan, *context.confirmed);
    } else {
      if (context.first_removal(index)) guard_first_removal(plan);
      guard_deletes(plan);
    }
    if (!few) {
      if (Result<void> counted = count_dependents(context, index); !counted) return counted;
    }
    if (context.confirmed == nullptr) guard_dependents(plan);
  }
  return {};
}

}  // namespace holdfast
