// Every address of the HTTP API: what it is for and what it asks for. PURE.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/http/permission.h"

namespace holdfast::agent::http {

enum class Operation : std::uint8_t {
  Health,
  Ready,
  Metrics,
  OpenApi,
  Status,
  RowSets,
  RowSet,
  Drift,
  Runs,
  Run,
  Events,
  Reconcile,
  Pause,
  Resume,
  Accept,
  Undo,
};

struct Route {
  std::string_view method;   // GET or POST; who may GET may HEAD
  std::string_view pattern;  // "/api/v1/rowsets/{name}/drift"; at most one place is open
  Operation operation = Operation::Health;
  Need need = Need::Read;
};

std::span<const Route> routes();

struct Match {
  const Route* route = nullptr;  // null: nothing answers this
  std::string parameter;         // what stands in the open place
  std::string allow;             // the methods that the address knows, for 405; empty: there is no such address
};
Match find_route(std::string_view method, const std::vector<std::string>& segments);

}  // namespace holdfast::agent::http
