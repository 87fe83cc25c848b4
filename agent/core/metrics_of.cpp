#include "agent/core/metrics_of.h"

#include <algorithm>

namespace holdfast::agent {
namespace {

metrics::RunResult result_of(const RunOutcome& run, const SetOutcome& set) {
  if (run.error || set.failed > 0) return metrics::RunResult::Failed;
  if (!set.in_sync) return metrics::RunResult::DriftLeft;
  return set.corrected > 0 ? metrics::RunResult::Corrected : metrics::RunResult::InSync;
}

}  // namespace

void record_run(metrics::Recorder& recorder, const RunOutcome& outcome, const std::vector<SetStatus>& sets) {
  const std::string& database = outcome.summary.database;
  const std::string_view trigger = to_string(outcome.summary.trigger);
  recorder.run_took(database, outcome.summary.took);
  const bool made = !outcome.sets.empty() || (!outcome.error && outcome.mistakes.empty());
  for (const SetStatus& set : sets) {
    if (!made) recorder.run_ended({database, set.name}, trigger, metrics::RunResult::Failed);
  }
  for (const auto& [name, set] : outcome.sets) {
    recorder.run_ended({database, name}, trigger, result_of(outcome, set));
  }
  for (const RunSummary::Set& set : outcome.summary.sets) {
    for (const auto& [action, rows] : set.corrections)
      recorder.corrected({database, set.name}, action, set.cause, rows);
  }
}

void record_status(metrics::Recorder& recorder, const DatabaseStatus& status) {
  for (const SetStatus& set : status.sets) {
    if (!set.decided) continue;
    metrics::SetState state;
    std::copy(set.drift.begin(), set.drift.end(), state.drift_rows.begin());
    state.in_sync = set.in_sync;
    state.declared_rows = set.declared_rows;
    state.unmanaged_rows = set.unmanaged_rows;
    state.held_rows = set.held_rows;
    state.blocked = set.blocked;
    state.expectations = set.expectations;
    state.last_success = set.last_success;
    state.last_vanish = set.last_vanish;
    state.last_forbidden = set.last_forbidden;
    if (set.pause) state.pause_end = set.pause->until;
    recorder.set_state({status.name, set.name}, state);
  }
}

}  // namespace holdfast::agent
