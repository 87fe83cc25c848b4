// An agent that is only its status and its answers, both written by the test: what the HTTP API shows is a function of
// them.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/agent_view.h"
#include "agent/core/http/api.h"

namespace holdfast::agent {

class PlainAgent final : public AgentView {
 public:
  AgentStatus state;
  std::string metrics_text =
      "# HELP holdfast_build_info The build.\n# TYPE holdfast_build_info gauge\nholdfast_build_info 1\n";
  // Answers at once while this is set; else the answers wait in `waiting`.
  std::function<Answer(const Request&)> answer;
  std::vector<Request> asked;
  std::vector<std::function<void(const Answer&)>> waiting;

  const AgentStatus& status() const override { return state; }
  std::string metrics() const override { return metrics_text; }
  void ask(const Request& request, std::function<void(const Answer&)> answered) override {
    asked.push_back(request);
    answer ? answered(answer(request)) : waiting.push_back(std::move(answered));
  }
};

WallTime at_second(std::int64_t seconds);

Event event(std::uint64_t number, const std::string& database, const std::string& row_set, const std::string& message);

// Two databases, three sets, every member of every struct filled in at least once, and left empty at least once where
// it may be.
AgentStatus rich_status();

inline constexpr const char* write_secret = "write-secret-0123456789";
inline constexpr const char* read_secret = "read-secret-0123456789";
// "alice" writes, "grafana" reads.
http::Tokens two_tokens();

struct ApiSetup {
  std::string listen = "127.0.0.1:8790";
  bool tokens = true;
  bool open_metrics = false;
  http::ReadyWhen ready_when = http::ReadyWhen::Decided;
  std::vector<std::string> extra_hosts = {};
};
http::Api make_api(PlainAgent& agent, const ApiSetup& setup = {});

}  // namespace holdfast::agent
