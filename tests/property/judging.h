// What has to hold of every run, whatever the world: each says what is wrong, or nothing.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tests/property/exposure.h"

namespace holdfast::testing {

// Every change has an outcome, and one that was not applied says why.
std::string unexplained(const Outcomes& outcomes);
// Deletes and dependents within the limits of their sets, together with those of the runs before, which are in `spent`:
// limits.per is longer than a world is there.
struct Deletes {
  std::uint64_t own = 0, dependents = 0;
};
using Spending = std::map<std::string, Deletes>;  // by set
std::string over_limits(const World& world, const Outcomes& outcomes, Spending& spent);
// More rows are gone than the run says.
std::string untold_deletes(const Outcomes& outcomes, const Snapshot& before, const Snapshot& after);
std::string new_orphans(const std::map<std::string, std::int64_t>& before,
                        const std::map<std::string, std::int64_t>& after);
// True where documents choose to leave orphans behind.
bool keeps_orphans(const World& world);
// The changes that were not applied, each by its class and key, sorted.
std::string left_over(const Outcomes& outcomes);

}  // namespace holdfast::testing
