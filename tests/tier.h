// How much of a test runs: HOLDFAST_TIER is quick (also when it is not set) or prove.
#pragma once

#include <cstdlib>
#include <string_view>

namespace holdfast {

inline bool proving() {
  const char* tier = std::getenv("HOLDFAST_TIER");
  return tier != nullptr && std::string_view(tier) == "prove";
}

inline int by_tier(int quick, int full) { return proving() ? full : quick; }

}  // namespace holdfast
