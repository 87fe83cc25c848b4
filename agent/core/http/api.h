// The HTTP API: a request in, a response out. PURE; all calls from the loop's thread.
//
// A GET is answered at once, from the agent's status. A POST is handed to the agent, which answers when it has; nothing
// here waits or measures time. docs/http.md says what each address answers, openapi.json says it for machines.
#pragma once

#include <cstdint>
#include <functional>

#include "agent/core/agent_view.h"
#include "agent/core/http/host_check.h"
#include "agent/core/http/message.h"
#include "agent/core/http/permission.h"
#include "agent/core/http/routes.h"
#include "agent/core/http/target.h"
#include "agent/core/http/tokens.h"

namespace holdfast::agent::http {

// When /readyz says 200.
enum class ReadyWhen : std::uint8_t {
  Decided,  // every set has had its first decision: drift is no reason to take the API out of service
  InSync,   // and every set is as declared
};

struct ApiOptions {
  AccessRules access;
  HostCheck hosts;
  Tokens tokens;
  ReadyWhen ready_when = ReadyWhen::Decided;
};

class Api {
 public:
  // The view must outlive the Api.
  Api(AgentView& view, ApiOptions options);

  using Reply = std::function<void(HttpResponse)>;

  // Calls `reply` once: before it returns, or, for a POST, when the agent has answered. Nothing of the request is used
  // after it has returned, and nothing of the Api by a later reply.
  void handle(const HttpRequest& request, const Reply& reply) const;

  // What a stream has to send that has seen the events up to number `seen`, which moves on; empty: nothing. See
  // event_stream.h.
  std::string more_events(std::uint64_t& seen) const;

 private:
  std::optional<HttpResponse> refuse_host(const HttpRequest& request, const Target& target, const Match& match) const;
  HttpResponse answer_get(const HttpRequest& request, const Target& target, const Match& match) const;
  HttpResponse health() const;
  HttpResponse ready() const;
  HttpResponse row_set(const std::string& name) const;
  HttpResponse drift(const std::string& name) const;
  HttpResponse runs(const Target& target) const;
  HttpResponse run(const std::string& id) const;
  HttpResponse events(const HttpRequest& request, const Target& target) const;

  AgentView& view_;
  ApiOptions options_;
};

}  // namespace holdfast::agent::http
