#include "reconcilers/rows/ownership.h"

#include <algorithm>
#include <limits>
#include <unordered_set>
#include <utility>
#include <vector>

#include "reconcilers/core/planner.h"
#include "reconcilers/core/row_image.h"
#include "reconcilers/rows/verdict.h"

namespace holdfast {
namespace {

constexpr std::size_t batch_rows = 5000;

Locator locator_of(const std::string& row_set, std::string_view key) {
  return {Value::text(row_set), Value::blob(key)};
}

std::vector<std::string> key_columns(const BoundSet& set) {
  std::vector<std::string> names;
  for (const ColumnIndex at : set.key) names.push_back(set.table->columns[set.columns[at].column].name);
  return names;
}

bool same_key(const SetMarks& marks, const BoundSet& set) {
  return ascii_lower(marks.table) == ascii_lower(set.table->name) && marks.key == key_columns(set);
}

std::optional<std::vector<Value>> values_of(std::string_view key) {
  const auto cells = decode_image(key);
  if (!cells) return std::nullopt;
  std::vector<Value> values;
  for (const ImageCell& cell : *cells) values.push_back(cell.value);
  return values;
}

bool is_declared(const BoundSet& set, const std::vector<Value>& key) {
  if (key.size() != set.key.size()) return false;
  std::vector<ValueView> views;
  for (const Value& value : key) views.push_back(value.view());
  return set.index.find(views) != KeyIndex::npos;
}

// A row that is renamed leaves its old key and stays.
bool is_renamed(const BoundSet& set, const std::vector<Value>& key) {
  return std::any_of(set.renames.begin(), set.renames.end(),
                     [&](const BoundRename& rename) { return rename.from == key; });
}

Result<std::vector<std::string>> owned_keys(Reader& reader, const State& state, const std::string& row_set) {
  const Table& table = state.table(StateName::Owned);
  const ColumnList columns = {state::owned_row_set};
  const std::vector<Value> values = {Value::text(row_set)};
  Result<std::vector<RowImage>> rows = reader.find(table, columns, values, std::numeric_limits<std::size_t>::max());
  if (!rows) return rows.error();
  std::vector<std::string> keys;
  for (const RowImage& row : *rows) keys.emplace_back(row.values[state::owned_key].view().bytes());
  return keys;
}

// Declared rows that are not there, as far as the run knows.
std::unordered_set<std::uint32_t> absent_rows(const SetState& state, const SetPlan& plan) {
  std::unordered_set<std::uint32_t> absent;
  for (const auto& [row, index] : state.change_of) {
    const Change& change = plan.changes[index];
    const bool there = change.outcome == Outcome::Applied || change.drift == DriftClass::Changed;
    if (!there) absent.insert(row);
  }
  return absent;
}

std::string digest_of(const BoundSet& set, const std::unordered_set<std::uint32_t>& absent) {
  std::uint64_t sum = set.index.sum();
  for (const std::uint32_t row : absent) sum -= set.index.row_hash(row);
  return std::to_string(set.index.size() - absent.size()) + "-" + std::to_string(sum);
}

// Writes in transactions of a few milliseconds.
class Batches {
 public:
  Batches(Store& store, const Schema& schema) : store_(store), schema_(schema) {}

  Result<void> run(const std::function<Result<void>(Transaction&)>& work) {
    if (!transaction_) {
      Result<std::unique_ptr<Transaction>> begun = store_.begin(schema_);
      if (!begun) return begun.error();
      transaction_ = std::move(*begun);
    }
    if (Result<void> done = work(*transaction_); !done) return done;
    return ++rows_ % batch_rows == 0 ? finish() : Result<void>();
  }

  Result<void> finish() {
    if (!transaction_) return {};
    Result<void> committed = transaction_->commit();
    transaction_.reset();
    return committed;
  }

