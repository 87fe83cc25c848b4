#include "agent/core/http/event_stream.h"

#include "agent/core/http/events_json.h"

namespace holdfast::agent::http {

std::string next_messages(const AgentStatus& status, std::uint64_t& seen) {
  std::string text;
  for (const Event* event : events_after(status, seen, {})) {
    StringSink data;
    JsonWriter json(data);
    event_object(json, status, *event);
    json.finish();  // ends with the line feed that ends the field
    text += "id: " + event_id(status, event->number) + "\ndata: " + data.text + "\n";
    seen = event->number;
  }
  return text;
}

std::string stream_beginning() { return "retry: 2000\n\n"; }

std::string heartbeat() { return ": still here\n\n"; }

}  // namespace holdfast::agent::http
