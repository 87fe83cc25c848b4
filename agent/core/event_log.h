// What happened to a database, bounded: the last most_events, equal ones in a row counted instead of repeated. PURE.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "agent/core/status.h"

namespace holdfast::agent {

class EventLog {
 public:
  explicit EventLog(std::string database) : database_(std::move(database)) {}

  void add(EventLevel level, std::string reason, std::string row_set, std::string message, WallTime now);

  std::vector<Event> all() const { return {events_.begin(), events_.end()}; }
  // Those that were added or counted again since the last call, for a log and for whoever listens.
  std::vector<Event> take_news();

 private:
  std::string database_;
  std::deque<Event> events_;
  std::vector<Event> news_;
};

}  // namespace holdfast::agent
