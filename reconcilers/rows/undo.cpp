#include "reconcilers/rows/undo.h"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "reconcilers/core/text.h"
#include "reconcilers/rows/holds.h"
#include "reconcilers/rows/undo_step.h"

namespace holdfast {
namespace {

class UndoRun {
 public:
  UndoRun(Store& store, const Clock& clock, const ReconcilerOptions& options, std::chrono::milliseconds lock_timeout,
          const JournalSettings& settings, UndoPlan& undo, const HoldPlacer& hold)
      : store_(store),
        clock_(clock),
        options_(options),
        lock_timeout_(lock_timeout),
        settings_(settings),
        undo_(undo),
        hold_(hold) {
    for (std::size_t i = 0; i < undo.parts.size(); ++i) parts_[undo.parts[i].number] = i;
  }

  UndoOutcome run() {
    Cursor at;
    while (at.block < undo_.blocks.size()) {
      Result<Cursor> next = batch(at);
      if (!next) {
        outcome_.error = next.error();
        break;
      }
      at = *next;
    }
    settle();
    return std::move(outcome_);
  }

 private:
  Change& change_of(std::int64_t part) {
    const UndoPart& one = undo_.parts[parts_[part]];
    return undo_.plan.sets[one.set].changes[one.change];
  }

  bool wanted(const StepRecord& step) {
    return !undo_.undone.contains(step.number) && parts_.contains(step.part) &&
           change_of(step.part).outcome == Outcome::Planned;
  }

  struct Inverted {
    StepRecord step;
    std::shared_ptr<const Table> table;
  };

  // A transaction ends between two changes, and within one only when its own row is back: rows that hung on it follow.
  // Rows that follow a moved key come the other way round, all of them at once.
  static bool may_end(const StepRecord& last, const StepRecord& next) {
    return last.part != next.part || last.depth == 0 || last.kind == TouchKind::Delete;
  }

  // Where to go on: downwards from this step of this block.
  struct Cursor {
    std::size_t block = 0;  // index into UndoPlan::blocks
    std::int64_t last = std::numeric_limits<std::int64_t>::max();
  };

  // One transaction, from `begin` down. Where to go on; `begin` again when it has to be begun anew, without the changes
  // that turned out not to be possible: all that it comes across, so that it is begun anew once and not for each.
  Result<Cursor> batch(const Cursor& begin) {
    Result<std::unique_ptr<Transaction>> begun = store_.begin(*undo_.plan.schema, Triggers::Quiet);
    if (!begun) return begun.error();
    Transaction& transaction = **begun;
    Journal journal(settings_, transaction, memory_);
    const auto started = clock_.now();
    std::unordered_set<std::int64_t> seen;
    std::vector<Inverted> inverted;
    std::size_t given_up = 0;
    std::int64_t last = 0;
    lost_ = false;
    Cursor at = begin;
    bool full = false;
    while (at.block < undo_.blocks.size() && !full) {
      History history(transaction, settings_.state);
      Result<std::vector<StepRecord>> steps = history.block(undo_.run, undo_.blocks[at.block]);
      if (!steps) return steps.error();
      for (auto step = steps->rbegin(); step != steps->rend(); ++step) {
        if (step->number > at.last || !wanted(*step)) continue;
        // Reading past what is not wanted takes time as well, and is no reason to end before anything was done.
        const std::size_t done = inverted.size() + given_up;
        const bool further = step->number < end_;
        if (further && done == 0) end_ = 0;
        full = done > 0 && (further || done >= options_.batch_rows || clock_.now() - started >= options_.batch_time);
        if (full && (given_up > 0 || may_end(inverted.back().step, *step))) {
          at.last = step->number;
          break;
        }
        full = false;
        Result<const RowShape*> shape = history.shape(step->shape);
        if (!shape) return shape.error();
        Result<std::optional<UndoProblem>> problem = invert(transaction, journal, *step, **shape);
        if (!problem) return problem.error();
        last = step->number;
        if (*problem) {
          give_up(*step, **problem);
          ++given_up;
          if (lost_) break;
          continue;
        }
        if (seen.insert(step->part).second) {  // with the step, since it takes time under the lock as well
          if (Result<void> held = hold(transaction, step->part); !held) return held.error();
        }
        inverted.push_back({std::move(*step), undo_.plan.schema->find((*shape)->table)});
      }
      if (lost_) break;
      if (!full) ++at.block;
    }
    if (given_up > 0) {
      transaction.rollback();
      end_ = last;
      return begin;
    }
    if (inverted.empty()) return at;
    for (const Inverted& one : inverted) {
      Result<std::optional<UndoProblem>> orphan = would_orphan(transaction, *undo_.plan.schema, one.step, *one.table);
      if (!orphan) return orphan.error();
      if (!*orphan || change_of(one.step.part).outcome != Outcome::Planned) continue;
      give_up(one.step, **orphan);
      ++given_up;
    }
    if (given_up > 0) {
      transaction.rollback();
      end_ = last;
      return begin;
    }
    const std::string version = settings_.run + "/" + std::to_string(outcome_.batches);
    Result<void> told = Holds::set_version(transaction, settings_.state, version);
    if (!told) return told.error();
    if (Result<void> finished = journal.finish(); !finished) return finished.error();
    if (Result<void> committed = transaction.commit(); !committed) {
      if (committed.error().kind != ErrorKind::Transient) return committed.error();
      if (!waiting_since_) waiting_since_ = clock_.now();
      if (clock_.now() - *waiting_since_ > lock_timeout_) return committed.error();
      return begin;
    }
    waiting_since_.reset();
    end_ = 0;
    memory_ = std::move(journal.memory());
    touched_.merge(seen);
    ++outcome_.batches;
    return at;
  }

