// The real time.
#pragma once

#include "reconcilers/core/clock.h"

namespace holdfast::agent {

class SystemClock final : public Clock {
 public:
  Instant now() const override { return std::chrono::steady_clock::now(); }
  std::chrono::system_clock::time_point wall() const override { return std::chrono::system_clock::now(); }
};

}  // namespace holdfast::agent
