// /api/v1/status and /api/v1/rowsets. PURE.
#pragma once

#include <cstddef>
#include <string>

#include "agent/core/status.h"

namespace holdfast::agent::http {

// Every set that the documents declare has had its first decision and is as declared.
bool all_in_sync(const AgentStatus& status);
// Sets without a first decision.
std::size_t count_undecided(const AgentStatus& status);

std::string status_json(const AgentStatus& status);
std::string row_sets_json(const AgentStatus& status);

}  // namespace holdfast::agent::http
