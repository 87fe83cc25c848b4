// Server-sent events (the text/event-stream of HTML) as text. PURE; when there is something to send is the server's
// business.
//
// One event of ours is one message: its id, and the same object that the list has, on one line. A client that comes
// back says the last id it has seen (Last-Event-ID) and gets what came since, as far as the agent still has it.
#pragma once

#include <cstdint>
#include <string>

#include "agent/core/status.h"

namespace holdfast::agent::http {

// The events after number `seen`, empty when there are none; `seen` is then the newest. At most most_events_listed
// messages: of more the newest, and those left out count as seen.
std::string next_messages(const AgentStatus& status, std::uint64_t& seen);

// The beginning of a stream: how soon a client that was cut off is to come back.
std::string stream_beginning();
// A comment, sent in quiet times, so that proxies leave the connection open and both sides notice when it is dead.
std::string heartbeat();

}  // namespace holdfast::agent::http
