#include "reconcilers/rows/row_writer.h"

#include <algorithm>
#include <utility>

#include "reconcilers/rows/block_what_waits.h"
#include "reconcilers/rows/verdict.h"

namespace holdfast {
namespace {

// Of a table without an index on the key, read under the write lock: milliseconds, or what an API still waits for when
// others were quicker each time.
constexpr std::uint64_t few_rows_under_lock = 10'000;
constexpr std::uint64_t most_rows_under_lock = 500'000;

// A reference that is not only what we write: the table's own default, or a trigger's.
bool reference_by_itself(const Table& table, std::span<const Assignment> values) {
  if (!table.triggers.empty()) return true;
  const auto given = [&](std::uint32_t column) {
    return std::any_of(values.begin(), values.end(), [&](const Assignment& one) { return one.column == column; });
  };
  return std::any_of(table.references.begin(), table.references.end(), [&](const ForeignKey& key) {
    return std::any_of(key.child_columns.begin(), key.child_columns.end(), [&](const std::string& name) {
      const std::uint32_t column = table.find(name);
      return column != Table::npos && table.columns[column].has_default && !given(column);
    });
  });
}

}  // namespace

void RunMemory::merge(RunMemory&& later) {
  written.merge(later.written);
  inserted.merge(later.inserted);
  erased.merge(later.erased);
  disturbed.merge(later.disturbed);
  partial.merge(later.partial);
  for (const auto& [set, rows] : later.dependents_used) dependents_used[set] += rows;
}

RowWriter::RowWriter(RunContext& context, Transaction& transaction, const RunMemory& before)
    : context_(context), transaction_(transaction), before_(before), mark_(transaction.mark()) {
  any_triggers_ = std::any_of(context.plan.schema->tables.begin(), context.plan.schema->tables.end(),
                              [](const auto& table) { return !table.second->triggers.empty(); });
  if (context.journal != nullptr) journal_.emplace(*context.journal, transaction, context.journal_memory);
}

bool RowWriter::is_written(std::size_t set, std::uint32_t row) const {
  const std::uint64_t id = RunMemory::id(set, row);
  return before_.written.contains(id) || added_.written.contains(id);
}

const RowImage* RowWriter::inserted(std::size_t set, std::uint32_t row) const {
  const std::uint64_t id = RunMemory::id(set, row);
  if (const auto found = added_.inserted.find(id); found != added_.inserted.end()) return &found->second;
  const auto found = before_.inserted.find(id);
  return found == before_.inserted.end() ? nullptr : &found->second;
}

Result<Verdict> RowWriter::write(Item item) {
  switch (change_of(item).action) {
    case Action::Insert: return guarded(item, &RowWriter::insert);
    case Action::Update: return guarded(item, &RowWriter::update);
    case Action::Delete: return guarded(item, &RowWriter::erase);
    case Action::None: break;
  }
  return verdict(Verdict::Kind::Done);
}

// One change: all of it or nothing. Where a trigger may interfere it has a savepoint of its own; elsewhere a change
// that fails after its first statement takes the transaction with it, which is then begun again without it.
Result<Verdict> RowWriter::guarded(Item item, Result<Verdict> (RowWriter::*work)(Item)) {
  expected_.clear();
  sets_defaults_ = false;
  touches_seen_ = statement_begins_ = transaction_.touch_count();
  const std::size_t checks = checks_.size();
  if (any_triggers_) {
    if (Result<void> saved = transaction_.savepoint(); !saved) return saved.error();
  }
  Result<Verdict> result = (this->*work)(item);
  if (!result) return result;
  const auto written = [](const Verdict& one) {
    return one.kind == Verdict::Kind::Done || one.kind == Verdict::Kind::Partial;
  };
  if (written(*result)) {
    Result<Verdict> beside = side_effects(item);
    if (!beside) return beside;
    if (!written(*beside)) result = beside;
  }
  if (written(*result) && (any_triggers_ || sets_defaults_)) note_references(item);
  if (written(*result)) {
    const bool more = result->kind == Verdict::Kind::Partial || work == &RowWriter::park_row;
    if (Result<void> recorded = record_steps(item, more); !recorded) return recorded.error();
  }
  if (result->kind == Verdict::Kind::Restart) return result;
  if (!written(*result)) checks_.resize(checks);
  if (any_triggers_) {
    Result<void> ended = written(*result) ? transaction_.release() : transaction_.rollback_to();
    if (!ended) return ended.error();
  } else if (!written(*result) && transaction_.touch_count() > touches_seen_) {
    result->kind = Verdict::Kind::Restart;
  }
  if (written(*result)) {
    rows_written_ += expected_.size();
    const std::uint32_t declared = change_of(item).declared;
    if (result->kind == Verdict::Kind::Done && declared != no_row &&
        before_.awaited.contains(RunMemory::id(item.set, declared))) {
      added_.written.insert(RunMemory::id(item.set, declared));
    }
  }
  return result;
}

// That the rows it refers to are there, and that the primary key it takes was freed.
Result<Verdict> RowWriter::parents_written(Item item) const {
  const SetState& state = context_.states[item.set];
  if (const auto waits = state.waits_for.find(item.change); waits != state.waits_for.end()) {
    const Outcome other = context_.plan.sets[item.set].changes[waits->second].outcome;
    if (other != Outcome::Planned && other != Outcome::Applied) {
      return refused(Outcome::Blocked, Reason::Identity, std::string(key_not_freed));
    }
  }
  const auto links = state.parents.find(context_.plan.sets[item.set].changes[item.change].declared);
  if (links == state.parents.end()) return verdict(Verdict::Kind::Done);
  for (const ParentLink& link : links->second) {
    const BoundSet& parents = *context_.states[link.set].set;
    if (!is_written(link.set, link.row)) {
      return refused(Outcome::Blocked, Reason::Reference,
                     "the row it refers to was not written: " + describe_key(parents, link.row));
    }
    if (const RowImage* parent = inserted(link.set, link.row); parent && parent->values[link.column].is_null()) {
      return refused(Outcome::Blocked, Reason::Reference,
                     "the row it refers to has no " + parents.table->columns[link.column].name + ": " +
                         describe_key(parents, link.row));
    }
  }
  return verdict(Verdict::Kind::Done);
}

// The values to write, from the declared row; `only` these table columns, or all that it names.
Result<std::vector<Assignment>> RowWriter::values_of(Item item, const std::vector<std::uint32_t>* only) {
  const SetState& state = context_.states[item.set];
  const std::uint32_t declared = change_of(item).declared;
  std::vector<Assignment> values;
  RowTable::Cursor cursor = state.set->rows.cursor(declared);
  for (const BoundColumn& column : state.set->columns) {
    const Cell cell = cursor.next();
    if (!cell.present()) continue;
    if (only != nullptr && std::find(only->begin(), only->end(), column.column) == only->end()) continue;
    ValueView value = cell.value();
    if (cell.kind == CellKind::Pending) {
      const auto& links = state.parents.at(declared);
      const std::uint32_t reference = column.reference;
      const BoundReference& wanted = state.set->references[reference];
      for (const ParentLink& link : links) {
        if (context_.states[link.set].set->name != wanted.row_set || link.row != cell.number) continue;
        if (const RowImage* parent = inserted(link.set, link.row)) value = parent->values[link.column].view();
      }
      if (value.is_null()) {
        return Error{ErrorKind::Terminal, "the new row's " + wanted.to_column + " is not known",
                     context_.store.location(), "please report this"};
      }
    }
    values.push_back({column.column, value});
  }
  return values;
}

// After somebody else's commit, or our own changes to dependents, a key that was missing may be there. A long table
// that would have to be read whole for that is better read again without the lock (G8): then the answer is yes.
Result<bool> RowWriter::key_is_there(Item item) {
  const SetState& state = context_.states[item.set];
  const Table& table = context_.table(item.set);
  const bool disturbed = before_.disturbed.contains(table.name) || added_.disturbed.contains(table.name);
  if (!disturbed && mark_.same_as(context_.plan.sets[item.set].mark)) return false;
  const std::uint32_t declared = change_of(item).declared;

  ColumnList columns;
  for (const ColumnIndex at : state.set->key) columns.push_back(state.set->columns[at].column);
  const bool indexed = std::any_of(table.indexes.begin(), table.indexes.end(), [&](const ColumnList& index) {
    return std::find(columns.begin(), columns.end(), index.front()) != columns.end();
  });
  const auto scanned = keys_.find(item.set);
  const std::uint64_t long_table = context_.last_attempt ? most_rows_under_lock : few_rows_under_lock;
  if (!indexed && context_.plan.sets[item.set].live_rows > long_table) return true;
  if (scanned != keys_.end() || !indexed) {  // without an index one scan is cheaper than many look-ups
    if (scanned == keys_.end()) {
      if (Result<void> done = scan_keys(item.set); !done) return done.error();
    }
    return static_cast<bool>(keys_[item.set][declared]);
  }
  std::vector<Value> key;
  Result<std::vector<Assignment>> values = values_of(item, &columns);
  if (!values) return values.error();
  for (const std::uint32_t column : columns) {
    for (const Assignment& value : *values) {
      if (value.column == column) key.emplace_back(value.value);
    }
  }
  Result<std::vector<RowImage>> live = transaction_.find(table, columns, key, 1);
  if (!live) return live.error();
  return !live->empty();
}

Result<void> RowWriter::scan_keys(std::size_t set) {
  const BoundSet& bound = *context_.states[set].set;
  std::vector<bool>& present = keys_[static_cast<std::uint32_t>(set)];
  present.assign(bound.rows.size(), false);
  ColumnList columns;
  for (const ColumnIndex at : bound.key) columns.push_back(bound.columns[at].column);
  return transaction_.scan_locked(*bound.table, columns, [&](const LiveRow& row) {
    const bool null = std::any_of(row.values.begin(), row.values.end(), [](const ValueView& v) { return v.is_null(); });
    const std::uint32_t declared = null ? KeyIndex::npos : bound.index.find(row.values);
    if (declared != KeyIndex::npos) present[declared] = true;
    return true;
  });
}

// To another set of the table the new row may be the one that it would insert itself.
void RowWriter::note_insert(Item item) {
  for (std::uint32_t other = 0; other < context_.states.size(); ++other) {
    const SetState& state = context_.states[other];
    if (other == item.set || !state.set || state.set->table != set_table(item)) continue;
    added_.disturbed.insert(context_.table(item.set).name);
    keys_.erase(other);
  }
}

Result<Verdict> RowWriter::insert(Item item) {
  if (Result<Verdict> parents = parents_written(item); !parents || parents->kind != Verdict::Kind::Done) return parents;
  Result<std::vector<Assignment>> values = values_of(item, nullptr);
  if (!values) return values.error();
  Result<bool> there = key_is_there(item);
  if (!there) return there.error();
  if (*there) return verdict(Verdict::Kind::Stale);

  const Table& table = context_.table(item.set);
  bool unchecked = false;
  if (!table.references.empty()) {
    std::vector<Value> row(table.columns.size());
    for (const Assignment& value : *values) row[value.column] = Value(value.value);
    Result<std::optional<std::string>> missing = missing_parent(table, row, nullptr, &unchecked);
    if (!missing) return missing.error();
    if (*missing && !unchecked) return refused(Outcome::Failed, Reason::Constraint, **missing);
    unchecked = unchecked || reference_by_itself(table, *values);
  }
  Result<WriteOutcome> written = transaction_.insert(table, *values);
  if (!written) return written.error();
  // Somebody may have taken the primary key or a unique value since the set was read; then it is planned anew.
  if (written->failure == RowFailure::Unique && !mark_.same_as(context_.plan.sets[item.set].mark)) {
    return verdict(Verdict::Kind::Stale);
  }
  if (!written->ok()) return from_failure(*written);
  expect(table, TouchKind::Insert, nullptr, written->locator);
  note_insert(item);
  if (unchecked) checks_.push_back({item, set_table(item), written->locator, {}});
  return verify(item, written->locator, *values);
}

Result<Verdict> RowWriter::update(Item item) {
  if (Result<Verdict> parents = parents_written(item); !parents || parents->kind != Verdict::Kind::Done) return parents;
  Change& change = change_of(item);
  const Table& table = context_.table(item.set);
  const auto parked = parked_.find(std::uint64_t{item.set} << 32 | item.change);
  const RowImage& before = parked == parked_.end() ? planned_row(change) : parked->second;
  const Locator at = before.locator;
  Result<std::vector<std::optional<RowImage>>> live = transaction_.fetch(table, {&at, 1});
  if (!live) return live.error();
  if (!live->front() || !(*live->front() == before)) return verdict(Verdict::Kind::Stale);
  Result<std::vector<Assignment>> values = values_of(item, &change.detail->update);
  if (!values) return values.error();

  std::vector<std::pair<std::uint32_t, Value>> after;
  for (const Assignment& value : *values) after.emplace_back(value.column, Value(value.value));
  const std::uint64_t limit = static_cast<std::uint64_t>(context_.states[item.set].set->limits.dependent_deletes);
  Result<Dependents> dependents = dependents_of_update(transaction_, context_.dependents(item.set, limit), table,
                                                       before, after, change.drift == DriftClass::Identity);
  if (!dependents) return dependents.error();
  if (dependents->blocked != Reason::None) {
    return refused(Outcome::Blocked, dependents->blocked, dependents->message);
  }
  if (!dependents->complete) {
    return refused(Outcome::Blocked, Reason::Budget, std::string(too_many_followers));
  }
  Result<WriteOutcome> written = transaction_.update(table, at, *values);
  if (!written) return written.error();
  if (written->failure == RowFailure::Unique) {
    return Verdict{Verdict::Kind::Later, Outcome::Failed, Reason::Constraint, written->message};
  }
  if (!written->ok()) return from_failure(*written);
  expect(table, TouchKind::Update, &*live->front(), written->locator);
  if (!table.references.empty()) checks_.push_back({item, set_table(item), written->locator, before.values});
  if (Result<Verdict> carried = carry_out(item, *dependents, &before); !carried || carried->kind != Verdict::Kind::Done)
    return carried;
  change.more().dependents = dependents->counts;
  return verify(item, written->locator, *values);
}

namespace {

Verdict too_many_dependents(std::uint64_t allowed) {
  return refused(
      Outcome::Blocked, Reason::Budget,
      "more rows would go with it than " + std::to_string(allowed) + ", which limits.dependentDeletes leaves");
}

}  // namespace

Result<Verdict> RowWriter::erase(Item item) {
  Change& change = change_of(item);
  const Table& table = context_.table(item.set);
  const RowImage& before = planned_row(change);
  Result<std::vector<std::optional<RowImage>>> live = transaction_.fetch(table, {&before.locator, 1});
  if (!live) return live.error();
  if (!live->front()) {
    const std::string who = row_identity(table, before.locator);
    const bool ours = before_.erased.contains(who) || added_.erased.contains(who);
    return verdict(ours ? Verdict::Kind::Done : Verdict::Kind::Stale);  // it went as another row's dependent
  }
  if (!(*live->front() == before)) return verdict(Verdict::Kind::Stale);

  const std::uint64_t id = std::uint64_t{item.set} << 32 | item.change;
  const std::uint64_t pool = context_.confirmed != nullptr ? id : item.set;
  const auto used = [&](const RunMemory& memory) {
    const auto found = memory.dependents_used.find(pool);
    return found == memory.dependents_used.end() ? std::uint64_t{0} : found->second;
  };
  const std::uint64_t allowed = context_.dependents_allowed(item.set, change);
  const std::uint64_t left = allowed - std::min(allowed, used(before_) + used(added_));
  const std::uint64_t limit = std::min<std::uint64_t>(left, context_.options.batch_rows);
  Result<Dependents> dependents =
      dependents_of_delete(transaction_, context_.dependents(item.set, limit), table, before);
  if (!dependents) return dependents.error();
  if (dependents->blocked != Reason::None) return refused(Outcome::Blocked, dependents->blocked, dependents->message);
  if (!dependents->complete && limit == left) return too_many_dependents(allowed);
  const std::uint64_t rows = dependents->steps.size() + 1;
  if (rows_written_ > 0 && rows_written_ + rows > context_.options.batch_rows) return verdict(Verdict::Kind::Partial);
  if (!dependents->complete && !before_.partial.contains(id)) {
    // More than a transaction takes: not one of them goes unless all may.
    Result<Dependents> all = dependents_of_delete(transaction_, context_.dependents(item.set, left), table, before);
    if (!all) return all.error();
    if (!all->complete || all->blocked != Reason::None) return too_many_dependents(allowed);
  }
  if (Result<Verdict> carried = carry_out(item, *dependents); !carried || carried->kind != Verdict::Kind::Done)
    return carried;
  added_.dependents_used[pool] += dependents->steps.size();
  if (!dependents->complete) {
    added_.partial.insert(id);
    return verdict(Verdict::Kind::Partial);
  }
  // What really went along; a parent that lost its rows in several transactions keeps the plan's numbers.
  if (!before_.partial.contains(id)) change.more().dependents = dependents->counts;

  Result<RowImage> last = any_triggers_ ? as_it_is_now(table, before) : Result<RowImage>(before);
  if (!last) return last.error();
  Result<WriteOutcome> written = transaction_.erase(table, before.locator);
  if (!written) return written.error();
  if (!written->ok()) return from_failure(*written);
  expect(table, TouchKind::Delete, &*last, {});
  if (any_triggers_) {
    if (Result<Verdict> gone = is_gone(table, before.locator); !gone || gone->kind != Verdict::Kind::Done) return gone;
  }
  added_.erased.insert(row_identity(table, before.locator));
  return verdict(Verdict::Kind::Done);
}

// `moved`: the change's own row as it was, when it was updated just now; it may be one of those that refer to it.
Result<Verdict> RowWriter::carry_out(Item item, const Dependents& dependents, const RowImage* moved) {
  std::map<std::string, Locator> places;  // of rows that have moved on the way
  const auto place_of = [&](const Table& table, const Locator& at) {
    if (places.empty()) return at;
    const auto found = places.find(row_identity(table, at));
    return found == places.end() ? at : found->second;
  };
  if (moved != nullptr) places[row_identity(*expected_.back().table, moved->locator)] = expected_.back().after;
  for (const DependentStep& step : dependents.steps) {
    std::vector<Assignment> values;
    for (const auto& [column, value] : step.set) {
      values.push_back({column, value.view()});
      sets_defaults_ = sets_defaults_ || !value.is_null();
    }
    // A row that refers in two ways has two steps, and triggers may have been at it.
    const Locator at = place_of(*step.table, step.row.locator);
    Result<RowImage> last = as_it_is_now(*step.table, {at, step.row.values});
    if (!last) return last.error();
    if (moved != nullptr && expected_.front().table->name == step.table->name && expected_.front().after == at)
      came_out(expected_.front(), *last);
    Result<WriteOutcome> written =
        step.erase ? transaction_.erase(*step.table, at) : transaction_.update(*step.table, at, values);
    if (!written) return written.error();
    if (!written->ok()) {
      Verdict failed = from_failure(*written);
      failed.message = step.table->name + ": " + failed.message;
      return failed;
    }
    if (!step.erase && written->locator != at) places[row_identity(*step.table, step.row.locator)] = written->locator;
    expect(*step.table, step.erase ? TouchKind::Delete : TouchKind::Update, &*last,
           step.erase ? Locator{} : written->locator, false);
    if (step.erase && any_triggers_) {
      Result<Verdict> gone = is_gone(*step.table, at);
      if (!gone || gone->kind != Verdict::Kind::Done) return gone;
    }
    if ((journal_ || any_triggers_) && !step.erase) {
      Result<std::vector<std::optional<RowImage>>> now = transaction_.fetch(*step.table, {&written->locator, 1});
      if (!now) return now.error();
      if (!now->front()) {
        return refused(Outcome::Blocked, Reason::NotConvergent,
                       "a row of " + step.table->name + " is not there after it was written");
      }
      came_out(expected_.back(), *now->front());
    }
    added_.disturbed.insert(step.table->name);
    if (step.erase) {
      added_.erased.insert(row_identity(*step.table, step.row.locator));
    } else {
      checks_.push_back({item, step.table, written->locator, step.row.values});
    }
  }
  return verdict(Verdict::Kind::Done);
}

}  // namespace holdfast
