// How long to wait before the agent is started again. No clock: how long it lived comes in.
#pragma once

#include <algorithm>
#include <chrono>

namespace holdfast::agent {

class Backoff {
 public:
  using Milliseconds = std::chrono::milliseconds;
  static constexpr Milliseconds first{100};
  static constexpr Milliseconds longest = std::chrono::minutes(1);
  static constexpr Milliseconds long_life = std::chrono::minutes(5);  // it was well: begin anew

  Milliseconds next(Milliseconds lived) {
    if (lived >= long_life) wait_ = first;
    const Milliseconds wait = wait_;
    wait_ = std::min(2 * wait_, longest);
    return wait;
  }

 private:
  Milliseconds wait_ = first;
};

}  // namespace holdfast::agent
