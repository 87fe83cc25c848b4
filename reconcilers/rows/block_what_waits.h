// What waits for a change that will not be carried out will not be carried out either: a row whose primary key belongs
// to a row that stays after all, and a row that refers to such a row, or to one that goes. Called when every guard has
// had its say, so that a plan does not promise what apply could only fail at. Pure.
#pragma once

#include <span>
#include <string_view>

#include "reconcilers/core/plan.h"
#include "reconcilers/rows/set_state.h"

namespace holdfast {

inline constexpr std::string_view key_not_freed = "its primary key belongs to another row, which stays";
inline constexpr std::string_view too_many_followers = "more rows refer to it than limits.dependentDeletes allows";

void block_what_waits(Plan& plan, std::span<const SetState> states);

}  // namespace holdfast
