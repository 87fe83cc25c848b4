#include "agent/core/event_log.h"

#include <utility>

namespace holdfast::agent {

void EventLog::add(EventLevel level, std::string reason, std::string row_set, std::string message, WallTime now) {
  if (!events_.empty()) {
    Event& last = events_.back();
    if (last.reason == reason && last.row_set == row_set && last.message == message) {
      last.last = now;
      ++last.count;
      if (news_.empty() || news_.back().number != last.number) news_.push_back(last);
      news_.back() = last;
      return;
    }
  }
  const std::uint64_t number = events_.empty() ? 1 : events_.back().number + 1;
  events_.push_back({number, level, std::move(reason), database_, std::move(row_set), std::move(message), now, now, 1});
  news_.push_back(events_.back());
  if (events_.size() > most_events) events_.pop_front();
  if (news_.size() > most_events) news_.erase(news_.begin());
}

std::vector<Event> EventLog::take_news() { return std::exchange(news_, {}); }

}  // namespace holdfast::agent