 private:
  Store& store_;
  const Schema& schema_;
  std::unique_ptr<Transaction> transaction_;
  std::size_t rows_ = 0;
};

}  // namespace

Result<void> plan_removed(Store& store, const State& state, const SetState& set_state, const SetMarks& marks,
                          SetPlan& plan) {
  const BoundSet& set = *set_state.set;
  if (set.policy.removed == RemovedPolicy::Keep || !state.there() || !same_key(marks, set)) return {};
  if (marks.left == 0 && marks.owned == digest_of(set, {})) return {};
  Result<std::vector<std::string>> owned = owned_keys(store, state, set.name);
  if (!owned) return owned.error();
  std::unordered_set<std::string> changing;
  for (const Change& change : plan.changes) {
    if (change.before()) changing.insert(row_identity(*set.table, change.before()->locator));
  }
  ColumnList columns;
  for (const ColumnIndex at : set.key) columns.push_back(set.columns[at].column);
  for (const std::string& bytes : *owned) {
    const auto key = values_of(bytes);
    if (!key || key->size() != columns.size() || is_declared(set, *key) || is_renamed(set, *key)) continue;
    // Several rows under one key: which of them was ours is not known.
    Result<std::vector<RowImage>> live = store.find(*set.table, columns, *key, 2);
    if (!live) return live.error();
    if (live->size() != 1 || changing.contains(row_identity(*set.table, live->front().locator))) continue;
    changing.insert(row_identity(*set.table, live->front().locator));
    plan.changes.push_back(plan_removed_row(set, std::move(live->front())));
    plan.in_sync = false;
  }
  return {};
}

Result<std::optional<std::string>> owned_by_absent(Store& store, const State& state,
                                                   const std::map<std::string, SetMarks>& marks, const Plan& plan,
                                                   const Table& table, const RowImage& row) {
  for (const auto& [name, mark] : marks) {
    if (mark.owned.empty() || ascii_lower(mark.table) != ascii_lower(table.name)) continue;
    const bool present = std::any_of(plan.sets.begin(), plan.sets.end(),
                                     [&name = name](const SetPlan& set) { return set.name == name; });
    if (present) continue;
    std::vector<Value> key;
    for (const std::string& column : mark.key) {
      const std::uint32_t index = table.find(column);
      if (index == Table::npos) break;
      key.push_back(row.values[index]);
    }
    if (key.size() != mark.key.size()) continue;
    const Locator at = locator_of(name, encode_values(key));
    Result<std::vector<std::optional<RowImage>>> owned = store.fetch(state.table(StateName::Owned), {&at, 1});
    if (!owned) return owned.error();
    if (owned->front()) return std::optional<std::string>(name);
  }
  return std::optional<std::string>();
}

Result<void> take_ownership(Store& store, const Schema& schema, const State& state, std::int64_t run,
                            const SetState& set_state, const SetPlan& plan, SetMarks& marks) {
  const BoundSet& set = *set_state.set;
  const std::unordered_set<std::uint32_t> absent = absent_rows(set_state, plan);
  std::string digest = digest_of(set, absent);
  const bool removed_some = std::any_of(plan.changes.begin(), plan.changes.end(), [](const Change& change) {
    return change.drift == DriftClass::Removed && change.outcome == Outcome::Applied;
  });
  if (same_key(marks, set) && marks.owned == digest && !removed_some) return {};

  const Table& table = state.table(StateName::Owned);
  Batches batches(store, schema);
  Result<std::vector<std::string>> before = owned_keys(store, state, set.name);
  if (!before) return before.error();
  std::unordered_set<std::string> owned;
  marks.left = 0;
  ColumnList columns;
  for (const ColumnIndex at : set.key) columns.push_back(set.columns[at].column);
  for (std::string& bytes : *before) {
    const auto key = values_of(bytes);
    bool keep = same_key(marks, set) && key && key->size() == columns.size();
    if (keep && !is_declared(set, *key)) {
      Result<std::vector<RowImage>> live = store.find(*set.table, columns, *key, 1);
      if (!live) return live.error();
      keep = !live->empty();
      marks.left += keep ? 1 : 0;
    }
    if (keep) {
      owned.insert(std::move(bytes));
      continue;
    }
    Result<void> forgotten = batches.run([&](Transaction& transaction) -> Result<void> {
      return must_succeed(transaction.erase(table, locator_of(set.name, bytes)), table.name);
    });
    if (!forgotten) return forgotten;
  }
  for (std::uint32_t row = 0; row < set.rows.size(); ++row) {
    if (absent.contains(row) || set.wait(row) != BoundSet::Wait::None) continue;
    const std::string key = encode_values(set.key_of(row));
    if (owned.contains(key)) continue;
    const Assignment values[] = {{state::owned_row_set, ValueView::text(set.name)},
                                 {state::owned_key, ValueView::blob(key)},
                                 {state::owned_run, ValueView::integer(run)}};
    Result<void> taken = batches.run([&](Transaction& transaction) -> Result<void> {
      Result<WriteOutcome> inserted = transaction.insert(table, values);
      // Another run was quicker.
      if (inserted && inserted->failure == RowFailure::Unique) return {};
      return must_succeed(std::move(inserted), table.name);
    });
    if (!taken) return taken;
  }
  if (Result<void> finished = batches.finish(); !finished) return finished;
  marks.table = set.table->name;
  marks.key = key_columns(set);
  marks.owned = std::move(digest);
  return {};
}

Result<void> disown(Transaction& transaction, const State& state, const std::string& row_set) {
  Result<std::vector<std::string>> keys = owned_keys(transaction, state, row_set);
  if (!keys) return keys.error();
  if (keys->empty()) return {};
  const Table& table = state.table(StateName::Owned);
  for (const std::string& key : *keys) {
    Result<void> erased = must_succeed(transaction.erase(table, locator_of(row_set, key)), table.name);
    if (!erased) return erased;
  }
  return write_set_marks(transaction, state, row_set, SetMarks{});
}

}  // namespace holdfast
