// How much of a test runs: HOLDFAST_TIER is quick (also when it is not set) or prove. HOLDFAST_CASES asks for another
// number of random cases, HOLDFAST_SEED for other ones.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string_view>

namespace holdfast {

inline bool proving() {
  const char* tier = std::getenv("HOLDFAST_TIER");
  return tier != nullptr && std::string_view(tier) == "prove";
}

inline int by_tier(int quick, int full) { return proving() ? full : quick; }

// The number that a variable of the environment asks for.
inline std::uint64_t asked(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : otherwise;
}

inline std::uint64_t case_count(std::uint64_t quick, std::uint64_t full) {
  return asked("HOLDFAST_CASES", proving() ? full : quick);
}

// The quick tier tries the same cases each time, prove others.
inline std::uint64_t first_seed(std::uint64_t quick) {
  return asked("HOLDFAST_SEED", proving() ? std::random_device()() : quick);
}

}  // namespace holdfast
