// Carries out single changes inside one transaction, and proves each: the row is still as planned before it is written
// (G4), comes out as written afterwards (G3), and nothing else has changed (G1).
//
// One object a transaction. What it says Done is true only once that transaction has committed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "reconcilers/rows/run_context.h"
#include "reconcilers/rows/run_marks.h"

namespace holdfast {

// A change of the plan: which set, which of its changes.
struct Item {
  std::uint32_t set = 0;
  std::uint32_t change = 0;
};

struct Verdict {
  enum class Kind : std::uint8_t {
    Done,     // written
    Partial,  // some of its dependents are gone, or none where too many came before it; go on in the next transaction
    Stale,    // the live row is no longer what was planned on: plan anew
    Later,    // another change may make room for it (a unique value, a parent): try again after the others
    Refused,  // it is not written, for `outcome` and `reason`
    Restart,  // the same, but the transaction is lost with it: roll back and begin again without it
  };
  Kind kind = Kind::Done;
  Outcome outcome = Outcome::Applied;
  Reason reason = Reason::None;
  std::string message;
};

// What earlier transactions of this run did, for the later ones.
struct RunMemory {
  std::unordered_set<std::uint64_t> written;             // (set, declared row) that is in place now
  std::unordered_map<std::uint64_t, RowImage> inserted;  // whole rows that others wait for
  std::unordered_set<std::uint64_t> awaited;             // (set, declared row) that others wait for
  std::unordered_set<std::string> erased;                // rows that are gone, dependents included
  std::unordered_set<std::uint64_t> partial;             // items whose dependents are going in several batches
  std::unordered_set<std::string> disturbed;             // tables whose rows changed as somebody's dependents
  std::unordered_map<std::uint64_t, std::uint64_t> dependents_used;  // by set; of confirmed deletes by item
  void merge(RunMemory&& later);
  static std::uint64_t id(std::size_t set, std::uint32_t row) { return std::uint64_t{set} << 32 | row; }
};

class RowWriter {
 public:
  RowWriter(RunContext& context, Transaction& transaction, const RunMemory& before);

  Result<Verdict> write(Item item);

  // Breaks a circle of unique values: gives the row's unique columns values that nobody has (TRAPS 8). The write() that
  // follows then finds it parked and finishes it.
  Result<Verdict> park(Item item);

  // Before commit: every row written here whose references could not be checked at once. The changes that would leave
  // an orphan; the transaction must then be rolled back.
  Result<std::vector<Item>> orphans();

  // Before commit: what this transaction did is written down (G5); after it, the run remembers that.
  Result<void> finish_journal();
  void keep_journal();

  std::uint64_t rows_written() const { return rows_written_; }
  // What this transaction adds to the run's memory; to be merged after the commit.
  RunMemory& added() { return added_; }

 private:
  struct Expected {
    const Table* table;
    TouchKind kind;
    bool own;  // the change's own row, not a dependent
    Locator before;
    Locator after;
    std::vector<Value> referred;  // the row before, where others may refer to it
    std::string before_image;     // for the journal; empty where there is no row, or no journal
    std::string after_image;
    std::size_t first_touch = 0;  // touches of the statement, those of its triggers included: [first_touch, end_touch)
    std::size_t end_touch = 0;
    std::size_t own_touch = 0;  // the statement's own: triggers that fire before it still see the row where it was
  };
  // A row that others may have referred to, as it was before it went or changed.
  struct Left {
    Item item;
    std::shared_ptr<const Table> table;
    std::vector<Value> before;
  };
  struct Check {
    Item item;
    std::shared_ptr<const Table> table;
    Locator locator;
    std::vector<Value> before;  // of a row that was there: it answers for what has changed only (TRAPS 7)
  };

  std::shared_ptr<const Table> set_table(Item item) const { return context_.states[item.set].set->table; }
  Change& change_of(Item item) { return context_.plan.sets[item.set].changes[item.change]; }
  Result<Verdict> guarded(Item item, Result<Verdict> (RowWriter::*work)(Item));
  Result<Verdict> insert(Item item);
  void note_insert(Item item);
  Result<Verdict> update(Item item);
  Result<Verdict> erase(Item item);
  Result<Verdict> park_row(Item item);
  Result<Verdict> parents_written(Item item) const;
  Result<bool> key_is_there(Item item);
  Result<void> scan_keys(std::size_t set);
  Result<std::vector<Assignment>> values_of(Item item, const std::vector<std::uint32_t>* only);
  Result<std::optional<std::string>> missing_parent(const Table& table, const std::vector<Value>& row,
                                                    const ColumnList* only, bool* comes_later);
  Result<Verdict> carry_out(Item item, const Dependents& dependents, const RowImage* moved = nullptr);
  Result<Verdict> verify(Item item, const Locator& at, std::span<const Assignment> values);
  Verdict stays_declared(Item item, const RowImage& row, std::span<const Assignment> values);
  Result<Verdict> side_effects(Item item);
  Result<Verdict> allowed_effects(Item item);
  void expect(const Table& table, TouchKind kind, const RowImage* before, Locator after, bool own = true);
  void came_out(Expected& step, const RowImage& row);
  void note_references(Item item);
  Result<bool> leaves_orphans(const Left& left);
  Result<void> record_steps(Item item, bool more_to_come);
  Result<void> spend_budgets();
  Result<void> record_trigger(const Touch& touch, std::int64_t part, std::string_view row_set, std::string_view cause);
  bool changes_own_row(std::size_t index, const Touch& touch) const;
  bool is_ours(const Touch& touch) const;
  Result<Verdict> is_gone(const Table& table, const Locator& at);
  Result<RowImage> as_it_is_now(const Table& table, const RowImage& row);
  Result<std::string> journal_key(Item item);
  bool is_written(std::size_t set, std::uint32_t row) const;
  const RowImage* inserted(std::size_t set, std::uint32_t row) const;

  RunContext& context_;
  Transaction& transaction_;
  const RunMemory& before_;
  RunMemory added_;
  std::vector<Expected> expected_;  // of the change under way
  std::size_t touches_seen_ = 0;
  std::size_t statement_begins_ = 0;  // touches before the statement under way
  std::vector<Check> checks_;
  std::vector<Left> left_;
  bool sets_defaults_ = false;  // the change under way gave dependents a default that may lead nowhere
  std::unordered_map<std::uint64_t, RowImage> parked_;         // item -> the row as it is now
  std::unordered_map<std::uint32_t, std::vector<bool>> keys_;  // set -> declared rows whose key is live, by one scan
  std::optional<Journal> journal_;
  std::map<std::uint32_t, Spent> spent_;  // set -> what this transaction takes of its budget
  std::uint64_t rows_written_ = 0;
  std::uint64_t park_number_ = 0;
  ReadMark mark_;
  bool any_triggers_ = false;  // then every change has a savepoint of its own
};

}  // namespace holdfast
