// Runs a property over many worlds. A world that breaks it is made smaller as long as it still does, and is printed
// with its number: HOLDFAST_WORLD=NUMBER runs that one alone, before it was made smaller.
//
// HOLDFAST_CASES: cases in all; HOLDFAST_TIER: quick (always the same worlds) or prove (new ones each time).
//
// Many worlds cannot be judged in every respect: a schema that SQLite refuses, documents that do not fit it. How many
// were is counted and printed, and a property that has come to judge too few is broken as well.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/property/world.h"

namespace holdfast::testing {

using Seen = std::map<std::string, std::size_t>;  // what was judged -> in how many worlds

// Has to be judged in more than so many of a hundred worlds: about half of those that are.
struct Judged {
  std::string what;
  unsigned percent;
};

// `share`: of all cases, in percent. `broken`: what is wrong in a world, empty when nothing is; it counts what it
// judged.
void check_worlds(const char* what, unsigned share, const WorldKind& kind,
                  const std::function<std::string(const World&, Seen&)>& broken, const std::vector<Judged>& judged);

}  // namespace holdfast::testing
