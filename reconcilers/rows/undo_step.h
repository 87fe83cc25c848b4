// One step of the journal, inverted: what it needs, and whether the live rows allow it. Internal to undo.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "reconcilers/core/plan.h"
#include "reconcilers/rows/history.h"

namespace holdfast {

struct UndoProblem {
  Reason reason = Reason::Undo;
  std::string message;
  std::optional<RowImage> live = std::nullopt;  // the row of the step as it is by now, where it is that which stands
};

// What no live row can change: the table has moved on, or the journal does not hold enough.
std::optional<UndoProblem> why_not(const StepRecord& step, const RowShape& shape, const Table* table);

// The row that the step left is there, exactly; or is not there, after a delete.
bool is_as_left(const StepRecord& step, const std::optional<RowImage>& live);
// The same for the row as it was before.
bool is_as_before(const StepRecord& step, const std::optional<RowImage>& live);

// What it means that the row is not as the step left it.
UndoProblem has_changed(const StepRecord& step, const Table& table, std::optional<RowImage> live);

// A change that stays shows the row as it is, and not as the run left it: `problem` is of `step`.
void show_problem(const UndoProblem& problem, const StepRecord& step, Change& change);

// Which columns of the two rows that it has differ.
void compare_rows(Change& change);

// A row of which every column is known. `of`: that of the step before or after.
std::vector<Value> values_of(const std::vector<ImageCell>& image);

// Columns to write to get from after to before.
std::vector<std::uint32_t> changed_columns(const StepRecord& step, const Table& table);

// What all of a plan's steps, inverted, would do to references: how many more rows refer to certain values then, and
// how many more have them. Values that are the same by an engine's rules alone may be taken for two; that blocks more.
class UndoLedger {
 public:
  void note(const Schema& schema, const StepRecord& step, const Table& table);
  // Fewer when negative.
  std::int64_t more_children(const ReferringColumns& reference, const std::vector<Value>& values) const;
  std::int64_t more_parents(const ReferringColumns& reference, const std::vector<Value>& values) const;

 private:
  std::unordered_map<std::string, std::int64_t> children_;
  std::unordered_map<std::string, std::int64_t> parents_;
};

// Rows that refer to the row which inverting the step would delete or re-key while no other row has these values; and
// parents that a row put back would lack. `reader` is the transaction in which it was done; for a plan the store, with
// what the steps would do in `ledger`.
Result<std::optional<UndoProblem>> would_orphan(Reader& reader, const Schema& schema, const StepRecord& step,
                                                const Table& table, const UndoLedger* ledger = nullptr);

}  // namespace holdfast
