#include "agent/core/run_outcome.h"

#include <algorithm>
#include <utility>

#include "agent/render/change_text.h"
#include "agent/render/change_view.h"
#include "agent/render/escape.h"
#include "agent/render/value_text.h"
#include "reconcilers/core/row_image.h"
#include "reconcilers/core/sha256.h"

namespace holdfast::agent {
namespace {

// "held: taken back by alice on …", "deleted, forbidden by rule 2"
std::string row_message(const SetPlan& set, const Change& change, const ChangeView& view) {
  const bool own = !view.message.empty() && change.outcome != Outcome::Planned && change.outcome != Outcome::Applied;
  const std::string why =
      own ? std::string(to_string(change.outcome)) + ": " + view.message : outcome_text(set, change, view);
  const std::string note = note_text(set, change);
  return printable(why.empty() || note.empty() ? why + note : why + "; " + note);
}

DriftRow drift_row(const SetPlan& set, const Change& change, const ChangeViewer& viewer) {
  const ChangeView view = viewer.view(change);
  return {change.drift,
          change.action,
          change.outcome,
          change.reason,
          key_text(view, shown_characters),
          row_message(set, change, view)};
}

// What tells equal corrections apart from others: what the row was before, as far as it is changed.
std::string what_of(const Change& change) {
  Sha256 digest;
  digest.add(std::string(to_string(change.action)));
  if (const RowImage* before = change.before()) {
    std::vector<Value> values;
    if (change.action == Action::Update && !change.detail->update.empty()) {
      for (const std::uint32_t column : change.detail->update) values.push_back(before->values[column]);
    } else {
      values = before->values;
    }
    digest.add(encode_values(values));
  }
  return digest.hex().substr(0, 16);
}

void count(const SetPlan& set, const Change& change, const ChangeViewer& viewer, SetOutcome& outcome,
           RunSummary::Set& summary) {
  if (change.drift == DriftClass::Forbidden) outcome.forbidden_seen = true;
  if (change.outcome == Outcome::Applied) {
    ++outcome.corrected;
    ++summary.corrections[change.action];
    if (summary.rows.size() < most_drift_rows) summary.rows.push_back(drift_row(set, change, viewer));
    return;
  }
  ++outcome.drift[static_cast<std::size_t>(change.drift)];
  switch (change.outcome) {
    case Outcome::Held: ++outcome.held; break;
    case Outcome::Blocked: ++outcome.blocked[change.reason]; break;
    case Outcome::Failed: ++outcome.failed; break;
    default: ++outcome.reported; break;
  }
  if (waits_for_confirmation(change)) outcome.waits = true;
  if (outcome.left.size() < most_drift_rows) outcome.left.push_back(drift_row(set, change, viewer));
}

void take_set(const Plan& plan, const SetPlan& set, RunOutcome& run) {
  SetOutcome& outcome = run.sets[set.name];
  outcome.in_sync = set.in_sync;
  outcome.declared_rows = set.declared_rows;
  outcome.live_rows = set.live_rows;
  outcome.unmanaged_rows = set.unmanaged_rows;
  outcome.warnings = set.warnings;
  outcome.vanished = set.vanished.has_value();
  outcome.stopped_reason = set.blocked;
  if (set.blocked != Reason::None) outcome.stopped = printable(set.blocked_message);
  RunSummary::Set summary{set.name, set.cause, {}, 0, 0, 0, 0, {}};
  const ChangeViewer viewer(plan, set);
  for (const Change& change : set.changes) {
    count(set, change, viewer, outcome, summary);
    if (change.outcome == Outcome::Applied && change.action == Action::Insert) ++outcome.live_rows;
    if (change.outcome == Outcome::Applied && change.action == Action::Delete && outcome.live_rows > 0)
      --outcome.live_rows;
    const bool counts = change.outcome == Outcome::Applied && set.cause == Cause::Edit && set.set;
    if (counts && run.corrections.size() < most_corrections) {
      run.corrections.push_back({set.name, subject_of(set, change), key_text(viewer.view(change), shown_characters),
                                 change.drift, what_of(change)});
    }
  }
  summary.reported = outcome.reported;
  summary.held = outcome.held;
  for (const auto& [reason, changes] : outcome.blocked) summary.blocked += changes;
  summary.failed = outcome.failed;
  run.summary.sets.push_back(std::move(summary));
}

RunOutcome framed(const RunFrame& frame) {
  RunOutcome run;
  run.summary.database = frame.database;
  run.summary.trigger = frame.trigger;
  run.summary.who = frame.who;
  run.summary.at = frame.at;
  run.summary.took = frame.took;
  run.summary.revision = frame.revision;
  return run;
}

}  // namespace

RunOutcome outcome_of(const RunReport& report, const std::vector<RowSetDocument>& sets, const RunFrame& frame) {
  RunOutcome run = framed(frame);
  run.journalled = report.batches > 0;
  if (run.journalled) run.summary.id = report.run;
  run.error = report.error;
  if (report.error) run.summary.error = to_string(*report.error);
  run.waits_for = report.confirm;
  for (const SetPlan& set : report.plan.sets) take_set(report.plan, set, run);
  for (const RowSetDocument& set : sets) {
    for (const Expectation& expectation : set.expect) run.sets[set.name.text].expectations[expectation.name] = true;
  }
  for (const UnmetExpectation& unmet : report.unmet) {
    SetOutcome& outcome = run.sets[unmet.row_set];
    if (unmet.checked) {
      outcome.expectations[unmet.name] = false;
    } else {
      outcome.expectations.erase(unmet.name);
    }
    outcome.unmet.push_back(printable(unmet.message));
  }
  return run;
}

RunOutcome outcome_of(const Error& error, const RunFrame& frame) {
  RunOutcome run = framed(frame);
  run.error = error;
  run.summary.error = to_string(error);
  return run;
}

RunOutcome outcome_of(const Diagnostics& mistakes, const RunFrame& frame) {
  RunOutcome run = framed(frame);
  for (const Diagnostic& one : mistakes.errors()) run.mistakes.push_back(printable(to_string(one)));
  run.summary.error = run.mistakes.empty() ? "the documents do not fit the database" : run.mistakes.front();
  return run;
}

std::string subject_of(const SetPlan& set, const Change& change) {
  if (change.drift == DriftClass::Forbidden && change.detail && change.detail->rule) {
    return "rule " + std::to_string(*change.detail->rule);
  }
  std::vector<Value> values;
  for (const auto& [name, cell] : key(set, change)) {
    // A reference that is not resolved yet has no value; its row is new with each run and cannot be in a fight.
    values.push_back(cell.present() && cell.kind != CellKind::Pending ? Value(cell.value()) : Value());
  }
  return (change.declared != no_row ? "row " : "other ") + encode_values(values);
}

}  // namespace holdfast::agent
