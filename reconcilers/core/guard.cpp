#include "reconcilers/core/guard.h"

#include "desired-state/units.h"

namespace holdfast {
namespace {

constexpr std::uint64_t percent_counts_from = 100;

bool is_planned_delete(const Change& change) {
  return change.action == Action::Delete && change.outcome == Outcome::Planned;
}

void block(Change& change, Reason reason, const std::string& message) {
  change.outcome = Outcome::Blocked;
  change.reason = reason;
  change.more().message = message;
}

void block_deletes(SetPlan& plan, const std::string& message) {
  for (Change& change : plan.changes) {
    if (is_planned_delete(change)) block(change, Reason::Budget, message);
  }
}

std::string spent_text(std::uint64_t spent, const Limits& limits) {
  if (spent == 0) return " in one run";
  return " and " + std::to_string(spent) + " before, within " + write_duration(limits.per);
}

std::string set_name(const SetPlan& set) { return set.database + '\0' + set.name; }

std::string delete_name(const SetPlan& set, const Change& change) {
  std::string name = set_name(set) + '\0';
  for (const Value& value : change.before()->locator) append_identical(value.view(), name);
  name += '\0';
  for (const Value& value : change.before()->values) append_identical(value.view(), name);
  return name;
}

}  // namespace

bool guard_deletes(SetPlan& plan) {
  if (!plan.set) return true;
  const Limits& limits = plan.set->limits;
  std::uint64_t deletes = 0;
  for (const Change& change : plan.changes) deletes += is_planned_delete(change) ? 1 : 0;
  if (deletes > 0 && deletes + plan.spent_deletes > static_cast<std::uint64_t>(limits.deletes)) {
    block_deletes(plan, std::to_string(deletes) + (deletes == 1 ? " delete" : " deletes") +
                            spent_text(plan.spent_deletes, limits) + ", limits.deletes is " +
                            std::to_string(limits.deletes));
    return false;
  }
  const std::uint64_t all = deletes + plan.deleted_before;
  if (deletes > 0 && plan.live_rows + plan.deleted_before >= percent_counts_from &&
      all * 100 > (plan.live_rows + plan.deleted_before) * static_cast<std::uint64_t>(limits.delete_percent)) {
    block_deletes(plan, std::to_string(all) + " of " + std::to_string(plan.live_rows + plan.deleted_before) +
                            " rows would be deleted, limits.deletePercent is " + std::to_string(limits.delete_percent));
    return false;
  }
  return true;
}

bool guard_dependents(SetPlan& plan) {
  if (!plan.set) return true;
  std::uint64_t dependents = 0;
  for (const Change& change : plan.changes) {
    if (!is_planned_delete(change) || !change.detail) continue;
    for (const DependentCount& count : change.detail->dependents) dependents += count.rows;
  }
  const Limits& limits = plan.set->limits;
  if (dependents == 0 || dependents + plan.spent_dependents <= static_cast<std::uint64_t>(limits.dependent_deletes)) {
    return true;
  }
  block_deletes(plan, std::to_string(dependents) + (dependents == 1 ? " row" : " rows") + " would go with them" +
                          (plan.spent_dependents > 0 ? spent_text(plan.spent_dependents, limits) : "") +
                          ", limits.dependentDeletes is " + std::to_string(plan.set->limits.dependent_deletes));
  return false;
}

void guard_first_removal(SetPlan& plan) {
  for (Change& change : plan.changes) {
    if (change.drift == DriftClass::Removed && is_planned_delete(change)) {
      block(change, Reason::Confirm,
            "it left the documents; the first time such rows are deleted, somebody confirms it");
    }
  }
}

Confirmation::Confirmation(const Plan& plan) {
  for (const SetPlan& set : plan.sets) {
    for (const Change& change : set.changes) {
      if (!is_planned_delete(change) && !waits_for_confirmation(change)) continue;
      std::uint64_t& rows = deletes_[delete_name(set, change)];
      rows = 0;
      for (const DependentCount& count : change.detail->dependents) rows += count.rows;
    }
  }
}

bool Confirmation::covers(const SetPlan& set, const Change& change) const {
  return deletes_.contains(delete_name(set, change));
}

std::uint64_t Confirmation::dependents(const SetPlan& set, const Change& change) const {
  const auto found = deletes_.find(delete_name(set, change));
  return found == deletes_.end() ? 0 : found->second;
}

void guard_unconfirmed(SetPlan& plan, const Confirmation& confirmation) {
  for (Change& change : plan.changes) {
    if (is_planned_delete(change) && !confirmation.covers(plan, change)) {
      block(change, Reason::Budget, "it was not in the plan that was confirmed");
    }
  }
}

}  // namespace holdfast
