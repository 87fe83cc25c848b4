// A clock that stands still until a test moves it.
#pragma once

#include <chrono>

#include "agent/core/fights.h"

namespace holdfast::agent {

class Moment {
 public:
  Now now() const { return {Clock::Instant(passed_), WallTime(std::chrono::hours(24 * 365 * 50)) + passed_}; }
  Clock::Instant instant() const { return now().instant; }
  void pass(std::chrono::milliseconds time) { passed_ += time; }

 private:
  std::chrono::milliseconds passed_{std::chrono::hours(1000)};
};

}  // namespace holdfast::agent
