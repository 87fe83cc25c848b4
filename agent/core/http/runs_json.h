// /api/v1/runs and /api/v1/runs/ID: the runs that the agent still has in memory. PURE.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/status.h"

namespace holdfast::agent::http {

inline constexpr std::size_t most_runs_listed = 1000;

struct RunFilter {
  std::optional<std::string_view> database;
  std::optional<std::string_view> row_set;
  std::size_t limit = most_runs;
};

// Newest first, over all databases; without the single rows.
std::string runs_json(const AgentStatus& status, const RunFilter& filter);

// With its rows; nothing when no run in memory has that id.
std::optional<std::string> run_json(const AgentStatus& status, std::string_view id);

}  // namespace holdfast::agent::http
