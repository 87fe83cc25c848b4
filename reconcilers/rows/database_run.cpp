#include "reconcilers/rows/database_run.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "desired-state/nearest.h"
#include "reconcilers/core/order.h"
#include "reconcilers/core/text.h"
#include "reconcilers/rows/block_what_waits.h"
#include "reconcilers/rows/declared_once.h"
#include "reconcilers/rows/ownership.h"
#include "reconcilers/rows/plan_dependents.h"
#include "reconcilers/rows/plan_set.h"
#include "reconcilers/rows/resolve_references.h"
#include "reconcilers/rows/vanish.h"

namespace holdfast {
namespace {

SetPlan empty_plan(const SetPlan& from) {
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

std::string number_text(double number) {
  std::string text = std::to_string(number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string unmet_text(const Expectation& expectation, double value) {
  std::string wanted;
  if (expectation.at_most && value > *expectation.at_most) wanted = "at most " + number_text(*expectation.at_most);
  if (expectation.at_least && value < *expectation.at_least) wanted = "at least " + number_text(*expectation.at_least);
  if (expectation.equals && value != *expectation.equals) wanted = number_text(*expectation.equals);
  if (wanted.empty()) return {};
  return expectation.name + " is " + number_text(value) + ", expected " + wanted;
}

void protect(const SetPlan& plan, Change& change, const std::vector<AbsentSet>& absent) {
  if (change.drift != DriftClass::Extra || change.outcome != Outcome::Planned) return;
  for (const AbsentSet& set : absent) {
    if (!set.owns(*plan.set->table, *change.before())) continue;
    change.outcome = Outcome::Blocked;
    change.reason = Reason::Declared;
    change.more().message = "row set " + set.name + " owns it, whose document is gone; declare it again, or holdfast " +
                            "release " + set.name + " gives it up";
    return;
  }
}

}  // namespace

Result<void> DatabaseRun::bind_sets() {
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

Result<void> DatabaseRun::adopt_created_tables() {
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

Result<void> DatabaseRun::renew() {
  journal_.reset();
  state_is_fresh_ = false;
  may_write_ = true;
  journal_memory_ = JournalMemory{};
  confirmed_.reset();
  removals_confirmed_.clear();
  for (SetState& state : states_) {
    state.deleted = 0;
    state.vanished.reset();
  }
  Result<bool> same = store_.has_schema(*schema_);
  if (!same) return same.error();
  schema_moved_ = !*same;
  if (*same) return {};
  // A table that was not there may be by now.
  const bool whole = std::all_of(states_.begin(), states_.end(), [](const SetState& state) { return state.bound; });
  if (!whole || !planned_tables().empty()) {
    return Error{ErrorKind::SchemaChanged, "the schema has changed", store_.location(), "run again"};
  }
  return adopt_created_tables();
}

Result<void> DatabaseRun::plan() {
  for (int attempt = 1;; ++attempt) {
    Result<bool> raced = plan_once();
    if (!raced) return raced.error();
    if (!*raced || attempt >= options_.attempts || diagnostics_.has_errors()) return {};
  }
}

bool DatabaseRun::keeps_journal() const {
  const auto enforced = [](const SetState& state) { return state.bound && state.bound->mode == Mode::Enforce; };
  return options_.journal && std::any_of(states_.begin(), states_.end(), enforced);
}

Result<bool> DatabaseRun::lacks_state() {
  if (!keeps_journal()) return false;
  Result<State> state = State::open(store_, false);
  if (!state) return state.error();
  state_ = std::move(*state);
  state_is_fresh_ = true;
  return !state_.complete();
}

Result<void> DatabaseRun::open_journal(const std::string& run) {
  if (!keeps_journal()) return {};
  Result<State> state = state_is_fresh_ ? Result<State>(state_) : State::open(store_, false);
  if (state && !state->complete()) {
    state = State::open(store_, true);
    if (!state) return state.error();
    if (Result<void> adopted = adopt_created_tables(); !adopted) return adopted;
  }
  if (!state) return state.error();
  state_ = *state;
  state_is_fresh_ = true;
  journal_ = JournalSettings{std::move(*state), run, clock_.wall(), options_.origin, database_.journal_redact};
  return {};
}

ExecutionReport DatabaseRun::carry_out(bool last_attempt) {
  if (!may_write_) return {};
  RunContext context = this->context();
  if (journal_) journal_->held = plan_.summary().held;
  context.journal = journal_ ? &*journal_ : nullptr;
  context.holds = holds_.version();
  journal_memory_.parts_of.clear();  // they are numbered by the plan's changes
  context.last_attempt = last_attempt;
  ExecutionReport report = execute(context);
  // Everybody sees what was committed; nobody is told that it is done before the disk has it.
  if (report.batches > 0) {
    if (Result<void> durable = store_.make_durable(); !durable && !report.error) report.error = durable.error();
  }
  for (std::size_t i = 0; i < states_.size(); ++i) {
    for (const Change& change : plan_.sets[i].changes) {
      if (change.action == Action::Delete && change.outcome == Outcome::Applied) ++states_[i].deleted;
    }
  }
  return report;
}

std::vector<UnmetExpectation> DatabaseRun::expectations() {
  std::vector<UnmetExpectation> unmet;
  for (const RowSetDocument* document : documents_) {
    for (const Expectation& expectation : document->expect) {
      Result<ExpectationResult> result = store_.expect(expectation);
      std::string message = result ? unmet_text(expectation, result->value) : to_string(result.error());
      if (!message.empty()) unmet.push_back({document->name.text, expectation.name, std::move(message), result.ok()});
    }
  }
  return unmet;
}

std::vector<std::string> DatabaseRun::planned_tables() const {
  std::vector<std::string> names;
  for (const auto& [name, table] : schema_->tables) {
    if (table->planned) names.push_back(table->name);
  }
  return names;
}

// What was remembered from earlier runs, read anew for each plan.
bool DatabaseRun::is_small() const {
  constexpr std::size_t few = 5'000;
  std::size_t rows = 0;
  for (const SetState& state : states_) rows += state.bound ? state.bound->rows.size() : 0;
  return rows <= few;
}

Result<void> DatabaseRun::read_memory() {
  if (!std::exchange(state_is_fresh_, false)) {
    Result<State> state = State::open(store_, false);
    if (!state) return state.error();
    state_ = std::move(*state);
  }
  Result<Marks> marks = read_marks(store_, state_);
  if (!marks) return marks.error();
  all_marks_ = std::move(*marks);
  marks_ = set_marks_in(all_marks_);
  last_documents_.reset();
  if (const auto documents = all_marks_.find(documents_mark); documents != all_marks_.end())
    last_documents_ = documents->second;
  return {};
}

// After the tables: a row that an undo has put back before it was read is one whose hold is read here, and an undo that
// comes later is noticed under the lock. The other way round a run that reads for long would make an undone change
// again.
Result<void> DatabaseRun::hold_back() {
  State state = state_;
  if (!state.complete()) {  // somebody else's first run may have made it meanwhile
    Result<State> now = State::open(store_, false);
    if (!now) return now.error();
    state = std::move(*now);
  }
  Result<Holds> holds = Holds::read(store_, state);
  if (!holds) return holds.error();
  holds_ = std::move(*holds);
  holds_.apply(plan_, states_);
  return {};
}

Result<void> DatabaseRun::remember_set(std::size_t index) {
  SetState& state = states_[index];
  SetPlan& plan = plan_.sets[index];
  // Once ours are told, other documents are another writer's, and what they have changed is an edit (G11).
  state.cause = others_documents() && !documents_told_ ? Cause::Rollout : Cause::Edit;
  if (options_.cause) state.cause = *options_.cause;
  plan.cause = state.cause;
  state.removes = false;
  const auto found = marks_.find(plan.name);
  if (found == marks_.end() || ascii_lower(found->second.table) != ascii_lower(plan.table)) return {};
  state.removes = found->second.removes;
  // Once the run has written, what had vanished is there again, and what is gone went by ourselves.
  if (journal_memory_.steps == 0) {
    state.vanished = vanished(found->second, plan, !others_documents());
    if (state.vanished) {
      // Another run, of whoever, may have deleted them after the marks were read.
      Result<std::map<std::string, SetMarks>> now = read_set_marks(store_, state_);
      if (!now) return now.error();
      const auto mark = now->find(plan.name);
      state.vanished = mark == now->end() ? std::nullopt : vanished(mark->second, plan, !others_documents());
    }
  }
  plan.vanished = state.vanished;
  if (!plan.vanished) return {};
  if (!options_.cause) state.cause = plan.cause = Cause::Vanish;
  plan.warnings.push_back("somebody else deleted " + std::to_string(plan.vanished->first - plan.vanished->second) +
                          " of " + std::to_string(plan.vanished->first) + " rows since the last run");
  return {};
}

// A row that has gone over to another set of the table is that one's.
DeclaredElsewhere DatabaseRun::declared_elsewhere(std::size_t index) {
  return [this, index](const RowImage& row) {
    return context().declared_by(*states_[index].set->table, row, index).has_value();
  };
}

// What ownership has to say: rows that left the documents, and extras that a document which is gone still owns.
Result<void> DatabaseRun::plan_owned(std::size_t index) {
  SetPlan& plan = plan_.sets[index];
  if (const auto marks = marks_.find(plan.name); marks != marks_.end()) {
    Result<void> removed = plan_removed(store_, state_, states_[index], marks->second, declared_elsewhere(index), plan);
    if (!removed) return removed;
  }
  if (plan.set->policy.extra == ExtraPolicy::Delete && !plan.changes.empty()) {
    Result<std::vector<AbsentSet>> absent = read_absent_sets(store_, state_, marks_, plan_);
    if (!absent) return absent.error();
    for (Change& change : plan.changes) protect(plan, change, *absent);
  }
  if (!confirmed_) {
    const Spent spent = spent_in(all_marks_, plan.name, clock_.wall(), plan.set->limits.per);
    plan.spent_deletes = spent.deletes;
    plan.spent_dependents = spent.dependents;
  }
  return {};
}

void DatabaseRun::confirm() {
  confirmed_.emplace(plan_);
  for (const SetPlan& set : plan_.sets) {
    for (const Change& change : set.changes) {
      if (change.drift == DriftClass::Removed && waits_for_confirmation(change)) removals_confirmed_.insert(set.name);
    }
  }
}

RunContext DatabaseRun::context() {
  return {store_, clock_,  options_,        progress_, database_.lock_timeout,
          plan_,  states_, journal_memory_, nullptr,   confirmed_ ? &*confirmed_ : nullptr,
          false,  {}};
}

void DatabaseRun::bind_set(const RowSetDocument& document) {
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

// The columns of set `index` that later sets refer to.
ColumnList DatabaseRun::watched_columns(std::size_t index) const {
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

Result<bool> DatabaseRun::plan_once() {
  bool raced = false;
  std::optional<OneMoment> moment;
  if (is_small() && !moment.emplace(store_).begun()) return moment->begun().error();
  if (Result<void> remembered = read_memory(); !remembered) return remembered.error();
  journal_memory_.grown.clear();
  plan_ = Plan{};
  plan_.schema = schema_;
  plan_.setup = planned_tables();
  for (const SetPlan& from : templates_) plan_.sets.push_back(empty_plan(from));
  for (std::size_t i = 0; i < states_.size(); ++i) plan_.sets[i].deleted_before = states_[i].deleted;
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
  for (std::size_t i = 0; i < states_.size(); ++i) {
    if (!states_[i].set) continue;
    if (Result<void> remembered = remember_set(i); !remembered) return remembered.error();
    if (Result<void> owned = plan_owned(i); !owned) return owned.error();
  }
  for (const auto& [name, mark] : marks_) {
    const bool declared = std::any_of(plan_.sets.begin(), plan_.sets.end(),
                                      [&name = name](const SetPlan& set) { return set.name == name; });
    if (!declared && mark.owns_rows()) plan_.absent.push_back(name);
  }
  if (Result<void> held = hold_back(); !held) return held.error();
  if (options_.review) may_write_ = options_.review(plan_);
  RunContext context = this->context();
  if (Result<void> dependents = plan_dependents(context); !dependents) return dependents.error();
  block_disagreements(plan_, states_);
  block_what_waits(plan_, states_);
  drop_second_deletes(plan_, states_);
  return raced;
}

}  // namespace holdfast
