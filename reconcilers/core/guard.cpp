#include "reconcilers/core/guard.h"

namespace holdfast {
namespace {

constexpr std::uint64_t percent_counts_from = 100;

bool is_planned_delete(const Change& change) {
  return change.action == Action::Delete && change.outcome == Outcome::Planned;
}

void block_deletes(SetPlan& plan, const std::string& message) {
  for (Change& change : plan.changes) {
    if (!is_planned_delete(change)) continue;
    change.outcome = Outcome::Blocked;
    change.reason = Reason::Budget;
    change.more().message = message;
  }
}

}  // namespace

bool guard_deletes(SetPlan& plan) {
  if (!plan.set) return true;
  const Limits& limits = plan.set->limits;
  const std::uint64_t before = plan.deleted_before;
  std::uint64_t deletes = before;
  for (const Change& change : plan.changes) deletes += is_planned_delete(change) ? 1 : 0;
  if (deletes == before) return true;
  if (deletes > static_cast<std::uint64_t>(limits.deletes)) {
    block_deletes(plan, std::to_string(deletes) + (deletes == 1 ? " delete" : " deletes") +
                            " in one run, limits.deletes is " + std::to_string(limits.deletes));
    return false;
  }
  if (plan.live_rows >= percent_counts_from &&
      deletes * 100 > (plan.live_rows + before) * static_cast<std::uint64_t>(limits.delete_percent)) {
    block_deletes(plan, std::to_string(deletes) + " of " + std::to_string(plan.live_rows + before) +
                            " rows would be deleted, limits.deletePercent is " + std::to_string(limits.delete_percent));
    return false;
  }
  return true;
}

bool guard_dependents(SetPlan& plan) {
  if (!plan.set) return true;
  std::uint64_t dependents = plan.dependents_before;
  for (const Change& change : plan.changes) {
    if (!is_planned_delete(change) || !change.detail) continue;
    for (const DependentCount& count : change.detail->dependents) dependents += count.rows;
  }
  if (dependents == plan.dependents_before ||
      dependents <= static_cast<std::uint64_t>(plan.set->limits.dependent_deletes))
    return true;
  block_deletes(plan, std::to_string(dependents) + (dependents == 1 ? " row" : " rows") +
                          " would go with them, limits.dependentDeletes is " +
                          std::to_string(plan.set->limits.dependent_deletes));
  return false;
}

}  // namespace holdfast
