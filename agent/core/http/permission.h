// Who may do what: DESIGN's rules about tokens, as a function of a request. PURE.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "agent/core/http/message.h"
#include "agent/core/http/tokens.h"

namespace holdfast::agent::http {

// What an address asks for.
enum class Need : std::uint8_t {
  Nothing,  // liveness, anywhere
  Metrics,  // as Read, unless the metrics are open
  Read,     // nothing on loopback, a read or write token elsewhere
  Write,    // a write token, on loopback too
};

struct AccessRules {
  bool loopback = true;  // the server cannot be reached from another machine
  bool open_metrics = false;
};

struct Permission {
  std::string who;  // the token's name; empty where none was needed
};

// The permission, or the response that refuses it: 401 without a token that is known, 403 with one that may not or when
// no token has been set up (the hint says how to), 400 with two Authorization fields. Where no token is needed none is
// looked at.
std::variant<Permission, HttpResponse> permission(const HttpRequest& request, Need need, const AccessRules& rules,
                                                  const Tokens& tokens);

}  // namespace holdfast::agent::http
