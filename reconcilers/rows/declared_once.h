// Several sets may manage one table. What they declare together must not contradict: known from the documents and the
// schema alone.
#pragma once

#include <span>

#include "reconcilers/rows/set_state.h"

namespace holdfast {

// Adds an error for every row that one set declares and another forbids, and for every key that two sets declare.
void check_declared_once(std::span<const SetState> states, Diagnostics& diagnostics);

}  // namespace holdfast
