// Runs a property over many worlds. A world that breaks it is made smaller as long as it still does, and is printed
// with its number: HOLDFAST_WORLD=NUMBER runs that one alone, before it was made smaller.
//
// HOLDFAST_CASES: cases in all; HOLDFAST_TIER: quick (always the same worlds) or prove (new ones each time).
#pragma once

#include <functional>
#include <string>

#include "tests/property/world.h"

namespace holdfast::testing {

// `share`: of all cases, in percent. `broken`: what is wrong in a world; empty when nothing is.
void check_worlds(const char* what, unsigned share, const WorldKind& kind,
                  const std::function<std::string(const World&)>& broken);

}  // namespace holdfast::testing
