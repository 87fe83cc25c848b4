#include "reconcilers/rows/database_reconciler.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "desired-state/nearest.h"
#include "reconcilers/core/order.h"
#include "reconcilers/rows/block_what_waits.h"
#include "reconcilers/rows/declared_once.h"
#include "reconcilers/rows/executor.h"
#include "reconcilers/rows/plan_dependents.h"
#include "reconcilers/rows/plan_set.h"
#include "reconcilers/rows/resolve_references.h"
#include "reconcilers/rows/run_id.h"

namespace holdfast {
namespace {

// One run: the sets in order, what is known about each, and the plan that grows from it.
class Run {
 public:
  Run(Store& store, const Clock& clock, const Progress& progress, const ReconcilerOptions& options,
      const DatabaseDocument& database, std::span<const RowSetDocument* const> documents, Diagnostics& diagnostics)
      : store_(store),
        clock_(clock),
        progress_(progress),
        options_(options),
        database_(database),
        documents_(documents),
        diagnostics_(diagnostics) {}

  // Reads the schema and binds every set to it; done once a run.
  Result<void> bind_sets() {
    std::vector<std::string> tables;
    for (const RowSetDocument* document : documents_) tables.push_back(document->table.text);
    std::optional<std::string> setup;
    if (database_.setup) setup = database_.setup->text;
    Result<Schema> schema = store_.inspect(tables, setup);
    if (!schema) return schema.error();
    schema_ = std::make_shared<const Schema>(std::move(*schema));

    std::vector<SetNode> nodes;
    for (const RowSetDocument* document : documents_) {
      SetNode node{document->name.text, document->table.text, {}};
      for (const Reference& reference : document->references) node.refers_to.push_back(reference.row_set);
      nodes.push_back(std::move(node));
    }
    for (const std::size_t index : parents_first(nodes, *schema_)) bind_set(*documents_[index]);
    if (!diagnostics_.has_errors()) check_declared_once(states_, diagnostics_);
    return {};
  }

  // After the setup: the tables are real now, and the bound sets go on with them when they are what was planned.
  Result<void> adopt_created_tables() {
    std::vector<std::string> tables;
    for (const RowSetDocument* document : documents_) tables.push_back(document->table.text);
    Result<Schema> schema = store_.inspect(tables, std::nullopt);
    if (!schema) return schema.error();
    schema_ = std::make_shared<const Schema>(std::move(*schema));
    for (SetState& state : states_) {
      if (!state.bound) continue;
      const std::shared_ptr<const Table> table = schema_->find(state.bound->table->name);
      if (!table || !table->unsupported.empty() || !same_shape(*table, *state.bound->table)) {
        return Error{ErrorKind::SchemaChanged, "table " + state.bound->table->name + " changed while it was set up",
                     store_.location(), "run again"};
      }
      state.bound->table = table;
    }
    return {};
  }

  // Plans every set from the live rows. Rows that move while they are read make it read again.
  Result<void> plan() {
    for (int attempt = 1;; ++attempt) {
      Result<bool> raced = plan_once();
      if (!raced) return raced.error();
      if (!*raced || attempt >= options_.attempts || diagnostics_.has_errors()) return {};
    }
  }

  // Making the state's tables moves the schema, which is then read again. Where nothing may be written, nothing is
  // made.
  Result<void> open_journal(const std::string& run) {
    const auto enforced = [](const SetState& state) { return state.bound && state.bound->mode == Mode::Enforce; };
    if (!options_.journal || std::none_of(states_.begin(), states_.end(), enforced)) return {};
    Result<State> state = State::open(store_, false);
    if (state && !state->there()) {
      state = State::open(store_, true);
      if (!state) return state.error();
      if (Result<void> adopted = adopt_created_tables(); !adopted) return adopted;
    }
    if (!state) return state.error();
    journal_ = JournalSettings{std::move(*state), run, clock_.wall(), options_.origin, database_.journal_redact};
    return {};
  }

  ExecutionReport carry_out(bool last_attempt) {
    RunContext context = this->context();
    context.journal = journal_ ? &*journal_ : nullptr;
    journal_memory_.parts_of.clear();  // they are numbered by the plan's changes
    context.last_attempt = last_attempt;
    return execute(context);
  }

