#include "reconcilers/rows/database_reconciler.h"

#include <algorithm>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>

#include "reconcilers/rows/apply_run.h"
#include "reconcilers/rows/database_run.h"
#include "reconcilers/rows/ownership.h"
#include "reconcilers/rows/run_id.h"
#include "reconcilers/rows/undo.h"

namespace holdfast {
namespace {

// Rows that left the documents, were deleted for it and are back now: their set owns them as it did.
Result<void> own_what_is_back(Store& store, const State& state, const UndoPlan& undo) {
  std::map<std::size_t, std::vector<std::string>> keys;  // by set of the plan
  for (const UndoPart& part : undo.parts) {
    if (part.owned && undo.plan.sets[part.set].changes[part.change].outcome == Outcome::Applied) {
      keys[part.set].push_back(part.key);
    }
  }
  for (auto& [index, some] : keys) {
    Result<void> owned = own_keys(store, state, *undo.plan.sets[index].set, std::move(some));
    if (!owned) return owned;
  }
  return {};
}

}  // namespace

DatabaseReconciler::DatabaseReconciler(Store& store, const Clock& clock, Progress progress, ReconcilerOptions options)
    : store_(store), clock_(clock), progress_(std::move(progress)), options_(std::move(options)) {}

Result<RunReport> DatabaseReconciler::plan(const DatabaseDocument& database,
                                           std::span<const RowSetDocument* const> sets, Diagnostics& diagnostics) {
  DatabaseRun run(store_, clock_, progress_, options_, database, sets, diagnostics);
  RunReport report;
  if (Result<void> bound = run.bind_sets(); !bound) return bound.error();
  if (diagnostics.has_errors()) return report;
  if (Result<void> planned = run.plan(); !planned) return planned.error();
  if (diagnostics.has_errors()) return report;
  Result<std::optional<JournalSwitch>> mode = journal_switch(store_, database);
  if (!mode) return mode.error();
  report.journal_mode = std::move(*mode);
  report.plan = std::move(run.current());
  if (waits_for_confirmation(report.plan)) report.confirm = hash(report.plan);
  if (report.plan.setup.empty()) report.unmet = run.expectations();
  return report;
}

Result<RunReport> DatabaseReconciler::apply(const DatabaseDocument& database,
                                            std::span<const RowSetDocument* const> sets, Diagnostics& diagnostics) {
  RunReport report;
  report.run = new_run_id(clock_.wall());
  DatabaseRun run(store_, clock_, progress_, options_, database, sets, diagnostics);
  if (Result<void> bound = run.bind_sets(); !bound) return bound.error();
  if (diagnostics.has_errors()) return report;
  // The documents are right; only now is anything written.
  if (Result<void> applied = apply_bound(store_, options_, database, run, diagnostics, report); !applied) {
    return applied.error();
  }
  return report;
}

Result<RunReport> DatabaseReconciler::undo(const DatabaseDocument& database,
                                           std::span<const RowSetDocument* const> sets, const UndoRequest& request,
                                           Diagnostics& diagnostics) {
  DatabaseRun run(store_, clock_, progress_, options_, database, sets, diagnostics);
  RunReport report;
  Result<State> state = State::open(store_, false);
  if (state && state->there() && !state->complete() && request.carry_out) state = State::open(store_, true);
  if (!state) return state.error();
  // What the documents say now is what the rows are held against.
  if (Result<void> bound = run.bind_sets(); !bound) return bound.error();
  if (!diagnostics.has_errors()) {
    if (Result<void> planned = run.plan(); !planned) return planned.error();
  }
  if (diagnostics.has_errors()) return report;
  Result<UndoPlan> undo = plan_undo(store_, *state, request, sets);
  if (!undo) return undo.error();
  if (request.carry_out && !undo->parts.empty()) {
    report.run = new_run_id(clock_.wall());
    std::map<std::string, std::unordered_set<std::string>> deleted;
    for (const UndoPart& part : undo->parts) {
      const Change& change = undo->plan.sets[part.set].changes[part.change];
      if (change.action == Action::Delete && change.outcome == Outcome::Planned) deleted[part.row_set].insert(part.key);
    }
    for (const auto& [row_set, keys] : deleted) {
      if (Result<void> disowned = disown_keys(store_, *state, row_set, keys); !disowned) return disowned.error();
    }
    ReconcilerOptions options = options_;
    options.origin.undoes = undo->run.id;
    const JournalSettings settings{*state, report.run, clock_.wall(), options.origin, database.journal_redact};
    const HoldPlacer placer(run.states(), settings, undo->holds);
    UndoOutcome outcome = carry_out_undo(store_, clock_, options, database.lock_timeout, settings, *undo, placer);
    report.batches = outcome.batches;
    if (outcome.error && outcome.batches == 0) return *outcome.error;
    report.error = std::move(outcome.error);
    if (Result<void> owned = own_what_is_back(store_, *state, *undo); !owned && !report.error) {
      report.error = after_the_changes(owned.error());
    }
    if (Result<void> pruned = run.prune(*state); !pruned && pruned.error().kind != ErrorKind::Transient) {
      if (!report.error) report.error = after_the_changes(pruned.error());
    }
  }
  report.plan = std::move(undo->plan);
  return report;
}

Result<void> DatabaseReconciler::look_for(const DatabaseDocument& database) {
  std::optional<std::string> setup;
  if (database.setup) setup = database.setup->text;
  Result<Schema> schema = store_.inspect({}, setup);
  return schema ? Result<void>() : schema.error();
}

Result<std::vector<RunRecord>> DatabaseReconciler::history(const DatabaseDocument& database, std::size_t limit) {
  if (Result<void> there = look_for(database); !there) return there.error();
  Result<State> state = State::open(store_, false);
  if (!state) return state.error();
  return History(store_, *state).runs(limit);
}

Result<Released> DatabaseReconciler::release(const DatabaseDocument& database,
                                             const std::optional<std::string>& row_set,
                                             const std::optional<std::string>& key, bool document_is_gone) {
  Released released;
  if (Result<void> there = look_for(database); !there) return there.error();
  Result<State> state = State::open(store_, false);
  if (state && !state->there()) return released;
  if (state && !state->complete()) state = State::open(store_, true);
  if (!state) return state.error();
  Result<Schema> schema = store_.inspect({}, std::nullopt);
  if (!schema) return schema.error();
  Result<std::unique_ptr<Transaction>> transaction = store_.begin(*schema);
  if (!transaction) return transaction.error();
  Result<Holds> holds = Holds::read(**transaction, *state);
  if (!holds) return holds.error();
  for (const Hold& hold : holds->all()) {
    if ((!row_set || hold.row_set == *row_set) && (!key || is_key(*key, hold.key))) released.holds.push_back(hold);
  }
  if (key && released.holds.size() > 1) {
    return Error{ErrorKind::Invalid, "several held rows are called so", row_set.value_or("") + "/" + *key,
                 "they have other tables, or their keys look alike when they are written out; release the whole set"};
  }
  for (const Hold& hold : released.holds) {
    if (Result<void> removed = Holds::remove(**transaction, *state, hold); !removed) return removed.error();
  }
  if (row_set) {
    Result<std::map<std::string, SetMarks>> marks = read_set_marks(**transaction, *state);
    if (!marks) return marks.error();
    released.knows_set = marks->contains(*row_set) || !released.holds.empty();
  }
  // A set whose document is gone gives up what it owns as well.
  if (row_set && !key && document_is_gone) {
    Result<std::uint64_t> given_up = disown(**transaction, *state, *row_set);
    if (!given_up) return given_up.error();
    released.owned = *given_up;
  } else if (released.holds.empty()) {
    return released;
  }
  if (Result<void> committed = (*transaction)->commit(); !committed) return committed.error();
  return released;
}

bool is_confirmed(std::span<const std::string> confirmed, const std::string& hash) {
  constexpr std::size_t shortest = 12;
  return !confirmed.empty() && std::all_of(confirmed.begin(), confirmed.end(), [&](const std::string& one) {
    return one.size() >= shortest && hash.compare(0, one.size(), one) == 0;
  });
}

int exit_code(const RunReport& report, bool applied) {
  if (applied && (report.error || report.refused || report.plan.summary().failed > 0)) return 1;
  return report.plan.in_sync() && (applied || !report.journal_mode) ? 0 : 2;
}

}  // namespace holdfast
