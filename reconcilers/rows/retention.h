// Keeps the journal within its age and size: the oldest runs are forgotten, whole, the last one never.
#pragma once

#include <chrono>
#include <cstdint>

#include "reconcilers/core/state.h"

namespace holdfast {

struct JournalLimits {
  std::chrono::milliseconds max_age;
  std::int64_t max_size_bytes;
};

// In short transactions, a bounded number of them; what is left comes with the next run. True if nothing is left to do.
Result<bool> prune_journal(Store& store, const Schema& schema, const State& state,
                           std::chrono::system_clock::time_point now, const JournalLimits& limits);

// Bytes of all runs together, about; kept up by Journal, in its transactions.
Result<std::int64_t> journal_bytes(Reader& reader, const State& state);
Result<void> add_journal_bytes(Transaction& transaction, const State& state, std::int64_t more);

}  // namespace holdfast
