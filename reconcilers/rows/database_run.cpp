#include "reconcilers/rows/database_run.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "reconcilers/core/order.h"
#include "reconcilers/rows/block_what_waits.h"
#include "reconcilers/rows/declared_once.h"
#include "reconcilers/rows/plan_dependents.h"
#include "reconcilers/rows/plan_set.h"
#include "reconcilers/rows/resolve_references.h"

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

Result<void> DatabaseRun::plan() {
  for (int attempt = 1;; ++attempt) {
    Result<bool> raced = plan_once();
    if (!raced) return raced.error();
    if (!*raced || attempt >= options_.attempts || diagnostics_.has_errors()) return {};
  }
}

Result<void> DatabaseRun::open_journal(const std::string& run) {
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

ExecutionReport DatabaseRun::carry_out(bool last_attempt) {
  RunContext context = this->context();
  context.journal = journal_ ? &*journal_ : nullptr;
  journal_memory_.parts_of.clear();  // they are numbered by the plan's changes
  context.last_attempt = last_attempt;
  ExecutionReport report = execute(context);
  for (std::size_t i = 0; i < states_.size(); ++i) {
    for (const Change& change : plan_.sets[i].changes) {
      if (change.action == Action::Delete && change.outcome == Outcome::Applied) ++states_[i].deleted;
    }
    if (const auto used = report.dependents.find(i); used != report.dependents.end()) {
      states_[i].dependents = used->second;
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
      if (!message.empty()) unmet.push_back({document->name.text, expectation.name, std::move(message)});
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

Result<void> DatabaseRun::read_holds() {
  Result<State> state = State::open(store_, false);
  if (!state) return state.error();
  Result<Holds> holds = Holds::read(store_, *state);
  if (!holds) return holds.error();
  holds_ = std::move(*holds);
  return {};
}

Result<void> DatabaseRun::settle_holds() {
  if (!journal_ || (holds_.passed().empty() && holds_.untied().empty())) return {};
  Result<std::unique_ptr<Transaction>> transaction = store_.begin(*schema_);
  if (!transaction) return transaction.error();
  for (const Hold& hold : holds_.passed()) {
    if (Result<void> removed = Holds::remove(**transaction, journal_->state, hold); !removed) return removed;
  }
  for (const Hold& hold : holds_.untied()) {
    if (Result<void> placed = Holds::place(**transaction, journal_->state, hold); !placed) return placed;
  }
  return (*transaction)->commit();
}

RunContext DatabaseRun::context() {
  return {store_, clock_, options_, progress_, database_.lock_timeout, plan_, states_, journal_memory_, nullptr, false};
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
    plan.blocked_message = "table " + document.table.text +
                           " is not there; let the application create it first, or give "
                           "the Database a setup";
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
  plan_ = Plan{};
  plan_.schema = schema_;
  plan_.setup = planned_tables();
  for (const SetPlan& from : templates_) plan_.sets.push_back(empty_plan(from));
  for (std::size_t i = 0; i < states_.size(); ++i) {
    plan_.sets[i].deleted_before = states_[i].deleted;
    plan_.sets[i].dependents_before = states_[i].dependents;
  }
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
  if (Result<void> held = read_holds(); !held) return held.error();
  holds_.apply(plan_, states_);
  RunContext context = this->context();
  if (Result<void> dependents = plan_dependents(context); !dependents) return dependents.error();
  block_disagreements(plan_, states_);
  block_what_waits(plan_, states_);
  return raced;
}

}  // namespace holdfast
