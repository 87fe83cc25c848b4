#include "agent/core/http/set_json.h"

#include <algorithm>

#include "agent/core/http/json_members.h"

namespace holdfast::agent::http {
namespace {

using Layout = JsonWriter::Layout;

std::uint64_t drift_of(const SetStatus& set, DriftClass drift) { return set.drift[static_cast<std::size_t>(drift)]; }

std::uint64_t drift_total(const SetStatus& set) {
  std::uint64_t total = 0;
  for (const std::uint64_t count : set.drift) total += count;
  return total;
}

void rows_counts(JsonWriter& json, const SetStatus& set) {
  const std::uint64_t astray =
      drift_of(set, DriftClass::Missing) + drift_of(set, DriftClass::Changed) + drift_of(set, DriftClass::Identity);
  json.key("rows");
  json.begin_object(Layout::Inline);
  count_member(json, "declared", set.declared_rows);
  count_member(json, "in_sync", set.declared_rows - std::min(astray, set.declared_rows));
  count_member(json, "live", set.live_rows);
  count_member(json, "unmanaged", set.unmanaged_rows);
  json.end_object();
}

void drift_counts(JsonWriter& json, const SetStatus& set) {
  json.key("drift");
  json.begin_object(Layout::Inline);
  for (std::size_t at = 0; at < drift_classes; ++at) {
    count_member(json, to_string(static_cast<DriftClass>(at)), set.drift[at]);
  }
  json.end_object();
}

}  // namespace

void conditions_member(JsonWriter& json, const std::vector<Condition>& conditions) {
  json.key("conditions");
  json.begin_array();
  for (const Condition& condition : conditions) {
    std::string type(to_string(condition.type));
    if (!type.empty()) type[0] = static_cast<char>(type[0] - 'A' + 'a');
    json.begin_object(Layout::Inline);
    text_member(json, "type", type);
    boolean_member(json, "status", condition.status);
    text_member(json, "reason", condition.reason);
    text_member(json, "message", condition.message);
    time_member(json, "since", condition.since);
    json.end_object();
  }
  json.end_array();
}

void pause_member(JsonWriter& json, const std::optional<Pause>& pause) {
  json.key("pause");
  if (!pause) return json.null();
  json.begin_object(Layout::Inline);
  time_member(json, "until", pause->until);
  optional_text_member(json, "who", pause->who);
  json.end_object();
}

void set_members(JsonWriter& json, const std::string& database, const SetStatus& set) {
  text_member(json, "name", set.name);
  text_member(json, "database", database);
  text_member(json, "table", set.table);
  text_member(json, "mode", set.mode == Mode::Enforce ? "enforce" : "observe");
  boolean_member(json, "decided", set.decided);
  boolean_member(json, "in_sync", set.in_sync);
  rows_counts(json, set);
  drift_counts(json, set);
  count_member(json, "held", set.held_rows);
  json.key("blocked");
  json.begin_object(Layout::Inline);
  for (const auto& [reason, changes] : set.blocked) count_member(json, to_string(reason), changes);
  json.end_object();
  count_member(json, "fighting", set.fights.size());
  pause_member(json, set.pause);
  json.key("expectations");
  json.begin_object(Layout::Inline);
  for (const auto& [name, met] : set.expectations) boolean_member(json, name, met);
  json.end_object();
  optional_text_member(json, "waits_for", set.waits_for);
  time_member(json, "last_success", set.last_success);
  time_member(json, "last_vanish", set.last_vanish);
  time_member(json, "last_forbidden", set.last_forbidden);
  conditions_member(json, set.conditions);
}

void fights_member(JsonWriter& json, const std::vector<Fight>& fights) {
  json.key("fights");
  json.begin_array();
  for (const Fight& fight : fights) {
    json.begin_object(Layout::Inline);
    text_member(json, "key", fight.key);
    text_member(json, "class", to_string(fight.drift));
    json.key("corrections");
    json.begin_array(Layout::Inline);
    for (const WallTime& time : fight.corrections) json.string(time_text(time));
    json.end_array();
    time_member(json, "held_until", fight.held_until);
    json.end_object();
  }
  json.end_array();
}

void rows_member(JsonWriter& json, const std::vector<DriftRow>& rows) {
  json.key("rows");
  json.begin_array();
  for (const DriftRow& row : rows) {
    json.begin_object(Layout::Inline);
    text_member(json, "class", to_string(row.drift));
    optional_text_member(json, "action", row.action == Action::None ? "" : to_string(row.action));
    text_member(json, "outcome", to_string(row.outcome));
    optional_text_member(json, "reason", to_string(row.reason));
    text_member(json, "key", row.key);
    optional_text_member(json, "message", row.message);
    json.end_object();
  }
  json.end_array();
}

void drift_object(JsonWriter& json, const std::string& database, const SetStatus& set) {
  json.begin_object();
  text_member(json, "rowset", set.name);
  text_member(json, "database", database);
  boolean_member(json, "decided", set.decided);
  boolean_member(json, "in_sync", set.in_sync);
  drift_counts(json, set);
  optional_text_member(json, "waits_for", set.waits_for);
  rows_member(json, set.rows);
  boolean_member(json, "truncated", set.rows.size() >= most_drift_rows && drift_total(set) > set.rows.size());
  json.end_object();
}

}  // namespace holdfast::agent::http