  // Expectations are told about; they change no outcome.
  std::vector<UnmetExpectation> expectations() {
    std::vector<UnmetExpectation> unmet;
    for (const RowSetDocument* document : documents_) {
      for (const Expectation& expectation : document->expect) {
        Result<ExpectationResult> result = store_.expect(expectation);
        std::string message = result ? unmet_text(expectation, result->value) : to_string(result.error());
        if (!message.empty()) unmet.push_back({document->name.text, expectation.name, std::move(message)});
      }
    }
    return unmet;
  }

  Plan& current() { return plan_; }
  const Schema& schema() const { return *schema_; }

  std::vector<std::string> planned_tables() const {
    std::vector<std::string> names;
    for (const auto& [name, table] : schema_->tables) {
      if (table->planned) names.push_back(table->name);
    }
    return names;
  }

 private:
  RunContext context() {
    return {store_, clock_,  options_,        progress_, database_.lock_timeout,
            plan_,  states_, journal_memory_, nullptr,   false};
  }

  void bind_set(const RowSetDocument& document) {
    SetState state;
    state.document = &document;
    SetPlan plan;
    plan.name = document.name.text;
    plan.database = database_.name.text;
    plan.table = document.table.text;
    plan.mode = document.mode;
    const std::shared_ptr<const Table> table = schema_->find(document.table.text);
    if (!table) {
      plan.blocked = Reason::NoTable;
      const std::string near = nearest_name(document.table.text, schema_->names);
      plan.blocked_message = "table " + document.table.text + " is not there" +
                             (near.empty() ? "" : " (did you mean \"" + near + "\"?)") +
                             "; let the application create it first, or give the Database a setup";
    } else if (!table->unsupported.empty()) {
      plan.blocked = Reason::Unsupported;
      plan.blocked_message = table->name + " " + table->unsupported;
    } else {
      state.bound = bind(document, database_, table, store_.rules(), diagnostics_);
    }
    plan.in_sync = plan.blocked == Reason::None;
    states_.push_back(std::move(state));
    templates_.push_back(std::move(plan));
  }

  static SetPlan empty_plan(const SetPlan& from) {
    SetPlan plan;
    plan.name = from.name;
    plan.database = from.database;
    plan.table = from.table;
    plan.mode = from.mode;
    plan.in_sync = from.in_sync;
    plan.blocked = from.blocked;
    plan.blocked_message = from.blocked_message;
    return plan;
  }

  // The columns of set `index` that later sets refer to.
  ColumnList watched_columns(std::size_t index) const {
    ColumnList watched;
    const BoundSet& set = *states_[index].set;
    for (const SetState& other : states_) {
      if (!other.bound) continue;
      for (const BoundReference& reference : other.bound->references) {
        const std::uint32_t column = set.table->find(reference.to_column);
        if (reference.row_set != set.name || column == Table::npos) continue;
        if (std::find(watched.begin(), watched.end(), column) == watched.end()) watched.push_back(column);
      }
    }
    return watched;
  }

  Result<bool> plan_once() {
    bool raced = false;
    plan_ = Plan{};
    plan_.schema = schema_;
    plan_.setup = planned_tables();
    for (const SetPlan& from : templates_) plan_.sets.push_back(empty_plan(from));
    for (std::size_t i = 0; i < states_.size(); ++i) {
      SetState& state = states_[i];
      state.set.reset();
      state.watched.clear();
      state.change_of.clear();
      state.waits_for.clear();
      if (!state.bound) continue;
      Result<std::shared_ptr<const BoundSet>> resolved =
          resolve_references(store_, state, states_, plan_.sets, diagnostics_);
      if (!resolved) return resolved.error();
      if (!*resolved) return false;  // the documents are wrong; diagnostics_ says how
      state.set = plan_.sets[i].set = *resolved;
      Result<bool> moved = plan_set(store_, state, plan_.sets[i], watched_columns(i), progress_);
      if (!moved) return moved.error();
      raced = raced || *moved;
    }
    RunContext context = this->context();
    if (Result<void> dependents = plan_dependents(context); !dependents) return dependents.error();
    block_what_waits(plan_, states_);
    return raced;
  }

  static std::string number_text(double number) {
    std::string text = std::to_string(number);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
  }

  static std::string unmet_text(const Expectation& expectation, double value) {
    std::string wanted;
    if (expectation.at_most && value > *expectation.at_most) wanted = "at most " + number_text(*expectation.at_most);
    if (expectation.at_least && value < *expectation.at_least)
      wanted = "at least " + number_text(*expectation.at_least);
    if (expectation.equals && value != *expectation.equals) wanted = number_text(*expectation.equals);
    if (wanted.empty()) return {};
    return expectation.name + " is " + number_text(value) + ", expected " + wanted;
  }

