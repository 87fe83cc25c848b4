#include "reconcilers/rows/database_reconciler.h"

#include <algorithm>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "reconcilers/core/row_image.h"
#include "reconcilers/rows/database_run.h"
#include "reconcilers/rows/declared_once.h"
#include "reconcilers/rows/ownership.h"
#include "reconcilers/rows/run_id.h"
#include "reconcilers/rows/undo.h"

namespace holdfast {
namespace {

// What stands for a change in two rounds of one run: its declared row, or the live one.
std::string identity(const Change& change) {
  if (change.declared != no_row && change.drift != DriftClass::Duplicate) return std::to_string(change.declared);
  return change.before() ? "at " + encode_values(change.before()->locator) : std::string();
}

// What an earlier round of the same run has applied belongs to the report; everything else the later round says anew,
// in the earlier one's place where it was there already.
void keep_applied(SetPlan& later, SetPlan& earlier) {
  std::unordered_map<std::string, std::size_t> again;
  for (std::size_t i = 0; i < later.changes.size(); ++i) again.emplace(identity(later.changes[i]), i);
  std::vector<Change> changes;
  std::vector<bool> placed(later.changes.size(), false);
  for (Change& change : earlier.changes) {
    if (change.outcome == Outcome::Applied) {
      changes.push_back(std::move(change));
      continue;
    }
    const auto found = again.find(identity(change));
    if (found == again.end() || placed[found->second]) continue;
    placed[found->second] = true;
    changes.push_back(std::move(later.changes[found->second]));
  }
  for (std::size_t i = 0; i < later.changes.size(); ++i) {
    if (!placed[i]) changes.push_back(std::move(later.changes[i]));
  }
  later.changes = std::move(changes);
}

// Rows that hung on the change's row may be gone by now, as rows of another set.
bool lost_dependents(const Plan& plan, const Change& change) {
  const auto deleted_from = [&](const DependentCount& dependent) {
    return std::any_of(plan.sets.begin(), plan.sets.end(), [&](const SetPlan& set) {
      return ascii_lower(set.table) == ascii_lower(dependent.table) &&
             std::any_of(set.changes.begin(), set.changes.end(), [](const Change& one) {
               return one.action == Action::Delete && one.outcome == Outcome::Applied;
             });
    });
  };
  return change.detail && std::any_of(change.detail->dependents.begin(), change.detail->dependents.end(), deleted_from);
}

// True after a round that wrote when there may be more to do: what another set has made room for (a primary key, a
// unique value, a row that is there by now), drift to a set that shares its table, or rows of a managed table that
// changed along with others. Planning anew tells; nothing else does, since each set is planned by itself.
bool may_go_on(const Plan& plan, std::span<const SetState> states, const ExecutionReport& executed) {
  if (executed.batches == 0) return false;
  if (share_a_table(states)) return true;
  const auto managed = [&](const SetState& state) {
    return state.set && executed.disturbed.contains(state.set->table->name);
  };
  if (std::any_of(states.begin(), states.end(), managed)) return true;
  return std::any_of(plan.sets.begin(), plan.sets.end(), [&](const SetPlan& set) {
    return std::any_of(set.changes.begin(), set.changes.end(), [&](const Change& change) {
      // Moved alone: the rest of it is still to be told.
      const bool report = set.set && set.set->policy.changed == ChangedPolicy::Report;
      if (change.drift == DriftClass::Identity && change.outcome == Outcome::Applied && report) return true;
      // Inserted under a key that the database has made, which is seen, and owned, once the row is read again.
      const bool made = change.action == Action::Insert && change.outcome == Outcome::Applied;
      if (made && set.set && !set.set->knows_key(change.declared)) return true;
      switch (change.reason) {
        case Reason::Identity:
        case Reason::Reference:
        case Reason::Dependents:
        case Reason::Constraint: return change.outcome == Outcome::Blocked || change.outcome == Outcome::Failed;
        case Reason::Budget: return lost_dependents(plan, change);
        default: return false;
      }
    });
  });
}

void fail_what_is_left(Plan& plan, const std::string& message) {
  for (SetPlan& set : plan.sets) {
    for (Change& change : set.changes) {
      if (change.outcome != Outcome::Planned) continue;
      change.outcome = Outcome::Failed;
      change.reason = Reason::Busy;
      change.more().message = message;
    }
  }
}

Result<std::optional<JournalSwitch>> journal_switch(Store& store, const DatabaseDocument& database) {
  if (database.journal_mode == JournalMode::Keep) return std::optional<JournalSwitch>();
  Result<std::string> now = store.journal_mode();
  if (!now) return now.error();
  if (*now == "wal") return std::optional<JournalSwitch>();
  return std::optional<JournalSwitch>({std::move(*now), "wal"});
}

// As `plan` had it, before the setup created its tables.
std::string hash_of(Plan& plan, const std::vector<std::string>& created) {
  const std::vector<std::string> now = std::exchange(plan.setup, created);
  std::string text = hash(plan);
  plan.setup = now;
  return text;
}

void settle_sync(Plan& plan) {
  plan.setup.clear();
  for (SetPlan& set : plan.sets) {
    set.in_sync = set.blocked == Reason::None &&
                  std::all_of(set.changes.begin(), set.changes.end(),
                              [](const Change& change) { return change.outcome == Outcome::Applied; });
  }
}

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

namespace {

// What a run needs before its first plan; the first that it writes.
Result<void> prepare(Store& store, const DatabaseDocument& database, DatabaseRun& run, RunReport& report) {
  if (!run.planned_tables().empty()) {
    Result<SetupReport> set_up = store.set_up(database.setup->text);
    if (!set_up) return set_up.error();
    report.created = std::move(set_up->created);
    if (Result<void> adopted = run.adopt_created_tables(); !adopted) return adopted;
  }
  Result<std::optional<JournalSwitch>> needed = journal_switch(store, database);
  if (!needed) return needed.error();
  report.journal_mode = std::move(*needed);
  if (Result<void> mode = store.set_journal_mode(database.journal_mode); !mode) return mode;
  return run.open_journal(report.run);
}

// Lets the deletes through that a person has confirmed, and plans anew with them. Refuses, with the difference in the
// report, when the plan is no longer the one that was confirmed.
Result<void> confirm(const std::vector<std::string>& hashes, DatabaseRun& run, RunReport& report) {
  if (is_confirmed(hashes, hash_of(run.current(), report.created))) {
    run.confirm();
    return run.plan();
  }
  report.refused = true;
  Result<std::vector<std::string>> changed = run.changed_since(hashes);
  if (!changed) return changed.error();
  report.changed = std::move(*changed);
  const std::string now = hash(run.current());
  if (waits_for_confirmation(run.current())) report.confirm = now;
  (void)run.remember_waiting(now);  // whoever confirms this one is told what has changed by then
  report.plan = std::move(run.current());
  return {};
}

// The changes are committed by then: an error of the bookkeeping must not read as if they were not.
Error after_the_changes(Error error) {
  error.what = "the changes stand; writing down what follows from them failed: " + error.what;
  return error;
}

// After the last round: what is left, and what waits for somebody.
void conclude(DatabaseRun& run, RunReport& report) {
  if (!report.error) {
    Result<void> settled = run.settle_holds();
    if (!settled && settled.error().kind != ErrorKind::Transient) report.error = after_the_changes(settled.error());
  }
  report.plan = std::move(run.current());
  settle_sync(report.plan);
  if (report.error) return;
  report.unmet = run.expectations();
  if (!waits_for_confirmation(report.plan)) return;
  // What is left is another plan than the one that was carried out.
  if (Result<void> planned = run.plan(); planned) {
    report.confirm = hash(run.current());
    (void)run.remember_waiting(report.confirm);  // only so that a refusal can say what has changed
  }
}

}  // namespace

Result<RunReport> DatabaseReconciler::apply(const DatabaseDocument& database,
                                            std::span<const RowSetDocument* const> sets, Diagnostics& diagnostics) {
  RunReport report;
  report.run = new_run_id(clock_.wall());
  DatabaseRun run(store_, clock_, progress_, options_, database, sets, diagnostics);
  if (Result<void> bound = run.bind_sets(); !bound) return bound.error();
  if (diagnostics.has_errors()) return report;
  // The documents are right; only now is anything written.
  if (Result<void> prepared = prepare(store_, database, run, report); !prepared) return prepared.error();
  if (Result<void> planned = run.plan(); !planned) return planned.error();
  if (!diagnostics.has_errors() && !options_.confirm.empty()) {
    if (Result<void> confirmed = confirm(options_.confirm, run, report); !confirmed) return confirmed.error();
  }
  if (diagnostics.has_errors() || report.refused) return report;
  if (Result<void> done = carry_out(run, diagnostics, report); !done) return done.error();
  if (!diagnostics.has_errors()) conclude(run, report);
  return report;
}

// Rounds: carried out, and planned anew as long as somebody was quicker or there may be more to do.
Result<void> DatabaseReconciler::carry_out(DatabaseRun& run, const Diagnostics& diagnostics, RunReport& report) {
  Plan applied;
  for (int attempt = 1;; ++attempt) {
    const bool last = attempt >= options_.attempts;
    const ExecutionReport executed = run.carry_out(last);
    report.batches += executed.batches;
    if (executed.error && report.batches == 0) return *executed.error;
    report.error = executed.error;
    const bool again = executed.stale > 0 || may_go_on(run.current(), run.states(), executed);
    if (!report.error && (!again || last)) {
      Result<void> taken = run.take_stock();
      if (!taken && taken.error().kind != ErrorKind::Transient) report.error = after_the_changes(taken.error());
    }
    for (std::size_t i = 0; i < applied.sets.size(); ++i) keep_applied(run.current().sets[i], applied.sets[i]);
    if (executed.error) fail_what_is_left(run.current(), "the run ended before it");
    if (executed.error || !again) return {};
    if (last) {
      fail_what_is_left(run.current(), "another writer changed the row each time; it is left as it is");
      return {};
    }
    applied = std::move(run.current());
    Result<void> planned = run.plan();
    if (!planned && (report.batches == 0 || planned.error().kind == ErrorKind::SchemaChanged)) return planned;
    if (planned && !diagnostics.has_errors()) continue;
    // What was committed is told all the same.
    if (!planned) report.error = planned.error();
    run.current() = std::move(applied);
    fail_what_is_left(run.current(), "the run ended before it");
    return {};
  }
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
