// A row set as the HTTP API shows it. PURE.
#pragma once

#include <string>
#include <vector>

#include "agent/core/status.h"
#include "agent/render/json_writer.h"

namespace holdfast::agent::http {

void conditions_member(JsonWriter& json, const std::vector<Condition>& conditions);
void pause_member(JsonWriter& json, const std::optional<Pause>& pause);

// The members of a set, without the braces around them: /status, /rowsets and /rowsets/NAME have the same.
void set_members(JsonWriter& json, const std::string& database, const SetStatus& set);
// What /rowsets/NAME has besides: the fights.
void fights_member(JsonWriter& json, const std::vector<Fight>& fights);

// "rows": [{class, action, outcome, reason, key, message}], as a set's drift and a run's corrections have them.
void rows_member(JsonWriter& json, const std::vector<DriftRow>& rows);

// The whole of /rowsets/NAME/drift.
void drift_object(JsonWriter& json, const std::string& database, const SetStatus& set);

}  // namespace holdfast::agent::http
