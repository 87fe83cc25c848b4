// Time, as something that is handed in: the process uses the real one, the simulation its own.
#pragma once

#include <chrono>

namespace holdfast {

class Clock {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  virtual ~Clock() = default;
  virtual Instant now() const = 0;                                 // never goes back
  virtual std::chrono::system_clock::time_point wall() const = 0;  // for people; may jump
};

}  // namespace holdfast