  Result<void> hold(Transaction& transaction, std::int64_t number) {
    const UndoPart& part = undo_.parts[parts_[number]];
    if (part.key.empty() || touched_.contains(number)) return {};
    return hold_(transaction, undo_, part);
  }

  void give_up(const StepRecord& step, const UndoProblem& problem) {
    Change& change = change_of(step.part);
    show_problem(problem, step, change);
    if (touched_.contains(step.part)) change.detail->message += "; some of its rows are back already";
  }

  static UndoProblem refused(const WriteOutcome& outcome) { return {Reason::Constraint, outcome.message}; }

  // The problem that stands against it, if there is one.
  Result<std::optional<UndoProblem>> invert(Transaction& transaction, Journal& journal, const StepRecord& step,
                                            const RowShape& shape) {
    const std::shared_ptr<const Table> table = undo_.plan.schema->find(shape.table);
    if (std::optional<UndoProblem> problem = why_not(step, shape, table.get())) return problem;
    const Locator& at = step.at_after.empty() ? step.at_before : step.at_after;
    Result<std::optional<RowImage>> live = fetch(transaction, *table, at);
    if (!live) return live.error();
    if (!is_as_left(step, *live)) {
      return std::optional<UndoProblem>(has_changed(step, *table, std::move(*live)));
    }
    const std::size_t touches = transaction.touch_count();
    const bool changed = step.kind != TouchKind::Update || !changed_columns(step, *table).empty();
    if (changed) {  // a trigger may have written what was there already
      Result<WriteOutcome> written = write(transaction, step, *table);
      if (!written) return written.error();
      // Nothing may be written any more in a transaction that the engine has ended.
      lost_ = written->failure == RowFailure::TransactionLost;
      if (!written->ok()) return std::optional<UndoProblem>(refused(*written));
    }
    if (transaction.touch_count() != touches + (changed ? 1 : 0)) {
      return Error{ErrorKind::Terminal, "the database changed other rows than the journal says", store_.location(),
                   "everything was rolled back; please report this"};
    }
    Result<std::optional<RowImage>> now = fetch(transaction, *table, step.at_before.empty() ? at : step.at_before);
    if (!now) return now.error();
    if (!is_as_before(step, *now)) {
      return std::optional<UndoProblem>({Reason::NotConvergent, "the row does not come back as it was"});
    }
    if (Result<void> noted = note(journal, step, shape, *table, *live, *now); !noted) return noted.error();
    return std::optional<UndoProblem>();
  }

  static Result<std::optional<RowImage>> fetch(Transaction& transaction, const Table& table, const Locator& at) {
    Result<std::vector<std::optional<RowImage>>> rows = transaction.fetch(table, {&at, 1});
    if (!rows) return rows.error();
    return std::move(rows->front());
  }

  static Result<WriteOutcome> write(Transaction& transaction, const StepRecord& step, const Table& table) {
    switch (step.kind) {
      case TouchKind::Insert: return transaction.erase(table, step.at_after);
      case TouchKind::Delete: return transaction.restore(table, {step.at_before, values_of(step.before)});
      case TouchKind::Update: break;
    }
    std::vector<Assignment> values;
    for (const std::uint32_t column : changed_columns(step, table)) {
      values.push_back({column, step.before[column].value.view()});
    }
    return transaction.update(table, step.at_after, values);
  }

  // The inverse step in the journal of this run.
  static Result<void> note(Journal& journal, const StepRecord& step, const RowShape& shape, const Table& table,
                           const std::optional<RowImage>& was, const std::optional<RowImage>& is) {
    JournalStep inverse;
    inverse.kind = step.kind == TouchKind::Insert   ? TouchKind::Delete
                   : step.kind == TouchKind::Delete ? TouchKind::Insert
                                                    : TouchKind::Update;
    inverse.depth = step.depth;
    inverse.at_before = step.at_after;
    inverse.at_after = step.at_before;
    inverse.inverts = step.number;
    if (was) inverse.before = journal.image(table, was->values);
    if (is) inverse.after = journal.image(table, is->values);
    inverse.part = step.part;
    inverse.cause = to_string(Cause::Undo);
    inverse.key = step.key;
    return journal.record(shape.row_set, table, shape.key, std::move(inverse));
  }

