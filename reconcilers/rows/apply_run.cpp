#include "reconcilers/rows/apply_run.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "reconcilers/core/row_image.h"
#include "reconcilers/rows/database_run.h"
#include "reconcilers/rows/declared_once.h"

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

// That prepare() would write.
Result<bool> has_to_prepare(Store& store, const DatabaseDocument& database, DatabaseRun& run) {
  if (!run.planned_tables().empty()) return true;
  Result<std::optional<JournalSwitch>> needed = journal_switch(store, database);
  if (!needed) return needed.error();
  return *needed ? Result<bool>(true) : run.lacks_state();
}

// Whoever reviews plans has seen one of this run before it writes anything. False: the run ends with that plan.
Result<bool> may_begin(Store& store, const ReconcilerOptions& options, const DatabaseDocument& database,
                       DatabaseRun& run, const Diagnostics& diagnostics, RunReport& report) {
  if (!options.review) return true;
  Result<bool> prepares = has_to_prepare(store, database, run);
  if (!prepares) return prepares;
  if (!*prepares) return true;
  if (Result<void> planned = run.plan(); !planned) return planned.error();
  if (diagnostics.has_errors()) return false;
  if (run.may_write()) return true;
  report.plan = std::move(run.current());
  if (report.plan.setup.empty()) report.unmet = run.expectations();
  return false;
}

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

// Rounds: carried out, and planned anew as long as somebody was quicker or there may be more to do.
Result<void> carry_out(const ReconcilerOptions& options, DatabaseRun& run, const Diagnostics& diagnostics,
                       RunReport& report) {
  Plan applied;
  for (int attempt = 1;; ++attempt) {
    const bool last = attempt >= options.attempts;
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

}  // namespace

Result<std::optional<JournalSwitch>> journal_switch(Store& store, const DatabaseDocument& database) {
  if (database.journal_mode == JournalMode::Keep) return std::optional<JournalSwitch>();
  Result<std::string> now = store.journal_mode();
  if (!now) return now.error();
  if (*now == "wal") return std::optional<JournalSwitch>();
  return std::optional<JournalSwitch>({std::move(*now), "wal"});
}

Error after_the_changes(Error error) {
  error.what = "the changes stand; writing down what follows from them failed: " + error.what;
  return error;
}

Result<void> apply_bound(Store& store, const ReconcilerOptions& options, const DatabaseDocument& database,
                         DatabaseRun& run, Diagnostics& diagnostics, RunReport& report) {
  Result<bool> begins = may_begin(store, options, database, run, diagnostics, report);
  if (!begins) return begins.error();
  if (!*begins) return {};
  if (Result<void> prepared = prepare(store, database, run, report); !prepared) return prepared;
  if (Result<void> planned = run.plan(); !planned) return planned;
  if (!diagnostics.has_errors() && !options.confirm.empty()) {
    if (Result<void> confirmed = confirm(options.confirm, run, report); !confirmed) return confirmed;
  }
  if (diagnostics.has_errors() || report.refused) return {};
  if (Result<void> done = carry_out(options, run, diagnostics, report); !done) return done;
  if (!diagnostics.has_errors()) conclude(run, report);
  return {};
}

}  // namespace holdfast
