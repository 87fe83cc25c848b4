// Carries out a plan in short transactions: deletes first, children before parents; then updates; then inserts, parents
// before children. A batch is one transaction (G2) of at most ReconcilerOptions::batch_rows rows and batch_time under the
// lock. Every change ends with an outcome; those that somebody else was quicker with stay Planned and are counted stale.
#pragma once

#include <cstdint>

#include "reconcilers/rows/run_context.h"

namespace holdfast {

struct ExecutionReport {
  std::uint32_t batches = 0;  // transactions committed
  std::uint64_t stale = 0;    // changes to plan anew
};

// Transient: the lock was not to be had in time; what earlier batches committed stays. InDoubt: read the world first.
Result<ExecutionReport> execute(RunContext& context);

}  // namespace holdfast