  Store& store_;
  const Clock& clock_;
  const Progress& progress_;
  const ReconcilerOptions& options_;
  const DatabaseDocument& database_;
  std::span<const RowSetDocument* const> documents_;
  Diagnostics& diagnostics_;
  std::shared_ptr<const Schema> schema_;
  std::vector<SetState> states_;
  std::vector<SetPlan> templates_;
  std::optional<JournalSettings> journal_;
  JournalMemory journal_memory_;
  Plan plan_;
};

// What an earlier round of the same run has applied belongs to the report; everything else the later round says anew.
void keep_applied(Plan& later, Plan& earlier) {
  for (std::size_t i = 0; i < later.sets.size(); ++i) {
    std::vector<Change> changes;
    for (Change& change : earlier.sets[i].changes) {
      if (change.outcome == Outcome::Applied) changes.push_back(std::move(change));
    }
    std::move(later.sets[i].changes.begin(), later.sets[i].changes.end(), std::back_inserter(changes));
    later.sets[i].changes = std::move(changes);
  }
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

void settle_sync(Plan& plan) {
  plan.setup.clear();
  for (SetPlan& set : plan.sets) {
    set.in_sync = set.blocked == Reason::None &&
                  std::all_of(set.changes.begin(), set.changes.end(),
                              [](const Change& change) { return change.outcome == Outcome::Applied; });
  }
}

}  // namespace

DatabaseReconciler::DatabaseReconciler(Store& store, const Clock& clock, Progress progress, ReconcilerOptions options)
    : store_(store), clock_(clock), progress_(std::move(progress)), options_(options) {}

Result<RunReport> DatabaseReconciler::plan(const DatabaseDocument& database,
                                           std::span<const RowSetDocument* const> sets, Diagnostics& diagnostics) {
  Run run(store_, clock_, progress_, options_, database, sets, diagnostics);
  RunReport report;
  if (Result<void> bound = run.bind_sets(); !bound) return bound.error();
  if (diagnostics.has_errors()) return report;
  if (Result<void> planned = run.plan(); !planned) return planned.error();
  if (diagnostics.has_errors()) return report;
  report.plan = std::move(run.current());
  if (report.plan.setup.empty()) report.unmet = run.expectations();
  return report;
}

Result<RunReport> DatabaseReconciler::apply(const DatabaseDocument& database,
                                            std::span<const RowSetDocument* const> sets, Diagnostics& diagnostics) {
  RunReport report;
  report.run = new_run_id(clock_.wall());
  Run run(store_, clock_, progress_, options_, database, sets, diagnostics);
  if (Result<void> bound = run.bind_sets(); !bound) return bound.error();
  if (diagnostics.has_errors()) return report;
  // The documents are right; only now is anything written.
  if (!run.planned_tables().empty()) {
    Result<SetupReport> set_up = store_.set_up(database.setup->text);
    if (!set_up) return set_up.error();
    report.created = std::move(set_up->created);
    if (Result<void> adopted = run.adopt_created_tables(); !adopted) return adopted.error();
  }
  if (Result<void> mode = store_.set_journal_mode(database.journal_mode); !mode) return mode.error();

  if (Result<void> journal = run.open_journal(report.run); !journal) return journal.error();

  Plan applied;
  for (int attempt = 1;; ++attempt) {
    if (Result<void> planned = run.plan(); !planned) return planned.error();
    if (diagnostics.has_errors()) return report;
    const ExecutionReport executed = run.carry_out(attempt >= options_.attempts);
    report.batches += executed.batches;
    if (executed.error && report.batches == 0) return *executed.error;
    if (attempt > 1) keep_applied(run.current(), applied);
    report.error = executed.error;
    if (executed.error) fail_what_is_left(run.current(), "the run ended before it");
    if (executed.error || executed.stale == 0) break;
    if (attempt >= options_.attempts) {
      fail_what_is_left(run.current(), "another writer changed the row each time; it is left as it is");
      break;
    }
    applied = std::move(run.current());
  }
  report.plan = std::move(run.current());
  settle_sync(report.plan);
  if (!report.error) report.unmet = run.expectations();
  return report;
}

int exit_code(const RunReport& report, bool applied) {
  if (applied && (report.error || report.plan.summary().failed > 0)) return 1;
  return report.plan.in_sync() ? 0 : 2;
}

}  // namespace holdfast
