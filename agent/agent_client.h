// A running agent, asked over its HTTP API: what `status`, `pause`, `resume` and `reconcile` need of the world.
#pragma once

#include <string>
#include <string_view>

#include "reconcilers/core/result.h"

namespace holdfast::agent {

struct AgentAnswer {
  unsigned status = 0;  // of HTTP
  std::string content_type;
  std::string body;
};

class AgentClient {
 public:
  virtual ~AgentClient() = default;
  // `path` is an address of docs/http.md, escaped. Any answer is an answer, 4xx and 5xx included; an Error means that
  // there is none, and its hint says what to look at.
  virtual Result<AgentAnswer> get(std::string_view path) = 0;
  // `body` is JSON, or empty. After an error that is InDoubt what was asked for may have happened or may still happen.
  virtual Result<AgentAnswer> post(std::string_view path, std::string_view body) = 0;
};

}  // namespace holdfast::agent