  // What was committed is applied; a change whose steps did not all get their turn has not failed by itself.
  void settle() {
    for (const UndoPart& part : undo_.parts) {
      Change& change = undo_.plan.sets[part.set].changes[part.change];
      if (change.outcome != Outcome::Planned) continue;
      if (touched_.contains(part.number) && !outcome_.error) {
        change.outcome = Outcome::Applied;
      } else if (outcome_.error) {
        change.outcome = Outcome::Failed;
        change.reason = Reason::Busy;
        change.more().message = touched_.contains(part.number) ? "the run ended before all of it was taken back"
                                                               : "the run ended before it";
      }
    }
    for (SetPlan& set : undo_.plan.sets) {
      set.in_sync = std::all_of(set.changes.begin(), set.changes.end(),
                                [](const Change& change) { return change.outcome == Outcome::Applied; });
    }
  }

  Store& store_;
  const Clock& clock_;
  const ReconcilerOptions& options_;
  std::chrono::milliseconds lock_timeout_;
  const JournalSettings& settings_;
  UndoPlan& undo_;
  const HoldPlacer& hold_;
  std::unordered_map<std::int64_t, std::size_t> parts_;  // number -> index
  std::unordered_set<std::int64_t> touched_;             // parts of which something was committed
  JournalMemory memory_;
  std::int64_t end_ = 0;  // of what was looked at in vain: begun anew, a transaction goes no further than this step
  bool lost_ = false;     // the engine has rolled back the transaction by itself
  std::optional<Clock::Instant> waiting_since_;
  UndoOutcome outcome_;
};

// A row may have had another key before the run: whichever of the two the documents declare.
std::uint32_t declared_row(const BoundSet& set, const Change& change) {
  const RowImage* after = change.detail->after ? &*change.detail->after : nullptr;
  for (const RowImage* row : {change.before(), after}) {
    if (row == nullptr) continue;
    std::vector<ValueView> key;
    for (const ColumnIndex at : set.key) key.push_back(row->values[set.columns[at].column].view());
    const std::uint32_t found = set.index.find(key);
    if (found != KeyIndex::npos) return found;
  }
  return no_row;
}

bool may_be_declared(const BoundSet& set, const Change& change) {
  const RowImage* after = change.detail->after ? &*change.detail->after : nullptr;
  const RowImage* before = change.before();
  return (before != nullptr && set.unknown.may_be(*before)) || (after != nullptr && set.unknown.may_be(*after));
}

}  // namespace

HoldPlacer::HoldPlacer(std::span<const SetState> states, const JournalSettings& journal, bool holds)
    : states_(states), journal_(journal), holds_(holds) {
  for (const SetState& state : states) {
    if (!state.set) continue;
    const std::string table = ascii_lower(state.set->table->name);
    if (!rules_.contains(table)) rules_.emplace(table, rules_of(states, table));
  }
}

// Nothing yet while a set has a row that may be this one: the next run that knows it ties the hold.
std::optional<Statements> HoldPlacer::said(const SetPlan& plan, const Change& change) const {
  Statements said;
  bool known = false;
  for (const SetState& state : states_) {
    if (!state.set || ascii_lower(state.set->table->name) != ascii_lower(plan.table)) continue;
    if (may_be_declared(*state.set, change)) return std::nullopt;
    known = known || state.set->name == plan.name;
    said.add(state, declared_row(*state.set, change));
  }
  if (!known) return std::nullopt;
  said.rules = rules_.at(ascii_lower(plan.table));
  return said;
}

Result<void> HoldPlacer::operator()(Transaction& transaction, const UndoPlan& undo, const UndoPart& part) const {
  const SetPlan& plan = undo.plan.sets[part.set];
  Hold hold;
  hold.row_set = part.row_set;
  hold.key = part.key;
  hold.table = plan.table;
  hold.key_columns = plan.set->key_names();
  if (!holds_) return Holds::remove(transaction, journal_.state, hold);
  if (const std::optional<Statements> now = said(plan, plan.changes[part.change])) {
    hold.said = statements_text(*now);
    hold.rules = now->rules;
  }
  hold.at = std::chrono::duration_cast<std::chrono::milliseconds>(journal_.at.time_since_epoch()).count();
  hold.who = journal_.origin.who;
  hold.why = "undo of run " + journal_.origin.undoes;
  hold.run = journal_.run;
  return Holds::place(transaction, journal_.state, hold);
}

UndoOutcome carry_out_undo(Store& store, const Clock& clock, const ReconcilerOptions& options,
                           std::chrono::milliseconds lock_timeout, const JournalSettings& journal, UndoPlan& undo,
                           const HoldPlacer& hold) {
  return UndoRun(store, clock, options, lock_timeout, journal, undo, hold).run();
}

}  // namespace holdfast
