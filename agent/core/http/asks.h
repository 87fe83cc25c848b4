// What a POST asks the agent for, and what becomes of the agent's answer. PURE.
#pragma once

#include <chrono>
#include <string>
#include <variant>

#include "agent/core/agent_view.h"
#include "agent/core/http/message.h"
#include "agent/core/http/routes.h"

namespace holdfast::agent::http {

inline constexpr std::size_t longest_run_id = 64;

// The request for the agent, or the response that refuses it: a body that is not the JSON object that the operation
// takes, a set that no document declares. `parameter` is what stands in the open place of the address, `who`
// the token's name.
std::variant<Request, HttpResponse> read_ask(Operation operation, const HttpRequest& request,
                                             const std::string& parameter, const std::string& who,
                                             const AgentStatus& status);

// 200 with {message, run} or the answer's own JSON, or the problem: 404, 409, 503.
HttpResponse ask_answer(const Answer& answer);

// There is no such set, with the likely mend.
HttpResponse no_such_set(const std::string& name, const AgentStatus& status);

// Null when no document declares it; the database's name besides.
struct FoundSet {
  const std::string* database = nullptr;
  const SetStatus* set = nullptr;
};
FoundSet find_set(const AgentStatus& status, const std::string& name);

}  // namespace holdfast::agent::http
