#include "agent/core/fights.h"

#include <algorithm>
#include <utility>

namespace holdfast::agent {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr seconds first_hold{5};
constexpr minutes quiet_time{10};
constexpr std::size_t most_in_a_day = 20;

// A row that is missing or must not be there matters to whoever reads the table now; one that says something else can
// wait.
std::chrono::seconds longest_hold(DriftClass drift) {
  return drift == DriftClass::Changed || drift == DriftClass::Identity ? seconds(minutes(10)) : seconds(30);
}

}  // namespace

Fights::Sign Fights::corrected(const Correction& correction, Now now) {
  const Key key{correction.row_set, correction.subject};
  if (subjects_.size() >= most_subjects && !subjects_.contains(key)) make_room();
  Subject& subject = subjects_[key];
  subject.shown = correction.shown;
  subject.drift = correction.drift;
  subject.last = now.instant;
  subject.held_until.reset();
  subject.minute.push_back(now.instant);
  while (subject.minute.front() + minutes(1) <= now.instant) subject.minute.pop_front();
  subject.day.emplace_back(now.wall, correction.what);
  // A clock that was set back must not keep them for ever.
  while (subject.day.size() > most_in_a_day || subject.day.front().first + hours(24) <= now.wall ||
         subject.day.front().first > now.wall) {
    subject.day.pop_front();
  }
  if (subject.holds > 0 || subject.minute.size() >= fast_corrections) {
    const int doublings = std::min(subject.holds, 10);
    const seconds hold = std::min(first_hold * (1 << doublings), longest_hold(subject.drift));
    ++subject.holds;
    subject.held_until = now.instant + hold;
    subject.held_until_wall = now.wall + hold;
    return Sign::Fast;
  }
  const auto equal = static_cast<std::size_t>(std::count_if(
      subject.day.begin(), subject.day.end(), [&](const auto& one) { return one.second == correction.what; }));
  const bool slow = equal >= slow_corrections;
  return slow && !std::exchange(subject.slow, slow) ? Sign::Slow : Sign::None;
}

std::optional<WallTime> Fights::held_until(const std::string& row_set, const std::string& subject, Now now) const {
  const auto found = subjects_.find({row_set, subject});
  if (found == subjects_.end() || !found->second.held_until || *found->second.held_until <= now.instant) {
    return std::nullopt;
  }
  return found->second.held_until_wall;
}

std::optional<Clock::Instant> Fights::next_end(Now now) const {
  std::optional<Clock::Instant> soonest;
  for (const auto& [key, subject] : subjects_) {
    if (!subject.held_until || *subject.held_until <= now.instant) continue;
    if (!soonest || *subject.held_until < *soonest) soonest = subject.held_until;
  }
  return soonest;
}

std::vector<Fight> Fights::of_set(const std::string& row_set, Now now) const {
  std::vector<Fight> fights;
  for (auto at = subjects_.lower_bound({row_set, {}}); at != subjects_.end() && at->first.first == row_set; ++at) {
    const Subject& subject = at->second;
    if (fights.size() == most_drift_rows) break;
    if (subject.holds == 0 && !subject.slow) continue;
    Fight fight{subject.shown, subject.drift, {}, std::nullopt};
    for (const auto& [when, what] : subject.day) fight.corrections.push_back(when);
    if (subject.held_until && *subject.held_until > now.instant) fight.held_until = subject.held_until_wall;
    fights.push_back(std::move(fight));
  }
  return fights;
}

// The time of a hold does not count as quiet: nobody could see whether the other one would have gone on.
bool Fights::quiet(const Subject& subject, Now now) {
  const Clock::Instant since = std::max(subject.last, subject.held_until.value_or(subject.last));
  return now.instant - since >= quiet_time;
}

void Fights::expire(Now now) {
  for (auto at = subjects_.begin(); at != subjects_.end();) {
    Subject& subject = at->second;
    if (quiet(subject, now)) {
      subject.holds = 0;
      subject.held_until.reset();
      subject.minute.clear();
    }
    while (!subject.day.empty() && subject.day.front().first + hours(24) <= now.wall) subject.day.pop_front();
    if (subject.day.size() < slow_corrections) subject.slow = false;
    const bool nothing_left = subject.holds == 0 && subject.day.empty();
    at = nothing_left ? subjects_.erase(at) : std::next(at);
  }
}

void Fights::release(const std::string& row_set) {
  const auto begin = subjects_.lower_bound({row_set, {}});
  auto end = begin;
  while (end != subjects_.end() && end->first.first == row_set) ++end;
  subjects_.erase(begin, end);
}

// Those whose last correction lies furthest back go, a tenth at a time; what is held stays longest.
void Fights::make_room() {
  std::vector<std::pair<Clock::Instant, Key>> ages;
  for (const auto& [key, subject] : subjects_) {
    ages.emplace_back(std::max(subject.last, subject.held_until.value_or(subject.last)), key);
  }
  const auto some = static_cast<std::ptrdiff_t>(most_subjects / 10);
  std::nth_element(ages.begin(), ages.begin() + some, ages.end());
  for (auto at = ages.begin(); at != ages.begin() + some; ++at) subjects_.erase(at->second);
}

}  // namespace holdfast::agent
