// Notices writers that undo each other's work (G11): the corrections of each declared key and each rule are counted,
// and one that comes too often is held back for a while. PURE: time comes in.
//
//   fast   the sixth correction within a minute is not made: held for 5 s. Each correction after a hold doubles the
//   next one,
//          up to 10 min for changed rows, 30 s for missing and forbidden ones. Forgotten after 10 quiet minutes.
//   slow   the fourth equal correction within a day is made as all others are, and told.
//
// What a wipe or a vanish took is no fight: whoever reports corrections leaves those out. Bounded: the most_subjects
// that were corrected last are known.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/status.h"
#include "reconcilers/core/clock.h"

namespace holdfast::agent {

struct Now {
  Clock::Instant instant;
  WallTime wall;
};

// One row that was put right.
struct Correction {
  std::string row_set;
  std::string subject;  // bytes that stand for the declared key or for the rule
  std::string shown;    // the same for people, masked
  DriftClass drift = DriftClass::Changed;
  std::string what;  // tells equal corrections: bytes over the row before and what was asked for
};

class Fights {
 public:
  static constexpr std::size_t most_subjects = 10'000;
  static constexpr std::size_t fast_corrections = 5;  // the next one within a minute is held
  static constexpr std::size_t slow_corrections = 4;

  enum class Sign : std::uint8_t { None, Slow, Fast };
  // Tells what this correction makes of it; each only when it begins (Slow) or holds anew (Fast).
  Sign corrected(const Correction& correction, Now now);

  // Until when it is held; nothing when it is not.
  std::optional<WallTime> held_until(const std::string& row_set, const std::string& subject, Now now) const;
  // The end of the hold that ends first after `now`, when the row is to be looked at again.
  std::optional<Clock::Instant> next_end(Now now) const;

  // What goes on in a set, for people.
  std::vector<Fight> of_set(const std::string& row_set, Now now) const;

  // Forgets what has been quiet, and what a person lets go.
  void expire(Now now);
  void release(const std::string& row_set);

 private:
  struct Subject {
    std::string shown;
    DriftClass drift = DriftClass::Changed;
    std::deque<Clock::Instant> minute;                 // corrections within the last one
    std::deque<std::pair<WallTime, std::string>> day;  // corrections within the last one, with what they were
    int holds = 0;                                     // so far, in a row
    std::optional<Clock::Instant> held_until;
    WallTime held_until_wall;
    Clock::Instant last;
    bool slow = false;
  };
  using Key = std::pair<std::string, std::string>;
  static bool quiet(const Subject& subject, Now now);
  void make_room();

  std::map<Key, Subject> subjects_;
};

}  // namespace holdfast::agent
