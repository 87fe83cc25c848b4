#include "agent/core/http/events_json.h"

#include <algorithm>
#include <charconv>

#include "agent/core/http/json_members.h"

namespace holdfast::agent::http {
namespace {

std::int64_t started_ms(const AgentStatus& status) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(status.started.time_since_epoch()).count();
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && failed == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string event_id(const AgentStatus& status, std::uint64_t number) {
  return std::to_string(started_ms(status)) + "-" + std::to_string(number);
}

std::optional<std::uint64_t> parse_event_id(const AgentStatus& status, std::string_view id) {
  const std::size_t dash = id.rfind('-');
  std::int64_t started = 0;
  std::uint64_t number = 0;
  if (dash == std::string_view::npos || !read_number(id.substr(0, dash), started) ||
      !read_number(id.substr(dash + 1), number)) {
    return std::nullopt;
  }
  return started == started_ms(status) ? number : 0;
}

std::vector<const Event*> events_after(const AgentStatus& status, std::uint64_t number, const EventFilter& filter) {
  std::vector<const Event*> events;
  for (const DatabaseStatus& database : status.databases) {
    if (filter.database && database.name != *filter.database) continue;
    for (const Event& event : database.events) {
      if (event.number > number && (!filter.row_set || event.row_set == *filter.row_set)) events.push_back(&event);
    }
  }
  std::stable_sort(events.begin(), events.end(), [](const Event* a, const Event* b) { return a->number < b->number; });
  if (events.size() > filter.limit)
    events.erase(events.begin(), events.end() - static_cast<std::ptrdiff_t>(filter.limit));
  return events;
}

void event_object(JsonWriter& json, const AgentStatus& status, const Event& event) {
  json.begin_object(JsonWriter::Layout::Inline);
  text_member(json, "id", event_id(status, event.number));
  text_member(json, "level", event.level == EventLevel::Normal ? "normal" : "warning");
  text_member(json, "reason", event.reason);
  text_member(json, "database", event.database);
  optional_text_member(json, "rowset", event.row_set);
  text_member(json, "message", event.message);
  time_member(json, "first", event.first);
  time_member(json, "last", event.last);
  count_member(json, "count", event.count);
  json.end_object();
}

void events_member(JsonWriter& json, const AgentStatus& status, const std::vector<const Event*>& events) {
  json.key("events");
  json.begin_array();
  for (const Event* event : events) event_object(json, status, *event);
  json.end_array();
}

std::string events_json(const AgentStatus& status, const std::vector<const Event*>& events) {
  StringSink out;
  JsonWriter json(out);
  json.begin_object();
  events_member(json, status, events);
  json.end_object();
  json.finish();
  return std::move(out.text);
}

}  // namespace holdfast::agent::http
