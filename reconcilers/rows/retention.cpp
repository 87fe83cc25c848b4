#include "reconcilers/rows/retention.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace holdfast {
namespace {

constexpr std::string_view bytes_mark = "journal-bytes";
constexpr std::size_t batch_blocks = 50;  // about 3 MiB
constexpr int most_batches = 20;          // in one run

// A few steps of runs older than `first` that are forgotten. True when there are none left.
Result<bool> forget_steps(Store& store, const Schema& schema, const State& state, std::int64_t first) {
  const Table& changes = state.table(StateName::Changes);
  Result<std::vector<RowImage>> oldest = store.find(changes, {}, {}, 1);
  if (!oldest) return oldest.error();
  const auto forgotten = [&](const RowImage& step) { return step.values[state::changes_run].view().integer() < first; };
  if (oldest->empty() || !forgotten(oldest->front())) return true;
  Result<std::unique_ptr<Transaction>> begun = store.begin(schema);
  if (!begun) return begun.error();
  Transaction& transaction = **begun;
  Result<std::vector<RowImage>> steps = transaction.find(changes, {}, {}, batch_blocks);
  if (!steps) return steps.error();
  for (const RowImage& step : *steps) {
    if (!forgotten(step)) break;
    if (Result<void> erased = must_succeed(transaction.erase(changes, step.locator), changes.name); !erased) {
      return erased.error();
    }
  }
  if (Result<void> committed = transaction.commit(); !committed) return committed.error();
  return false;
}

// Forgets a run: it is not listed any more, and its steps go next.
Result<void> forget_run(Store& store, const Schema& schema, const State& state, const RowImage& run) {
  const Table& runs = state.table(StateName::Runs);
  Result<std::unique_ptr<Transaction>> begun = store.begin(schema);
  if (!begun) return begun.error();
  Transaction& transaction = **begun;
  Result<std::vector<std::optional<RowImage>>> there = transaction.fetch(runs, {&run.locator, 1});
  if (!there) return there.error();
  if (!there->front()) return {};  // another process was quicker
  if (Result<void> erased = must_succeed(transaction.erase(runs, run.locator), runs.name); !erased) return erased;
  const std::int64_t bytes = run.values[state::runs_bytes].view().integer();
  if (Result<void> less = add_journal_bytes(transaction, state, -bytes); !less) return less;
  return transaction.commit();
}

// The sum over all runs, which becomes the mark where that says otherwise. There may be many runs, so they are counted
// without a lock, and the mark is put right only if it is still the one that they were counted against: it changes with
// every run that comes or goes, and another process may have put it right already.
Result<std::int64_t> count_bytes(Store& store, const Schema& schema, const State& state, std::int64_t mark) {
  Result<std::vector<RowImage>> runs =
      store.find(state.table(StateName::Runs), {}, {}, std::numeric_limits<std::size_t>::max());
  if (!runs) return runs.error();
  std::int64_t sum = 0;
  for (const RowImage& run : *runs) {
    const ValueView bytes = run.values[state::runs_bytes].view();
    if (bytes.kind() == ValueKind::Integer) sum += bytes.integer();
  }
  if (sum == mark) return sum;
  Result<std::unique_ptr<Transaction>> transaction = store.begin(schema);
  if (!transaction) return transaction.error();
  Result<std::int64_t> now = journal_bytes(**transaction, state);
  if (!now) return now.error();
  if (*now != mark) return sum;
  if (Result<void> set = add_journal_bytes(**transaction, state, sum - mark); !set) return set.error();
  if (Result<void> committed = (*transaction)->commit(); !committed) return committed.error();
  return sum;
}

}  // namespace

Result<bool> prune_journal(Store& store, const Schema& schema, const State& state,
                           std::chrono::system_clock::time_point now, const JournalLimits& limits) {
  const auto oldest =
      std::chrono::duration_cast<std::chrono::milliseconds>((now - limits.max_age).time_since_epoch()).count();
  for (int batch = 0; batch < most_batches; ++batch) {
    Result<std::vector<RowImage>> runs = store.find(state.table(StateName::Runs), {}, {}, 2);
    if (!runs) return runs.error();
    if (runs->empty()) return true;
    const RowImage& first = runs->front();
    Result<bool> clean = forget_steps(store, schema, state, first.values[state::runs_number].view().integer());
    if (!clean) return clean.error();
    if (!*clean) continue;
    if (runs->size() < 2) return true;
    bool leaves = first.values[state::runs_at].view().integer() < oldest;
    if (!leaves) {
      Result<std::int64_t> bytes = journal_bytes(store, state);
      if (!bytes) return bytes.error();
      leaves = *bytes > limits.max_size_bytes;
      if (leaves) {  // somebody may have emptied the journal, and the sum was never told
        Result<std::int64_t> counted = count_bytes(store, schema, state, *bytes);
        if (!counted) return counted.error();
        leaves = *counted > limits.max_size_bytes;
      }
    }
    if (!leaves) return true;
    if (Result<void> gone = forget_run(store, schema, state, first); !gone) return gone.error();
  }
  return false;
}

Result<std::int64_t> journal_bytes(Reader& reader, const State& state) { return state.number(reader, bytes_mark); }

Result<void> add_journal_bytes(Transaction& transaction, const State& state, std::int64_t more) {
  Result<std::int64_t> bytes = journal_bytes(transaction, state);
  if (!bytes) return bytes.error();
  return state.set_meta(transaction, bytes_mark, std::to_string(std::max<std::int64_t>(*bytes + more, 0)));
}

}  // namespace holdfast
