// Whether rows that were decoded again are those of before but for the edited cells. PURE.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "desired-state/documents.h"
#include "desired-state/edit/edit.h"

namespace holdfast::edit {

using NewCells = std::vector<std::pair<std::string, NewValue>>;  // by column, as the rows spell it

// Two tables, row by row. Both outlive it; one thread.
class RowComparison {
 public:
  RowComparison(const RowTable& before, const RowTable& after);

  // As many rows, and no column gone.
  bool comparable() const { return !lost_ && before_.size() == after_.size(); }
  // The row's cells are what they were, and the new ones (may be null) are as wanted.
  bool same(std::size_t row, const NewCells* wanted);

 private:
  const RowTable& before_;
  const RowTable& after_;
  std::vector<ColumnIndex> from_;  // by column of `after`
  std::vector<Cell> old_;
  bool lost_ = false;
};

// By row set (index into DesiredState::row_sets) and row.
using WantedCells = std::map<std::pair<std::size_t, std::size_t>, NewCells>;

// A row that is not as wanted: its set and its place in the edited documents; nothing when all are. Looks at all sets,
// since one file of rows may be named by several.
std::optional<std::pair<std::string, Position>> find_other_row(const DesiredState& before, const DesiredState& after,
                                                               const WantedCells& wanted);

}  // namespace holdfast::edit
