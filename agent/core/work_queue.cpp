#include "agent/core/work_queue.h"

#include <algorithm>
#include <utility>

namespace holdfast::agent {
namespace {

// How much it says: a run that a person asked for is theirs, even if a change came beside it.
int weight(Trigger trigger) {
  switch (trigger) {
    case Trigger::Start: return 6;
    case Trigger::Person: return 5;
    case Trigger::Documents: return 4;
    case Trigger::Resume: return 3;
    case Trigger::Change: return 2;
    case Trigger::Retry: return 1;
    case Trigger::Interval: break;
  }
  return 0;
}

bool waits(Trigger trigger) { return weight(trigger) <= weight(Trigger::Change); }

}  // namespace

void WorkQueue::add(const std::string& key, Trigger trigger, const std::string& who) {
  Entry& entry = entries_[key];
  if (entry.woken && weight(*entry.woken) >= weight(trigger)) return;
  entry.woken = trigger;
  entry.who = who;
}

void WorkQueue::add_at(const std::string& key, Trigger trigger, Instant when) {
  const auto [at, added] = entries_[key].later.try_emplace(trigger, when);
  if (!added) at->second = std::min(at->second, when);
}

void WorkQueue::forget(const std::string& key) { entries_.erase(key); }

void WorkQueue::hurry(const std::string& key) {
  const auto found = entries_.find(key);
  if (found == entries_.end() || !found->second.not_before) return;
  found->second.not_before = std::min(*found->second.not_before, found->second.failed_at + hurried_wait);
}

WorkQueue::Instant WorkQueue::due(const Entry& entry, Trigger trigger, Instant wanted) {
  if (!waits(trigger)) return wanted;
  if (entry.not_before) wanted = std::max(wanted, *entry.not_before);
  return trigger == Trigger::Change ? std::max(wanted, entry.rest_until) : wanted;
}

std::optional<Work> WorkQueue::take(Instant now) {
  for (auto& [key, entry] : entries_) {
    if (entry.working) continue;
    std::optional<Trigger> found;
    if (entry.woken && due(entry, *entry.woken, Instant::min()) <= now) found = entry.woken;
    for (const auto& [trigger, when] : entry.later) {
      if (due(entry, trigger, when) <= now && (!found || weight(*found) < weight(trigger))) found = trigger;
    }
    if (!found) continue;
    Work work{key, *found, {}};
    if (entry.woken == found) work.who = entry.who;
    // The look answers everything that has come so far, what would only be due later on included.
    entry.woken.reset();
    entry.who.clear();
    std::erase_if(entry.later, [now](const auto& later) { return later.second <= now; });
    entry.working = true;
    return work;
  }
  return std::nullopt;
}

void WorkQueue::done(const std::string& key, Instant began, Instant now) {
  Entry& entry = entries_[key];
  entry.working = false;
  entry.not_before.reset();
  entry.later.erase(Trigger::Retry);
  if (entry.failures > 0 && now - entry.failed_at > entry.wait) entry.failures = 0;
  entry.rest_until = now + std::min<Instant::duration>(4 * (now - began), longest_rest);
}

// A look that comes before the next try fails as well, and is not counted: who writes all the time would put it off.
void WorkQueue::done_in_part(const std::string& key, Instant began, Instant now) {
  Entry& entry = entries_[key];
  const auto retry = entry.later.find(Trigger::Retry);
  const std::optional<Instant> planned =
      retry != entry.later.end() && retry->second > now ? std::optional(retry->second) : std::nullopt;
  entry.working = false;
  entry.not_before.reset();
  entry.rest_until = now + std::min<Instant::duration>(4 * (now - began), longest_rest);
  if (!planned) wait_longer(entry, now);
}

// Between 0.9 and 1.1: SplitMix64's step.
double WorkQueue::jitter() {
  random_ += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = (random_ ^ (random_ >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  mixed ^= mixed >> 31U;
  return 0.9 + 0.2 * static_cast<double>(mixed >> 11U) / static_cast<double>(std::uint64_t{1} << 53U);
}

void WorkQueue::failed(const std::string& key, Instant now) {
  Entry& entry = entries_[key];
  entry.working = false;
  wait_longer(entry, now);
  entry.not_before = now + entry.wait;
}

void WorkQueue::wait_longer(Entry& entry, Instant now) {
  const Instant::duration longest = longest_wait;
  const int doublings = std::min(entry.failures, 20);
  Instant::duration wait = std::min<Instant::duration>(first_wait * (std::int64_t{1} << doublings), longest);
  wait = std::chrono::duration_cast<Instant::duration>(wait * jitter());
  ++entry.failures;
  entry.failed_at = now;
  entry.wait = wait;
  entry.later[Trigger::Retry] = now + wait;
}

std::optional<WorkQueue::Instant> WorkQueue::next() const {
  std::optional<Instant> soonest;
  const auto consider = [&soonest](Instant when) { soonest = soonest ? std::min(*soonest, when) : when; };
  for (const auto& [key, entry] : entries_) {
    if (entry.working) continue;
    if (entry.woken) consider(due(entry, *entry.woken, Instant::min()));
    for (const auto& [trigger, when] : entry.later) consider(due(entry, trigger, when));
  }
  return soonest;
}

std::optional<WorkQueue::Instant> WorkQueue::backing_off(const std::string& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? std::nullopt : found->second.not_before;
}

}  // namespace holdfast::agent
