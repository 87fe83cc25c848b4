// Carries out a plan in short transactions: deletes first, children before parents; then updates; then inserts, parents
// before children. A batch is one transaction (G2) of at most ReconcilerOptions::batch_rows rows and batch_time under
// the lock. Every change ends with an outcome; those that somebody else was quicker with stay Planned and are counted
// stale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>

#include "reconcilers/rows/run_context.h"

namespace holdfast {

struct ExecutionReport {
  std::uint32_t batches = 0;                  // transactions committed
  std::uint64_t stale = 0;                    // changes to plan anew
  std::unordered_set<std::string> disturbed;  // tables whose rows changed as somebody's dependents, or by a trigger
  // Why it ended early; what earlier batches committed stays, and their changes say Applied. Transient: the lock was
  // not to be had in time. InDoubt: read the world first.
  std::optional<Error> error;
};

ExecutionReport execute(RunContext& context);

}  // namespace holdfast
