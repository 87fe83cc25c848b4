// The conditions of a row set, from what its last run left: PURE. docs/http.md has their reasons.
#pragma once

#include <string>
#include <vector>

#include "agent/core/run_outcome.h"
#include "agent/core/status.h"

namespace holdfast::agent {

// Of a set that has had no run yet.
std::vector<Condition> first_conditions(WallTime now);

// During a run.
std::vector<Condition> conditions_during(const std::vector<Condition>& before, WallTime now);

// After a run; `since` stays where status and reason do.
std::vector<Condition> conditions_after(const std::vector<Condition>& before, const SetOutcome& outcome, bool paused,
                                        WallTime now);
// After a run that could not be made.
std::vector<Condition> conditions_after(const std::vector<Condition>& before, const RunOutcome& failed, WallTime now);

// A verdict as a reason of conditions and events: "rolled back" is "RolledBack".
std::string verdict_reason(const std::string& verdict);

// Of a database: Ready (it can be reached and may be written) and Healthy (nothing is wrong with it or with the place
// where it lies). `before`: as they were, empty at first.
std::vector<Condition> conditions_of(const DatabaseStatus& database, const std::vector<Condition>& before,
                                     WallTime now);

}  // namespace holdfast::agent
