#include "reconcilers/rows/vanish.h"

#include <algorithm>

#include "reconcilers/core/text.h"
#include "reconcilers/rows/run_marks.h"

namespace holdfast {

std::optional<std::pair<std::uint64_t, std::uint64_t>> vanished(const SetMarks& marks, const SetPlan& plan,
                                                                bool same_documents) {
  const std::uint64_t missing =
      static_cast<std::uint64_t>(std::count_if(plan.changes.begin(), plan.changes.end(), [](const Change& change) {
        return change.drift == DriftClass::Missing;
      }));
  const std::uint64_t others = plan.live_rows - std::min(plan.live_rows, plan.declared_rows - missing);
  std::uint64_t lost = marks.rows - std::min(marks.rows, plan.live_rows);
  if (same_documents) lost = std::max(lost, marks.others - std::min(marks.others, others));
  if (lost < 3 || lost * 5 < marks.rows) return std::nullopt;
  return std::pair(marks.rows, marks.rows - lost);
}

void count_rows(const SetPlan& plan, const JournalMemory& memory, SetMarks& marks) {
  const auto grown = memory.grown.find(ascii_lower(plan.table));
  const std::int64_t more = grown == memory.grown.end() ? 0 : grown->second;
  const std::int64_t rows = std::max<std::int64_t>(static_cast<std::int64_t>(plan.live_rows) + more, 0);
  const auto missing = std::count_if(plan.changes.begin(), plan.changes.end(), [](const Change& change) {
    return change.drift == DriftClass::Missing && change.outcome != Outcome::Applied;
  });
  const std::int64_t declared = static_cast<std::int64_t>(plan.declared_rows) - missing;
  marks.rows = static_cast<std::uint64_t>(rows);
  marks.others = static_cast<std::uint64_t>(std::max<std::int64_t>(rows - declared, 0));
}

Result<void> lower_marks(Transaction& transaction, const State& state,
                         const std::map<std::string, std::int64_t>& fewer) {
  if (fewer.empty()) return {};
  Result<std::map<std::string, SetMarks>> all = read_set_marks(transaction, state);
  if (!all) return all.error();
  for (auto& [name, marks] : *all) {
    const auto found = fewer.find(ascii_lower(marks.table));
    if (found == fewer.end()) continue;
    const SetMarks before = marks;
    const auto gone = static_cast<std::uint64_t>(found->second);
    marks.rows -= std::min(marks.rows, gone);
    marks.others -= std::min(marks.others, gone);
    if (marks == before) continue;
    if (Result<void> written = write_set_marks(transaction, state, name, marks); !written) return written;
  }
  return {};
}

}  // namespace holdfast
