#include "agent/core/http/database_json.h"

#include <algorithm>

#include "agent/core/http/json_members.h"
#include "agent/core/http/set_json.h"

namespace holdfast::agent::http {
namespace {

using Layout = JsonWriter::Layout;

void optional_boolean_member(JsonWriter& json, std::string_view name, const std::optional<bool>& value) {
  json.key(name);
  value ? json.boolean(*value) : json.null();
}

void optional_count_member(JsonWriter& json, std::string_view name, const std::optional<std::uint64_t>& count) {
  json.key(name);
  count ? json.number(*count) : json.null();
}

void wipe_member(JsonWriter& json, const std::optional<Wipe>& wipe) {
  json.key("last_wipe");
  if (!wipe) return json.null();
  json.begin_object(Layout::Inline);
  text_member(json, "verdict", wipe->verdict);
  text_member(json, "reason", wipe->reason);
  time_member(json, "at", wipe->at);
  json.end_object();
}

void health_member(JsonWriter& json, const DatabaseHealth& health) {
  json.key("health");
  json.begin_object();
  optional_boolean_member(json, "persistent", health.persistent);
  optional_text_member(json, "place", health.place);
  optional_boolean_member(json, "integrity_ok", health.integrity_ok);
  optional_text_member(json, "damage", health.damage);
  optional_count_member(json, "size_bytes", health.size_bytes);
  optional_count_member(json, "wal_size_bytes", health.wal_size_bytes);
  optional_count_member(json, "disk_free_bytes", health.disk_free_bytes);
  optional_text_member(json, "other_database", health.other_database);
  json.end_object();
}

}  // namespace

bool in_sync(const DatabaseStatus& database) {
  // While it cannot be looked at nobody knows.
  return database.error.empty() && std::all_of(database.sets.begin(), database.sets.end(),
                                               [](const SetStatus& set) { return set.decided && set.in_sync; });
}

void sets_members(JsonWriter& json, const DatabaseStatus& database) {
  for (const SetStatus& set : database.sets) {
    json.begin_object();
    set_members(json, database.name, set);
    json.end_object();
  }
}

void database_object(JsonWriter& json, const DatabaseStatus& database) {
  json.begin_object();
  text_member(json, "name", database.name);
  text_member(json, "location", database.location);
  boolean_member(json, "up", database.up);
  optional_text_member(json, "error", database.error);
  optional_text_member(json, "verdict", database.verdict.verdict);
  optional_text_member(json, "verdict_reason", database.verdict.reason);
  optional_text_member(json, "verdict_hint", database.verdict.hint);
  wipe_member(json, database.last_wipe);
  optional_text_member(json, "watch", database.watch);
  boolean_member(json, "in_sync", in_sync(database));
  pause_member(json, database.pause);
  conditions_member(json, database.conditions);
  health_member(json, database.health);
  json.key("rowsets");
  json.begin_array();
  sets_members(json, database);
  json.end_array();
  json.end_object();
}

}  // namespace holdfast::agent::http
