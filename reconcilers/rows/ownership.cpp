#include "reconcilers/rows/ownership.h"

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "reconcilers/core/planner.h"
#include "reconcilers/core/row_image.h"
#include "reconcilers/rows/row_names.h"
#include "reconcilers/rows/run_marks.h"
#include "reconcilers/rows/verdict.h"

namespace holdfast {
namespace {

constexpr std::size_t keys_in_block = 1000;
constexpr const char* look_again = "undone";  // instead of a digest: the next run looks at each row

// Some of a set's owned keys, in one row of the state: a row each would cost a run as much as its own journal does.
struct KeyBlock {
  std::int64_t number = 0;
  std::vector<OwnedKey> keys;
};

std::string write_keys(const std::vector<OwnedKey>& keys) {
  std::string bytes;
  for (const OwnedKey& key : keys) {
    append_cell(bytes, ValueView::blob(key.bytes));
    if (key.called) append_cell(bytes, ValueView::text(*key.called));
  }
  return bytes;
}

std::vector<OwnedKey> read_keys(std::string_view bytes) {
  std::vector<OwnedKey> keys;
  const auto cells = decode_image(bytes);
  if (!cells) return keys;
  for (const ImageCell& cell : *cells) {
    const ValueView value = cell.value.view();
    if (value.kind() != ValueKind::Text) {
      keys.push_back({std::string(value.bytes()), std::nullopt});
    } else if (!keys.empty()) {
      keys.back().called = std::string(value.bytes());
    }
  }
  return keys;
}

Locator locator_of(const std::string& row_set, std::int64_t block) {
  return {Value::text(row_set), Value::integer(block)};
}

bool same_key(const SetMarks& marks, const BoundSet& set) {
  return ascii_lower(marks.table) == ascii_lower(set.table->name) && marks.key == set.key_names();
}

std::optional<std::vector<Value>> values_of(std::string_view key) {
  const auto cells = decode_image(key);
  if (!cells) return std::nullopt;
  std::vector<Value> values;
  for (const ImageCell& cell : *cells) values.push_back(cell.value);
  return values;
}

std::uint32_t declared_row(const BoundSet& set, const std::vector<Value>& key) {
  if (key.size() != set.key.size()) return KeyIndex::npos;
  std::vector<ValueView> views;
  for (const Value& value : key) views.push_back(value.view());
  return set.index.find(views);
}

// A row that is renamed leaves its old key and stays.
bool is_renamed(const BoundSet& set, const std::vector<Value>& key) {
  return std::any_of(set.renames.begin(), set.renames.end(),
                     [&](const BoundRename& rename) { return rename.from == key; });
}

Result<std::vector<KeyBlock>> owned_blocks(Reader& reader, const State& state, const std::string& row_set) {
  const ColumnList columns = {state::owned_row_set};
  const std::vector<Value> values = {Value::text(row_set)};
  Result<std::vector<RowImage>> rows = state.find(reader, StateName::Owned, columns, values);
  if (!rows) return rows.error();
  std::vector<KeyBlock> blocks;
  for (const RowImage& row : *rows) {
    KeyBlock block;
    block.number = row.values[state::owned_block].view().integer();
    block.keys = read_keys(row.values[state::owned_row_keys].view().bytes());
    blocks.push_back(std::move(block));
  }
  return blocks;
}

// Declared rows that are not there as declared, as far as the run knows: they do not become ours. `gone`: those of them
// that are not there at all, and are ours no longer.
struct NotOurs {
  std::unordered_set<std::uint32_t> rows;
  std::unordered_set<std::string> gone;
};

NotOurs not_ours(const SetState& state, const SetPlan& plan) {
  NotOurs found;
  for (const auto& [row, index] : state.change_of) {
    const Change& change = plan.changes[index];
    if (change.outcome == Outcome::Applied) continue;
    found.rows.insert(row);
    // Of a row whose key is not known nobody knows whether it is there.
    if (change.drift == DriftClass::Changed || !state.set->knows_key(row)) continue;
    found.gone.insert(encode_values(state.set->key_of(row)));
  }
  return found;
}

enum class Standing : std::uint8_t { Declared, Left, Gone };

// What has become of an owned row; what it is called is brought up to date.
Result<Standing> standing_of(Store& store, const BoundSet& set, const RowNames& names,
                             const DeclaredElsewhere& elsewhere, OwnedKey& owned) {
  const auto key = values_of(owned.bytes);
  if (!key || key->size() != set.key.size()) return Standing::Gone;
  if (const std::uint32_t row = declared_row(set, *key); row != KeyIndex::npos) {
    owned.called = names.of(row);
    return Standing::Declared;
  }
  Result<std::vector<RowImage>> live = store.find(*set.table, set.key_columns(), *key, 1);
  if (!live) return live.error();
  if (live->empty() || elsewhere(live->front())) return Standing::Gone;
  // The documents still ask for the row, and mean another one by now: this one is nobody's.
  const std::uint32_t meant = is_renamed(set, *key) ? RowNames::npos : names.find(owned);
  return meant != RowNames::npos && set.knows_key(meant) ? Standing::Gone : Standing::Left;
}

std::string digest_of(const SetState& state, const std::unordered_set<std::uint32_t>& absent) {
  const BoundSet& set = *state.set;
  std::uint64_t sum = set.index.sum();
  std::uint64_t rows = set.index.size();
  for (const std::uint32_t row : absent) {
    if (!set.knows_key(row)) continue;  // the index does not have it
    sum -= set.index.row_hash(row);
    --rows;
  }
  std::string digest = std::to_string(rows) + "-" + std::to_string(sum);
  if (const RowNames names(*state.bound); names.needed()) digest += "-" + std::to_string(names.sum());
  return digest;
}

// Blocks are written one a transaction: each takes far less than a millisecond.
Result<void> write_block(Store& store, const Schema& schema, const State& state, const std::string& row_set,
                         const KeyBlock& block) {
  const Table& table = state.table(StateName::Owned);
  Result<std::unique_ptr<Transaction>> transaction = store.begin(schema);
  if (!transaction) return transaction.error();
  const Locator at = locator_of(row_set, block.number);
  Result<std::vector<std::optional<RowImage>>> there = (*transaction)->fetch(table, {&at, 1});
  if (!there) return there.error();
  const std::string keys = write_keys(block.keys);
  const Assignment row[] = {{state::owned_row_set, ValueView::text(row_set)},
                            {state::owned_block, ValueView::integer(block.number)},
                            {state::owned_row_count, ValueView::integer(static_cast<std::int64_t>(block.keys.size()))},
                            {state::owned_row_keys, ValueView::blob(keys)}};
  Result<WriteOutcome> written = WriteOutcome{};
  if (block.keys.empty()) {
    if (!there->front()) return {};
    written = (*transaction)->erase(table, at);
  } else {
    written = there->front() ? (*transaction)->update(table, at, {&row[2], 2}) : (*transaction)->insert(table, row);
  }
  if (Result<void> done = must_succeed(std::move(written), table.name); !done) return done;
  return (*transaction)->commit();
}

Result<void> write_mark(Store& store, const Schema& schema, const State& state, const std::string& row_set,
                        const SetMarks& mark) {
  Result<std::unique_ptr<Transaction>> transaction = store.begin(schema);
  if (!transaction) return transaction.error();
  if (Result<void> set = write_set_marks(**transaction, state, row_set, mark); !set) return set;
  return (*transaction)->commit();
}

}  // namespace

Result<void> plan_removed(Store& store, const State& state, const SetState& set_state, const SetMarks& marks,
                          const DeclaredElsewhere& elsewhere, SetPlan& plan) {
  const BoundSet& set = *set_state.set;
  if (set.policy.removed == RemovedPolicy::Keep || !same_key(marks, set)) return {};
  if (marks.left == 0 && marks.owned == digest_of(set_state, {})) return {};
  Result<std::vector<KeyBlock>> blocks = owned_blocks(store, state, set.name);
  if (!blocks) return blocks.error();
  std::unordered_set<std::string> changing;
  for (const Change& change : plan.changes) {
    if (change.before()) changing.insert(row_identity(*set.table, change.before()->locator));
  }
  const ColumnList columns = set.key_columns();
  const RowNames names(*set_state.bound);
  std::map<std::string, OwnedKey> owned;
  for (KeyBlock& block : *blocks) {
    for (OwnedKey& key : block.keys) owned.try_emplace(key.bytes, key);
  }
  for (const auto& [bytes, one] : owned) {
    const auto key = values_of(bytes);
    if (!key || key->size() != columns.size()) continue;
    if (declared_row(set, *key) != KeyIndex::npos || is_renamed(set, *key)) continue;
    // It has not left the documents: somebody has moved what it refers to.
    if (names.find(one) != RowNames::npos) continue;
    // Several rows under one key: which of them was ours is not known.
    Result<std::vector<RowImage>> live = store.find(*set.table, columns, *key, 2);
    if (!live) return live.error();
    if (live->size() != 1 || changing.contains(row_identity(*set.table, live->front().locator))) continue;
    if (elsewhere(live->front())) continue;
    changing.insert(row_identity(*set.table, live->front().locator));
    const bool unclear = !one.called && names.is_like_one(live->front());
    Change change = plan_removed_row(set, std::move(live->front()));
    if (unclear && change.outcome == Outcome::Planned) {
      change.outcome = Outcome::Blocked;
      change.reason = Reason::Reference;
      change.more().message =
          "it is not declared under this key, and which of the declared rows it was is not known; "
          "delete it yourself if it is to go";
    }
    plan.changes.push_back(std::move(change));
    plan.in_sync = false;
  }
  return {};
}

Result<std::vector<AbsentSet>> read_absent_sets(Store& store, const State& state,
                                                const std::map<std::string, SetMarks>& marks, const Plan& plan) {
  std::vector<AbsentSet> absent;
  for (const auto& [name, mark] : marks) {
    const bool present = std::any_of(plan.sets.begin(), plan.sets.end(),
                                     [&name = name](const SetPlan& set) { return set.name == name; });
    if (mark.owned.empty() || present) continue;
    Result<std::vector<KeyBlock>> blocks = owned_blocks(store, state, name);
    if (!blocks) return blocks.error();
    AbsentSet set{name, ascii_lower(mark.table), mark.key, {}};
    for (KeyBlock& block : *blocks) {
      for (OwnedKey& key : block.keys) set.owned.insert(std::move(key.bytes));
    }
    absent.push_back(std::move(set));
  }
  return absent;
}

bool AbsentSet::owns(const Table& of, const RowImage& row) const {
  if (ascii_lower(of.name) != table) return false;
  std::vector<Value> values;
  for (const std::string& column : key) {
    const std::uint32_t index = of.find(column);
    if (index == Table::npos) return false;
    values.push_back(row.values[index]);
  }
  return owned.contains(encode_values(values));
}

Result<void> take_ownership(Store& store, const Schema& schema, const State& state, const SetState& set_state,
                            const SetPlan& plan, const DeclaredElsewhere& elsewhere, SetMarks& marks) {
  const BoundSet& set = *set_state.set;
  const NotOurs others = not_ours(set_state, plan);
  std::string digest = digest_of(set_state, others.rows);
  // While rows of ours are there that have left the documents, each run looks whether they still are: a row that
  // somebody else makes under such a key is not ours.
  if (same_key(marks, set) && marks.owned == digest && marks.left == 0) return {};

  Result<std::vector<KeyBlock>> blocks = owned_blocks(store, state, set.name);
  if (!blocks) return blocks.error();
  const bool same = same_key(marks, set);
  const RowNames names(*set_state.bound);
  std::unordered_set<std::string> owned;
  std::vector<KeyBlock> changed;
  std::int64_t last = 0;
  marks.left = 0;
  for (KeyBlock& block : *blocks) {
    last = std::max(last, block.number);
    std::vector<OwnedKey> kept;
    for (OwnedKey key : block.keys) {
      Result<Standing> standing =
          same ? standing_of(store, set, names, elsewhere, key) : Result<Standing>(Standing::Gone);
      if (!standing) return standing.error();
      marks.left += *standing == Standing::Left ? 1 : 0;
      const bool gone = *standing == Standing::Gone || others.gone.contains(key.bytes);
      if (!gone && owned.insert(key.bytes).second) kept.push_back(std::move(key));
    }
    if (kept == block.keys) continue;
    block.keys = std::move(kept);
    changed.push_back(std::move(block));
  }
  KeyBlock fresh{last + 1, {}};
  for (std::uint32_t row = 0; row < set.rows.size(); ++row) {
    // What the database has made a key of is seen by the next plan.
    if (others.rows.contains(row) || !set.knows_key(row)) continue;
    std::string key = encode_values(set.key_of(row));
    if (owned.contains(key)) continue;
    fresh.keys.push_back({std::move(key), names.of(row)});
    if (fresh.keys.size() < keys_in_block) continue;
    if (Result<void> written = write_block(store, schema, state, set.name, fresh); !written) return written;
    fresh = KeyBlock{fresh.number + 1, {}};
  }
  if (!fresh.keys.empty()) changed.push_back(std::move(fresh));
  for (const KeyBlock& block : changed) {
    if (Result<void> written = write_block(store, schema, state, set.name, block); !written) return written;
  }
  if (!same) marks.removes = false;  // what somebody has confirmed was about other rows
  marks.table = set.table->name;
  marks.key = set.key_names();
  marks.owned = std::move(digest);
  return {};
}

Result<void> disown_keys(Store& store, const State& state, const std::string& row_set,
                         const std::unordered_set<std::string>& keys) {
  Result<std::map<std::string, SetMarks>> all = read_set_marks(store, state);
  if (!all) return all.error();
  const auto marks = all->find(row_set);
  if (keys.empty() || marks == all->end()) return {};
  Result<Schema> schema = store.inspect({}, std::nullopt);
  if (!schema) return schema.error();
  Result<std::vector<KeyBlock>> blocks = owned_blocks(store, state, row_set);
  if (!blocks) return blocks.error();
  for (KeyBlock& block : *blocks) {
    if (std::erase_if(block.keys, [&](const OwnedKey& key) { return keys.contains(key.bytes); }) == 0) continue;
    if (Result<void> written = write_block(store, *schema, state, row_set, block); !written) return written;
  }
  SetMarks& mark = marks->second;
  mark.owned = look_again;
  // These rows go through us: the next run is not to take it for somebody else's mass delete.
  mark.rows -= std::min<std::uint64_t>(mark.rows, keys.size());
  mark.others -= std::min<std::uint64_t>(mark.others, keys.size());
  return write_mark(store, *schema, state, row_set, mark);
}

Result<void> own_keys(Store& store, const State& state, const BoundSet& set, std::vector<std::string> keys) {
  const std::string& row_set = set.name;
  Result<std::map<std::string, SetMarks>> all = read_set_marks(store, state);
  if (!all) return all.error();
  const auto marks = all->find(row_set);
  if (keys.empty() || marks == all->end() || !same_key(marks->second, set)) return {};
  Result<Schema> schema = store.inspect({}, std::nullopt);
  if (!schema) return schema.error();
  Result<std::vector<KeyBlock>> blocks = owned_blocks(store, state, row_set);
  if (!blocks) return blocks.error();
  std::int64_t last = 0;
  for (const KeyBlock& block : *blocks) last = std::max(last, block.number);
  marks->second.left += keys.size();
  marks->second.owned = look_again;
  for (std::size_t first = 0; first < keys.size(); first += keys_in_block) {
    KeyBlock block{++last, {}};
    const std::size_t end = std::min(keys.size(), first + keys_in_block);
    // They were deleted because no document called them anything any more.
    for (std::size_t i = first; i < end; ++i) block.keys.push_back({std::move(keys[i]), std::string()});
    if (Result<void> written = write_block(store, *schema, state, row_set, block); !written) return written;
  }
  return write_mark(store, *schema, state, row_set, marks->second);
}

Result<std::uint64_t> disown(Transaction& transaction, const State& state, const std::string& row_set) {
  Result<std::vector<KeyBlock>> blocks = owned_blocks(transaction, state, row_set);
  if (!blocks) return blocks.error();
  const Table& table = state.table(StateName::Owned);
  std::uint64_t rows = 0;
  for (const KeyBlock& block : *blocks) {
    Result<void> erased = must_succeed(transaction.erase(table, locator_of(row_set, block.number)), table.name);
    if (!erased) return erased.error();
    rows += block.keys.size();
  }
  if (blocks->empty()) return rows;
  Result<void> written = write_set_marks(transaction, state, row_set, SetMarks{});
  return written ? Result<std::uint64_t>(rows) : written.error();
}

}  // namespace holdfast
