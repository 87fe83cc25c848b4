#include "agent/render/plan_json.h"

#include "agent/render/change_view.h"
#include "agent/render/json_writer.h"
#include "agent/render/value_text.h"

namespace holdfast::agent {
namespace {

using Layout = JsonWriter::Layout;

void text_member(JsonWriter& json, std::string_view name, std::string_view text) {
  json.key(name);
  json.string(text);
}

void count_member(JsonWriter& json, std::string_view name, std::uint64_t count) {
  json.key(name);
  json.number(count);
}

void pending_value(JsonWriter& json, const PendingRow& row) {
  json.begin_object(Layout::Inline);
  text_member(json, "pending", row.row_set);
  if (row.value) {
    json.key(row.by);
    if (row.masked) {
      json.string(mask);
    } else {
      json.cell(*row.value);
    }
  }
  json.end_object();
}

enum class Side : std::uint8_t { Before, After };

void columns_member(JsonWriter& json, std::string_view name, const std::vector<ColumnView>& columns, Side side,
                    bool present = true) {
  json.key(name);
  if (!present) return json.null();
  json.begin_object(Layout::Inline);
  for (const ColumnView& column : columns) {
    const std::optional<Cell>& cell = side == Side::Before ? column.before : column.after;
    if (!cell) continue;
    json.key(column.name);
    if (column.masked) {
      json.string(mask);
    } else if (side == Side::After && column.pending) {
      pending_value(json, *column.pending);
    } else {
      json.cell(*cell);
    }
  }
  json.end_object();
}

bool has_side(const ChangeView& shown, Side side) {
  for (const ColumnView& column : shown.columns) {
    if (side == Side::Before ? column.before.has_value() : column.after.has_value()) return true;
  }
  return false;
}

void dependents_member(JsonWriter& json, const Change& change) {
  json.key("dependents");
  json.begin_array(Layout::Inline);
  if (change.detail) {
    for (const DependentCount& count : change.detail->dependents) {
      json.begin_object(Layout::Inline);
      text_member(json, "table", count.table);
      count_member(json, "rows", count.rows);
      if (count.fate != DependentFate::Deleted) {
        json.key("deleted");
        json.boolean(false);
      }
      if (count.fate == DependentFate::Follows || count.fate == DependentFate::Restored) {
        json.key(count.fate == DependentFate::Follows ? "follows" : "restored");
        json.boolean(true);
      }
      json.end_object();
    }
  }
  json.end_array();
}

void change_object(JsonWriter& json, const Change& change, const ChangeView& shown) {
  json.begin_object(Layout::Inline);
  text_member(json, "class", to_string(change.drift));
  json.key("action");
  change.action == Action::None ? json.null() : json.string(to_string(change.action));
  text_member(json, "outcome", to_string(change.outcome));
  json.key("reason");
  change.reason == Reason::None ? json.null() : json.string(to_string(change.reason));
  columns_member(json, "key", shown.key, Side::After);
  columns_member(json, "before", shown.columns, Side::Before,
                 shown.shape != Shape::Insert && has_side(shown, Side::Before));
  columns_member(json, "after", shown.columns, Side::After,
                 shown.shape != Shape::Delete && has_side(shown, Side::After));
  dependents_member(json, change);
  if (!shown.message.empty()) text_member(json, "message", shown.message);
  json.end_object();
}

void set_object(JsonWriter& json, const Plan& plan, const SetPlan& set, const Sink& out) {
  json.begin_object();
  text_member(json, "name", set.name);
  text_member(json, "database", set.database);
  text_member(json, "table", set.table);
  text_member(json, "mode", set.mode == Mode::Enforce ? "enforce" : "observe");
  json.key("in_sync");
  json.boolean(set.in_sync);
  json.key("rows");
  json.begin_object(Layout::Inline);
  count_member(json, "declared", set.declared_rows);
  count_member(json, "in_sync", rows_in_sync(set));
  count_member(json, "live", set.live_rows);
  count_member(json, "unmanaged", set.unmanaged_rows);
  json.end_object();
  json.key("blocked");
  if (set.blocked == Reason::None) {
    json.null();
  } else {
    json.begin_object(Layout::Inline);
    text_member(json, "reason", to_string(set.blocked));
    text_member(json, "message", set.blocked_message);
    json.end_object();
  }
  json.key("warnings");
  json.begin_array();
  for (const std::string& warning : set.warnings) json.string(warning);
  json.end_array();
  json.key("changes");
  json.begin_array();
  const ChangeViewer viewer(plan, set);
  for (const Shape shape : shape_order) {
    for (const Change& change : set.changes) {
      if (!out.ok()) break;
      if (shape_of(change) == shape) change_object(json, change, viewer.view(change));
    }
  }
  json.end_array();
  json.end_object();
}

void summary_member(JsonWriter& json, const Summary& summary) {
  json.key("summary");
  json.begin_object(Layout::Inline);
  count_member(json, "insert", summary.insert);
  count_member(json, "update", summary.update);
  count_member(json, "delete", summary.erase);
  count_member(json, "dependents", summary.dependents);
  count_member(json, "restored", summary.restored);
  count_member(json, "reported", summary.reported);
  count_member(json, "held", summary.held);
  count_member(json, "blocked", summary.blocked);
  count_member(json, "failed", summary.failed);
  json.end_object();
}

void troubles(JsonWriter& json, const Report& report) {
  json.key("expectations");
  json.begin_array();
  for (const MissedExpectation& missed : report.unmet) {
    json.begin_object(Layout::Inline);
    text_member(json, "database", missed.database);
    text_member(json, "rowset", missed.row_set);
    text_member(json, "name", missed.name);
    json.key("met");
    missed.checked ? json.boolean(false) : json.null();
    text_member(json, "message", missed.message);
    json.end_object();
  }
  json.end_array();
  json.key("confirm");
  json.begin_array();
  for (const WaitingPlan& waiting : report.confirm) {
    json.begin_object(Layout::Inline);
    text_member(json, "database", waiting.database);
    text_member(json, "hash", waiting.hash);
    json.end_object();
  }
  json.end_array();
  json.key("absent");
  json.begin_array();
  for (const AbsentSet& set : report.absent) {
    json.begin_object(Layout::Inline);
    text_member(json, "database", set.database);
    text_member(json, "rowset", set.row_set);
    json.end_object();
  }
  json.end_array();
  json.key("failures");
  json.begin_array();
  for (const DatabaseFailure& failure : report.failures) {
    json.begin_object(Layout::Inline);
    json.key("database");
    failure.database.empty() ? json.null() : json.string(failure.database);
    text_member(json, "message", failure.message);
    json.end_object();
  }
  json.end_array();
}

void run_members(JsonWriter& json, const Report& report) {
  json.key("run");
  report.runs.size() == 1 ? json.string(report.runs.front().run) : json.null();
  json.key("runs");
  json.begin_array();
  for (const DatabaseRun& run : report.runs) {
    json.begin_object(Layout::Inline);
    text_member(json, "database", run.database);
    text_member(json, "run", run.run);
    count_member(json, "batches", run.batches);
    count_member(json, "exit", static_cast<std::uint64_t>(run.exit));
    json.end_object();
  }
  json.end_array();
  count_member(json, "exit", static_cast<std::uint64_t>(report.exit));
}

}  // namespace

void render_json(const Report& report, Sink& out) {
  JsonWriter json(out);
  json.begin_object();
  text_member(json, "hash", hash(report.plan));
  summary_member(json, report.plan.summary());
  json.key("setup");
  json.begin_array(Layout::Inline);
  for (const std::string& table : report.plan.setup) json.string(table);
  json.end_array();
  json.key("journal_mode");
  json.begin_array();
  for (const JournalModeSwitch& one : report.journal_modes) {
    json.begin_object(Layout::Inline);
    text_member(json, "database", one.database);
    json.key("from");
    one.from.empty() ? json.null() : json.string(one.from);
    text_member(json, "to", one.to);
    json.end_object();
  }
  json.end_array();
  json.key("rowsets");
  json.begin_array();
  for (const SetPlan& set : report.plan.sets) {
    if (out.ok()) set_object(json, report.plan, set, out);
  }
  json.end_array();
  troubles(json, report);
  if (report.applied) run_members(json, report);
  json.end_object();
  json.finish();
}

}  // namespace holdfast::agent
