// One step of the journal, inverted: what it needs, and whether the live rows allow it. Internal to undo.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "reconcilers/core/plan.h"
#include "reconcilers/rows/history.h"

namespace holdfast {

struct UndoProblem {
  Reason reason = Reason::Undo;
  std::string message;
};

// What no live row can change: the table has moved on, or the journal does not hold enough.
std::optional<UndoProblem> why_not(const StepRecord& step, const RowShape& shape, const Table* table);

// The row that the step left is there, exactly; or is not there, after a delete.
bool is_as_left(const StepRecord& step, const std::optional<RowImage>& live);
// The same for the row as it was before.
bool is_as_before(const StepRecord& step, const std::optional<RowImage>& live);

// A row of which every column is known. `of`: that of the step before or after.
std::vector<Value> values_of(const std::vector<ImageCell>& image);

// Columns to write to get from after to before.
std::vector<std::uint32_t> changed_columns(const StepRecord& step, const Table& table);

// What a plan's steps, inverted so far, would already have done to references: rows that would be gone, parents that
// would be back.
class UndoLedger {
 public:
  void note(const Schema& schema, const StepRecord& step, const Table& table);
  std::uint64_t leaving(const std::string& reference) const;
  bool arriving(const std::string& parent) const { return arriving_.contains(parent); }

 private:
  std::unordered_map<std::string, std::uint64_t> leaving_;
  std::unordered_set<std::string> arriving_;
};

// Rows that refer to the row which inverting the step would delete or re-key, at most a few; and parents that a row put
// back would lack. `reader` is the transaction; for a plan the store, with what its other steps would do in `ledger`.
Result<std::optional<UndoProblem>> would_orphan(Reader& reader, const Schema& schema, const StepRecord& step,
                                                const Table& table, const UndoLedger* ledger = nullptr);

}  // namespace holdfast
