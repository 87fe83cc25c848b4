// Delete budgets: over the limit, every delete of that set waits for a person, who confirms the very plan that shows
// them. PURE.
#pragma once

#include <string>
#include <unordered_map>

#include "reconcilers/core/plan.h"

namespace holdfast {

// Blocks all planned deletes of `plan` (reason budget) when there are more than its limits allow: `deletes` rows within
// `per`, what was spent already included, and from 100 live rows on `deletePercent` of them. True if they may go on.
bool guard_deletes(SetPlan& plan);

// The same for the rows that would go with them: `dependentDeletes`.
bool guard_dependents(SetPlan& plan);

// Blocks deletes of rows that have left the documents (reason confirm).
void guard_first_removal(SetPlan& plan);

// The deletes of one plan, and the rows that it shows to go with them, as a person has seen and confirmed them.
class Confirmation {
 public:
  explicit Confirmation(const Plan& plan);
  bool covers(const SetPlan& set, const Change& change) const;
  std::uint64_t dependents(const SetPlan& set, const Change& change) const;  // shown to go with it

 private:
  std::unordered_map<std::string, std::uint64_t> deletes_;  // with the rows that go along
};

// Instead of the budgets: only what was confirmed goes on.
void guard_unconfirmed(SetPlan& plan, const Confirmation& confirmation);

}  // namespace holdfast
