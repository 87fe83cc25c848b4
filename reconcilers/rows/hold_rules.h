// Where the lists of rules lie that holds name: a mark each, in `meta`. Internal to holds; errors are the store's.
#pragma once

#include <string>
#include <string_view>

#include "reconcilers/core/state.h"
#include "reconcilers/rows/statements.h"

namespace holdfast {

inline constexpr std::string_view rules_mark = "rules:";
inline constexpr std::string_view holds_mark = "holds";  // tells of a change
std::string mark_of_rules(std::string_view list);

// Writes the list where it is not there yet; null is none.
Result<void> place_rules(Transaction& transaction, const State& state, const RuleList* list);

}  // namespace holdfast
