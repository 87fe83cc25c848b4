// What is to be looked at next, and why: keys, each of which is in the queue once, however often it is woken. PURE:
// time and the seed of its jitter come in.
//
// A key that is woken while it is being worked on is given out once more afterwards, once. Nothing of an event is kept
// but its trigger: whoever takes a key looks at the world.
//
// Back-off: a key whose work failed waits first_wait, doubled each time up to longest_wait, a tenth more or less. It is
// forgotten when work has succeeded and the last failure lies further back than the last wait was long: one success
// between failures does not start it from the beginning. Change and Interval wait for its end; Person, Documents and
// Resume do not.
//
// Work that was done but for a part of it is tried again after such waits, too, and nothing else waits for that.
//
// Hurry: where there is reason to believe that the cause of the failure has gone, it waits a second at most.
//
// Rest: after work that took d a Change waits 4 d, five seconds at most, so that somebody who writes all the time costs
// a fifth of a core and not all of one.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "agent/core/status.h"
#include "reconcilers/core/clock.h"

namespace holdfast::agent {

struct Work {
  std::string key;
  Trigger trigger = Trigger::Change;  // the weightiest of those that woke it
  std::string who;                    // of a Person
};

class WorkQueue {
 public:
  using Instant = Clock::Instant;
  static constexpr std::chrono::milliseconds first_wait{100};
  static constexpr std::chrono::minutes longest_wait{5};
  static constexpr std::chrono::seconds hurried_wait{1};
  static constexpr std::chrono::seconds longest_rest{5};

  explicit WorkQueue(std::uint64_t seed) : random_(seed) {}

  void add(const std::string& key, Trigger trigger, const std::string& who = {});
  // Not before then; of several times the earliest counts.
  void add_at(const std::string& key, Trigger trigger, Instant when);
  void forget(const std::string& key);
  void hurry(const std::string& key);

  // A key whose time has come; it is not given out again before done() or failed().
  std::optional<Work> take(Instant now);
  void done(const std::string& key, Instant began, Instant now);
  void failed(const std::string& key, Instant now);
  void done_in_part(const std::string& key, Instant began, Instant now);

  // When take() will have something; nothing while everything is being worked on, or nothing is to be done.
  std::optional<Instant> next() const;
  // Until when a key waits because its work failed.
  std::optional<Instant> backing_off(const std::string& key) const;

 private:
  struct Entry {
    std::optional<Trigger> woken;
    std::string who;
    std::map<Trigger, Instant> later;
    bool working = false;
    int failures = 0;
    Instant failed_at;
    Clock::Instant::duration wait{};
    std::optional<Instant> not_before;  // back-off
    Instant rest_until = Instant::min();
  };
  void wait_longer(Entry& entry, Instant now);
  static Instant due(const Entry& entry, Trigger trigger, Instant wanted);

  std::map<std::string, Entry> entries_;
  double jitter();

  std::uint64_t random_;  // a generator of our own: pure code uses no engine of <random>
};

}  // namespace holdfast::agent
