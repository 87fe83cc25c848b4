// The conditions of a row set, from what its last run left: PURE. docs/http.md has their reasons.
#pragma once

#include <string>
#include <vector>

#include "agent/core/run_outcome.h"
#include "agent/core/status.h"

namespace holdfast::agent {

// Of a set that has had no run yet.
std::vector<Condition> first_conditions(WallTime now);

// After a run; `since` stays where status and reason do.
std::vector<Condition> conditions_after(const std::vector<Condition>& before, const SetOutcome& outcome, bool paused,
                                        WallTime now);
// After a run that could not be made.
std::vector<Condition> conditions_after(const std::vector<Condition>& before, const RunOutcome& failed, WallTime now);

}  // namespace holdfast::agent
