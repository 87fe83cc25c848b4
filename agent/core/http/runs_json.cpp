#include "agent/core/http/runs_json.h"

#include <algorithm>

#include "agent/core/http/json_members.h"
#include "agent/core/http/set_json.h"

namespace holdfast::agent::http {
namespace {

struct Counts {
  std::uint64_t inserted = 0, updated = 0, deleted = 0, reported = 0, held = 0, blocked = 0, failed = 0;

  void add(const RunSummary::Set& set) {
    const auto corrections = [&](Action action) {
      const auto found = set.corrections.find(action);
      return found == set.corrections.end() ? 0 : found->second;
    };
    inserted += corrections(Action::Insert);
    updated += corrections(Action::Update);
    deleted += corrections(Action::Delete);
    reported += set.reported;
    held += set.held;
    blocked += set.blocked;
    failed += set.failed;
  }
};

void counts_members(JsonWriter& json, const Counts& counts) {
  count_member(json, "inserted", counts.inserted);
  count_member(json, "updated", counts.updated);
  count_member(json, "deleted", counts.deleted);
  count_member(json, "reported", counts.reported);
  count_member(json, "held", counts.held);
  count_member(json, "blocked", counts.blocked);
  count_member(json, "failed", counts.failed);
}

enum class Rows : std::uint8_t { Shown, Left };

void run_object(JsonWriter& json, const RunSummary& run, Rows rows) {
  json.begin_object();
  optional_text_member(json, "id", run.id);
  text_member(json, "database", run.database);
  time_member(json, "at", run.at);
  count_member(json, "took_us", static_cast<std::uint64_t>(std::max<std::int64_t>(run.took.count(), 0)));
  text_member(json, "trigger", to_string(run.trigger));
  optional_text_member(json, "who", run.who);
  optional_text_member(json, "revision", run.revision);
  optional_text_member(json, "error", run.error);
  Counts total;
  for (const RunSummary::Set& set : run.sets) total.add(set);
  counts_members(json, total);
  json.key("rowsets");
  json.begin_array();
  for (const RunSummary::Set& set : run.sets) {
    Counts counts;
    counts.add(set);
    json.begin_object(rows == Rows::Shown ? JsonWriter::Layout::Lines : JsonWriter::Layout::Inline);
    text_member(json, "name", set.name);
    // Why there was something to correct; nothing caused a run that corrected nothing.
    optional_text_member(json, "cause",
                         counts.inserted + counts.updated + counts.deleted > 0 ? to_string(set.cause) : "");
    counts_members(json, counts);
    if (rows == Rows::Shown) rows_member(json, set.rows);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

bool is_wanted(const RunSummary& run, const RunFilter& filter) {
  if (filter.database && run.database != *filter.database) return false;
  return !filter.row_set || std::any_of(run.sets.begin(), run.sets.end(),
                                        [&](const RunSummary::Set& set) { return set.name == *filter.row_set; });
}

}  // namespace

std::string runs_json(const AgentStatus& status, const RunFilter& filter) {
  std::vector<const RunSummary*> runs;
  for (const DatabaseStatus& database : status.databases) {
    for (const RunSummary& run : database.runs) {
      if (is_wanted(run, filter)) runs.push_back(&run);
    }
  }
  std::stable_sort(runs.begin(), runs.end(), [](const RunSummary* a, const RunSummary* b) { return a->at > b->at; });
  if (runs.size() > filter.limit) runs.resize(filter.limit);
  StringSink out;
  JsonWriter json(out);
  json.begin_object();
  json.key("runs");
  json.begin_array();
  for (const RunSummary* run : runs) run_object(json, *run, Rows::Left);
  json.end_array();
  json.end_object();
  json.finish();
  return std::move(out.text);
}

std::optional<std::string> run_json(const AgentStatus& status, std::string_view id) {
  if (id.empty()) return std::nullopt;  // runs that wrote nothing have no id
  for (const DatabaseStatus& database : status.databases) {
    for (const RunSummary& run : database.runs) {
      if (run.id != id) continue;
      StringSink out;
      JsonWriter json(out);
      run_object(json, run, Rows::Shown);
      json.finish();
      return std::move(out.text);
    }
  }
  return std::nullopt;
}

}  // namespace holdfast::agent::http
