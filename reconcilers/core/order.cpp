#include "reconcilers/core/order.h"

#include <algorithm>

namespace holdfast {
namespace {

bool refers(const SetNode& child, const SetNode& parent, const Schema& schema) {
  if (std::find(child.refers_to.begin(), child.refers_to.end(), parent.name) != child.refers_to.end()) return true;
  const auto table = schema.find(child.table);
  if (!table || ascii_lower(child.table) == ascii_lower(parent.table)) return false;
  return std::any_of(table->references.begin(), table->references.end(),
                     [&](const ForeignKey& key) { return ascii_lower(key.parent_table) == ascii_lower(parent.table); });
}

}  // namespace

std::vector<std::size_t> parents_first(std::span<const SetNode> sets, const Schema& schema) {
  std::vector<std::size_t> order;
  std::vector<bool> placed(sets.size(), false);
  while (order.size() < sets.size()) {
    std::size_t chosen = sets.size();
    for (std::size_t i = 0; i < sets.size() && chosen == sets.size(); ++i) {
      if (placed[i]) continue;
      bool waits = false;
      for (std::size_t j = 0; j < sets.size() && !waits; ++j) {
        waits = i != j && !placed[j] && refers(sets[i], sets[j], schema);
      }
      if (!waits) chosen = i;
    }
    if (chosen == sets.size()) {  // a circle of foreign keys: take the first that is left
      chosen = static_cast<std::size_t>(std::find(placed.begin(), placed.end(), false) - placed.begin());
    }
    placed[chosen] = true;
    order.push_back(chosen);
  }
  return order;
}

}  // namespace holdfast
