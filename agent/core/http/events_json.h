// Events as the HTTP API shows them, and the ids by which a client says how far it is. PURE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/status.h"
#include "agent/render/json_writer.h"

namespace holdfast::agent::http {

inline constexpr std::size_t most_events_listed = 1000;

// "STARTED-NUMBER": numbers begin anew with each start of the agent, and a client that comes back after one has to get
// everything.
std::string event_id(const AgentStatus& status, std::uint64_t number);
// The number behind an id; 0, before all, for an id of another start; nothing for what is no id.
std::optional<std::uint64_t> parse_event_id(const AgentStatus& status, std::string_view id);

struct EventFilter {
  std::optional<std::string_view> database;
  std::optional<std::string_view> row_set;
  std::size_t limit = most_events_listed;  // the newest ones
};

// Those with a higher number, oldest first. They live as long as the status.
std::vector<const Event*> events_after(const AgentStatus& status, std::uint64_t number, const EventFilter& filter);

// On one line.
void event_object(JsonWriter& json, const AgentStatus& status, const Event& event);
// "events": […], as /events and /rowsets/NAME have them.
void events_member(JsonWriter& json, const AgentStatus& status, const std::vector<const Event*>& events);
std::string events_json(const AgentStatus& status, const std::vector<const Event*>& events);

}  // namespace holdfast::agent::http
