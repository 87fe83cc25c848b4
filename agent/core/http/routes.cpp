#include "agent/core/http/routes.h"

#include <optional>

namespace holdfast::agent::http {
namespace {

constexpr Route all_routes[] = {
    {"GET", "/healthz", Operation::Health, Need::Nothing},
    {"GET", "/readyz", Operation::Ready, Need::Nothing},
    {"GET", "/metrics", Operation::Metrics, Need::Metrics},
    {"GET", "/api/openapi.json", Operation::OpenApi, Need::Read},
    {"GET", "/api/v1/status", Operation::Status, Need::Read},
    {"GET", "/api/v1/rowsets", Operation::RowSets, Need::Read},
    {"GET", "/api/v1/rowsets/{name}", Operation::RowSet, Need::Read},
    {"GET", "/api/v1/rowsets/{name}/drift", Operation::Drift, Need::Read},
    {"GET", "/api/v1/runs", Operation::Runs, Need::Read},
    {"GET", "/api/v1/runs/{id}", Operation::Run, Need::Read},
    {"GET", "/api/v1/events", Operation::Events, Need::Read},
    // Without a name: all row sets.
    {"POST", "/api/v1/reconcile", Operation::Reconcile, Need::Write},
    {"POST", "/api/v1/pause", Operation::Pause, Need::Write},
    {"POST", "/api/v1/resume", Operation::Resume, Need::Write},
    {"POST", "/api/v1/rowsets/{name}/reconcile", Operation::Reconcile, Need::Write},
    {"POST", "/api/v1/rowsets/{name}/pause", Operation::Pause, Need::Write},
    {"POST", "/api/v1/rowsets/{name}/resume", Operation::Resume, Need::Write},
    {"POST", "/api/v1/rowsets/{name}/accept", Operation::Accept, Need::Write},
    {"POST", "/api/v1/runs/{id}/undo", Operation::Undo, Need::Write},
};

// What stands in the open place, empty where there is none; nothing when the path is another.
std::optional<std::string> matched(std::string_view pattern, const std::vector<std::string>& segments) {
  std::string parameter;
  for (std::size_t at = 0; at < segments.size(); ++at) {
    if (pattern.empty()) return std::nullopt;
    pattern.remove_prefix(1);
    const std::string_view part = pattern.substr(0, pattern.find('/'));
    if (part.starts_with('{')) {
      if (segments[at].empty()) return std::nullopt;
      parameter = segments[at];
    } else if (segments[at] != part) {
      return std::nullopt;
    }
    pattern.remove_prefix(part.size());
  }
  if (!pattern.empty()) return std::nullopt;
  return parameter;
}

}  // namespace

std::span<const Route> routes() { return all_routes; }

Match find_route(std::string_view method, const std::vector<std::string>& segments) {
  Match match;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : all_routes) {
    std::optional<std::string> parameter = matched(route.pattern, segments);
    if (!parameter) continue;
    if (!match.allow.empty()) match.allow += ", ";
    match.allow += route.method == "GET" ? "GET, HEAD" : route.method;
    if (route.method != wanted) continue;
    match.route = &route;
    match.parameter = std::move(*parameter);
  }
  return match;
}

}  // namespace holdfast::agent::http
