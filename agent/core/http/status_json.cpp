#include "agent/core/http/status_json.h"

#include <algorithm>

#include "agent/core/http/database_json.h"
#include "agent/core/http/json_members.h"

namespace holdfast::agent::http {
namespace {

using Layout = JsonWriter::Layout;

void documents_member(JsonWriter& json, const DocumentsStatus& documents) {
  json.key("documents");
  json.begin_object();
  optional_text_member(json, "revision", documents.revision);
  optional_text_member(json, "digest", documents.digest);
  boolean_member(json, "valid", documents.valid);
  json.key("errors");
  json.begin_array();
  for (const std::string& error : documents.errors) json.string(error);
  json.end_array();
  // Before any documents are in force there is no time since when they are.
  time_member(json, "since", documents.since == WallTime() ? std::nullopt : std::optional(documents.since));
  optional_text_member(json, "pinned", documents.pinned);
  boolean_member(json, "from_database", documents.from_database);
  json.end_object();
}

void settings_member(JsonWriter& json, const std::vector<Setting>& settings) {
  json.key("settings");
  json.begin_array();
  for (const Setting& setting : settings) {
    json.begin_object(Layout::Inline);
    text_member(json, "name", setting.name);
    text_member(json, "value", setting.value);
    text_member(json, "origin", setting.origin);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

bool all_in_sync(const AgentStatus& status) {
  return status.ready && std::all_of(status.databases.begin(), status.databases.end(), in_sync);
}

std::size_t count_undecided(const AgentStatus& status) {
  std::size_t count = 0;
  for (const DatabaseStatus& database : status.databases) {
    count += static_cast<std::size_t>(
        std::count_if(database.sets.begin(), database.sets.end(), [](const SetStatus& set) { return !set.decided; }));
  }
  return count;
}

std::string status_json(const AgentStatus& status) {
  StringSink out;
  JsonWriter json(out);
  json.begin_object();
  text_member(json, "version", status.version);
  time_member(json, "started", status.started);
  boolean_member(json, "ready", status.ready);
  boolean_member(json, "in_sync", all_in_sync(status));
  documents_member(json, status.documents);
  json.key("databases");
  json.begin_array();
  for (const DatabaseStatus& database : status.databases) database_object(json, database);
  json.end_array();
  settings_member(json, status.settings);
  json.end_object();
  json.finish();
  return std::move(out.text);
}

std::string row_sets_json(const AgentStatus& status) {
  StringSink out;
  JsonWriter json(out);
  json.begin_object();
  json.key("rowsets");
  json.begin_array();
  for (const DatabaseStatus& database : status.databases) sets_members(json, database);
  json.end_array();
  json.end_object();
  json.finish();
  return std::move(out.text);
}

}  // namespace holdfast::agent::http
