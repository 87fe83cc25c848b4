#include "reconcilers/rows/run_context.h"

#include <algorithm>

namespace holdfast {

std::optional<std::string> RunContext::declared_by(const Table& of, const RowImage& row, std::size_t except) const {
  for (std::size_t i = 0; i < states.size(); ++i) {
    const BoundSet* set = states[i].set.get();
    if (i == except || set == nullptr || ascii_lower(set->table->name) != ascii_lower(of.name)) continue;
    std::vector<ValueView> key;
    for (const ColumnIndex at : set->key) key.push_back(row.values[set->columns[at].column].view());
    if (set->index.find(key) != KeyIndex::npos) return set->name;
  }
  return std::nullopt;
}

std::optional<std::string> RunContext::may_be_declared_by(const Table& of, const RowImage& row) const {
  for (const SetState& state : states) {
    if (!state.set || ascii_lower(state.set->table->name) != ascii_lower(of.name)) continue;
    if (state.set->unknown.may_be(row)) return state.set->name;
  }
  return std::nullopt;
}

bool RunContext::is_sensitive(const Table& of, std::uint32_t column) const {
  return std::any_of(states.begin(), states.end(), [&](const SetState& state) {
    return state.set && ascii_lower(state.set->table->name) == ascii_lower(of.name) && state.set->is_sensitive(column);
  });
}

std::uint64_t RunContext::dependents_allowed(std::size_t set, const Change& change) const {
  if (confirmed != nullptr) return confirmed->dependents(plan.sets[set], change);
  const auto limit = static_cast<std::uint64_t>(states[set].set->limits.dependent_deletes);
  return limit - std::min(limit, plan.sets[set].spent_dependents);
}

DependentsRequest RunContext::dependents(std::size_t set, std::uint64_t limit) const {
  DependentsRequest request;
  request.schema = plan.schema.get();
  request.rules = &store.rules();
  request.policy = states[set].set->policy.dependents;
  request.limit = limit;
  request.declared_by = [this](const Table& of, const RowImage& row) -> std::optional<std::string> {
    if (const auto owner = declared_by(of, row, states.size())) return "is declared in " + *owner;
    if (const auto owner = may_be_declared_by(of, row)) return "may be one that " + *owner + " declares";
    return std::nullopt;
  };
  return request;
}

}  // namespace holdfast
