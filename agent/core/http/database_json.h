// A database as the HTTP API tells it. PURE.
#pragma once

#include "agent/core/status.h"
#include "agent/render/json_writer.h"

namespace holdfast::agent::http {

bool in_sync(const DatabaseStatus& database);  // it can be looked at, and each of its row sets is

void sets_members(JsonWriter& json, const DatabaseStatus& database);  // within an array
void database_object(JsonWriter& json, const DatabaseStatus& database);

}  // namespace holdfast::agent::http
