// Time that passes when the simulation says so.
#pragma once

#include "agent/core/fights.h"
#include "reconcilers/core/clock.h"

namespace holdfast::simulation {

class VirtualClock : public Clock {
 public:
  Instant now() const override { return Instant(std::chrono::hours(1000)) + passed_; }
  std::chrono::system_clock::time_point wall() const override {
    return std::chrono::sys_days(std::chrono::January / 1 / 2026) + passed_;
  }
  agent::Now both() const { return {now(), wall()}; }
  std::chrono::nanoseconds passed() const { return passed_; }

  void pass(std::chrono::nanoseconds time) { passed_ += time; }
  void pass_until(Instant when) {
    if (when > now()) passed_ += when - now();
  }

 private:
  std::chrono::nanoseconds passed_{0};
};

}  // namespace holdfast::simulation
