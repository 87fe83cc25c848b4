// When to look again after an event: it may come before the change can be seen (BUDGETS: with synchronous=FULL the
// write is noticed before its fsync, which takes as long as the disk likes). Pauses grow from 20 µs to 1 ms over the
// first 200 ms and to 20 ms until five seconds have passed; each event starts them anew. PURE.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "reconcilers/core/clock.h"

namespace holdfast::agent {

class Settle {
 public:
  using Duration = Clock::Instant::duration;

  void begin(Clock::Instant now) {
    began_ = now;
    pause_ = std::chrono::microseconds(20);
  }

  // How long to wait before the next look; nothing when it has been looked at for long enough.
  std::optional<Duration> next_pause(Clock::Instant now) {
    if (!began_ || now - *began_ >= std::chrono::seconds(5)) return std::nullopt;
    const bool early = now - *began_ < std::chrono::milliseconds(200);
    const Duration longest = early ? std::chrono::milliseconds(1) : std::chrono::milliseconds(20);
    const Duration pause = std::min(pause_, longest);
    pause_ = std::min<Duration>(2 * pause_, longest);
    return pause;
  }

 private:
  std::optional<Clock::Instant> began_;
  Duration pause_ = std::chrono::microseconds(20);
};

}  // namespace holdfast::agent
