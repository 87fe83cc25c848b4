// What goes wrong between the agent and its database, and when: lock storms, failing statements, commits that fail or
// are in doubt, a kill at any call, and somebody who writes at the unluckiest moment. Only the agent's own connections
// are troubled. Time passes with each call, so that long runs are cut into batches.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "reconcilers/stores/memory/fault_plan.h"
#include "tests/property/dice.h"
#include "tests/simulation/virtual_clock.h"

namespace holdfast::simulation {

// Thrown through everything that a killed process would leave behind.
struct Killed {};

class Faults : public stores::FaultPlan {
 public:
  Faults(testing::Dice& dice, VirtualClock& clock) : dice_(dice), clock_(clock) {}

  stores::Fault next(stores::FaultPoint point, std::string_view connection) override;

  // Until then nobody gets the lock; or each call fails with a chance of `percent`.
  void lock_until(Clock::Instant when) { locked_until_ = when; }
  void flaky_until(Clock::Instant when, unsigned percent) {
    flaky_until_ = when;
    flaky_percent_ = percent;
  }
  void at_next_commit(stores::Fault fault) { commit_ = fault; }
  void slow_calls(std::size_t calls) { slow_calls_ = calls; }
  void kill_after(std::size_t calls) { calls_to_live_ = calls; }
  void stay_alive() { calls_to_live_.reset(); }
  // Once, when the agent asks for the write lock, or when it reads.
  void before_lock(std::function<void()> edit) { before_lock_ = std::move(edit); }
  void before_read(std::size_t reads, std::function<void()> edit) {
    reads_ = reads;
    before_read_ = std::move(edit);
  }
  void end();  // of all of them

  // How many calls have failed so far.
  std::size_t failures() const { return failures_; }
  const std::set<std::string>& seen() const { return seen_; }  // what has gone wrong, for the coverage

 private:
  stores::Fault failure(stores::FaultPoint point);
  void edit_now(std::function<void()>& edit, const char* what);

  testing::Dice& dice_;
  VirtualClock& clock_;
  Clock::Instant locked_until_{};
  Clock::Instant flaky_until_{};
  unsigned flaky_percent_ = 0;
  std::optional<stores::Fault> commit_;
  std::size_t slow_calls_ = 0;
  std::optional<std::size_t> calls_to_live_;
  std::function<void()> before_lock_;
  std::function<void()> before_read_;
  std::size_t reads_ = 0;
  std::size_t failures_ = 0;
  std::set<std::string> seen_;
};

}  // namespace holdfast::simulation
