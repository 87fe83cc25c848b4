// Rows of a managed table that somebody else has deleted since the last run, many at once (the cause `vanish`). Each
// run leaves how many rows there are, in the marks of its sets. One thread; errors are the store's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "reconcilers/core/plan.h"
#include "reconcilers/core/set_marks.h"
#include "reconcilers/core/state.h"
#include "reconcilers/rows/journal.h"

namespace holdfast {

// A fifth of the table, and three rows at least, gone since the last run: how many there were, and are left. Rows that
// nobody declares count by themselves, since whoever deletes everything often puts the known rows back; but only where
// the `same_documents` have said by then which rows those are.
std::optional<std::pair<std::uint64_t, std::uint64_t>> vanished(const SetMarks& marks, const SetPlan& plan,
                                                                bool same_documents);

// How many rows the table has after the run, and how many of them the set does not declare.
void count_rows(const SetPlan& plan, const JournalMemory& memory, SetMarks& marks);

// In the transaction that deletes rows: what it makes `fewer`, by table in lower case, is missed by no set. The exact
// numbers come at the end of the run; whoever looks before that, or after a run that was killed, must not take our own
// deletes for somebody else's.
Result<void> lower_marks(Transaction& transaction, const State& state,
                         const std::map<std::string, std::int64_t>& fewer);

}  // namespace holdfast
