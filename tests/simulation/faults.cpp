#include "tests/simulation/faults.h"

#include <utility>

namespace holdfast::simulation {

using stores::Fault;
using stores::FaultPoint;

Fault Faults::next(FaultPoint point, std::string_view connection) {
  if (connection != "world") return Fault::None;
  clock_.pass(std::chrono::microseconds(20));
  if (slow_calls_ > 0) {
    --slow_calls_;
    clock_.pass(std::chrono::milliseconds(20));
  }
  if (calls_to_live_ && (*calls_to_live_)-- == 0) {
    calls_to_live_.reset();
    seen_.insert("killed in a run");
    throw Killed();
  }
  if (point == FaultPoint::Read && before_read_ && reads_-- == 0) edit_now(before_read_, "edit before a read");
  if (point == FaultPoint::Begin && before_lock_) edit_now(before_lock_, "edit before the lock");
  const Fault fault = failure(point);
  if (fault != Fault::None) ++failures_;
  return fault;
}

Fault Faults::failure(FaultPoint point) {
  if (point == FaultPoint::Commit && commit_) {
    const Fault fault = *std::exchange(commit_, std::nullopt);
    seen_.insert(fault == Fault::InDoubtDone     ? "commit in doubt, done"
                 : fault == Fault::InDoubtUndone ? "commit in doubt, not done"
                                                 : "commit fails");
    return fault;
  }
  if (point == FaultPoint::Begin && clock_.now() < locked_until_) {
    seen_.insert("locked");
    return Fault::Busy;
  }
  if (clock_.now() < flaky_until_ && dice_.chance(flaky_percent_)) {
    seen_.insert("a call fails");
    return dice_.chance(70) ? Fault::Busy : Fault::Full;
  }
  return Fault::None;
}

// It may lead back here: the hook is gone before it is called.
void Faults::edit_now(std::function<void()>& edit, const char* what) {
  seen_.insert(what);
  std::exchange(edit, nullptr)();
}

void Faults::end() {
  locked_until_ = {};
  flaky_until_ = {};
  commit_.reset();
  slow_calls_ = 0;
  calls_to_live_.reset();
  before_lock_ = nullptr;
  before_read_ = nullptr;
}

}  // namespace holdfast::simulation
