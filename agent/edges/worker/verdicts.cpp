#include "agent/edges/worker/verdicts.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "reconcilers/core/schema.h"
#include "reconcilers/rows/run_id.h"

namespace holdfast::agent {
namespace {

// Rows of each table after the run. Sets that share a table have counted the same rows.
DatabaseWitness::RowCounts rows_after(const Plan& plan) {
  DatabaseWitness::RowCounts counts;
  for (const SetPlan& set : plan.sets) {
    if (set.set) counts.try_emplace(ascii_lower(set.table), set.live_rows);
  }
  for (const SetPlan& set : plan.sets) {
    const auto rows = counts.find(ascii_lower(set.table));
    if (rows == counts.end()) continue;
    for (const Change& change : set.changes) {
      if (change.outcome != Outcome::Applied) continue;
      if (change.action == Action::Insert) ++rows->second;
      if (change.action == Action::Delete && rows->second > 0) --rows->second;
    }
  }
  return counts;
}

bool any_change(const Plan& plan, const std::function<bool(const Change&)>& is) {
  return std::any_of(plan.sets.begin(), plan.sets.end(),
                     [&](const SetPlan& set) { return std::any_of(set.changes.begin(), set.changes.end(), is); });
}

// Something is to be put back that could not be yet: it is paused, or none of it could. One row among others that fails
// may fail for ever, and is no wipe.
bool is_unfinished(const Plan& plan) {
  const auto paused = [](const Change& change) {
    return change.outcome == Outcome::Held && change.reason == Reason::Pause;
  };
  const auto failed = [](const Change& change) { return change.outcome == Outcome::Failed; };
  const auto applied = [](const Change& change) { return change.outcome == Outcome::Applied; };
  return any_change(plan, paused) || (any_change(plan, failed) && !any_change(plan, applied));
}

}  // namespace

Verdicts::Verdicts(std::unique_ptr<Surroundings> surroundings, const Clock& clock)
    : surroundings_(std::move(surroundings)),
      witness_(*surroundings_, clock, [&clock] { return new_run_id(clock.wall()); }) {}

Result<void> Verdicts::judge(Store& store) {
  if (!due_ && may_write()) return {};
  const Result<DatabaseVerdict> verdict = witness_.judge(store, tables_);
  if (!verdict) return verdict.error();
  due_ = false;
  known_marker_.reset();
  opened_ = store.opened();
  show(*verdict);
  return {};
}

bool Verdicts::still_holds(const Store& store, const std::optional<std::string>& marker) {
  if (store.opened() != opened_) return false;
  if (marker && marker == known_marker_) return true;
  const std::optional<Marker> found = marker ? read_marker(*marker) : std::nullopt;
  if (found != witness_.in_database() && !(found && witness_.take_over(*found))) return false;
  known_marker_ = marker;
  return true;
}

void Verdicts::judge_error(const Error& error) {
  due_ = true;
  if (const Result<DatabaseVerdict> verdict = witness_.judge_unopened(error)) show(*verdict);
}

void Verdicts::show(const DatabaseVerdict& verdict) {
  // Until what a wipe took is back, an empty file that somebody makes meanwhile is the same wipe.
  if (wipe_under_way_ && verdict.may_write) return;
  // The file is the one that we have written ourselves since: making it is no replacement.
  if (shown_ && shown_->may_write && verdict.kind == VerdictKind::Intact && noted_) {
    const Result<PlaceNow> now = surroundings_->look();
    if (now && now->there && same_file(now->place, *noted_)) return;
  }
  // What looks sound at first may be the damaged one still.
  unproven_.reset();
  if (shown_ && shown_->kind == VerdictKind::Corrupt && verdict.kind == VerdictKind::Intact) {
    unproven_ = verdict;
    return;
  }
  wipe_under_way_ = verdict.may_write && !verdict.cause().empty();
  const bool same = shown_ && shown_->kind == verdict.kind && shown_->reason == verdict.reason;
  shown_ = verdict;
  if (!same || wipe_under_way_) news_ = verdict;
}

Result<void> Verdicts::ran(Store& store, const RunReport& report) {
  // The marker would say that nothing was there: whoever judges next has to find the wipe as well.
  if (wipe_under_way_ && is_unfinished(report.plan)) return {};
  wipe_under_way_ = false;
  if (unproven_) news_ = shown_ = std::exchange(unproven_, std::nullopt);
  if (!witness_.due(report.batches > 0)) return {};
  known_marker_.reset();
  const Result<void> noted = witness_.note(store, tables_, rows_after(report.plan));
  const bool later =
      !noted && (noted.error().kind == ErrorKind::Transient || noted.error().kind == ErrorKind::SchemaChanged);
  if (later) {
    due_ = true;
    return {};
  }
  if (const Result<PlaceNow> now = surroundings_->look(); now && now->there) noted_ = now->place;
  return noted;
}

}  // namespace holdfast::agent
