// What holds are besides their rows: the mark that tells of a change, and what a run writes down about them at its
// end.
#include <algorithm>
#include <utility>

#include "reconcilers/rows/holds.h"

namespace holdfast {
namespace {

constexpr std::string_view version_mark = "holds";

}  // namespace

Result<std::string> Holds::version(Reader& reader, const State& state) {
  Result<std::optional<std::string>> mark = state.meta(reader, version_mark);
  if (!mark) return mark.error();
  return mark->value_or("");
}

Result<void> Holds::set_version(Transaction& transaction, const State& state, const std::string& version) {
  return state.set_meta(transaction, version_mark, version);
}

Result<bool> Holds::is_as_read(Transaction& transaction, const State& state, const Hold& hold) const {
  const Locator at = {Value::text(hold.row_set), Value::blob(hold.key)};
  Result<std::optional<RowImage>> there = state.fetch(transaction, StateName::Holds, at);
  if (!there) return there.error();
  return *there && (*there)->values[state::holds_run].view().bytes() == hold.run &&
         (*there)->values[state::holds_digest].view().bytes() == hold.said;
}

Result<void> Holds::forget(Transaction& transaction, const State& state, const Hold& hold) const {
  Result<bool> same = is_as_read(transaction, state, hold);
  if (!same) return same.error();
  return *same ? remove(transaction, state, hold) : Result<void>();
}

// True if it was, and is no other one by now.
Result<bool> Holds::tie(Transaction& transaction, const State& state, const Untied& untied) const {
  Result<bool> same = is_as_read(transaction, state, all_[untied.read]);
  if (!same || !*same) return same;
  if (Result<void> placed = place(transaction, state, untied.hold); !placed) return placed.error();
  return true;
}

Result<void> Holds::settle(Transaction& transaction, const State& state, const std::string& run, std::size_t first,
                           std::size_t count) {
  // Lines in a hold mean nothing to a version that knows format 1 only: it would take the hold for void.
  if (Result<void> stamped = state.stamp(transaction); !stamped) return stamped;
  bool tied = false;
  const std::size_t end = std::min(to_settle(), first + count);
  for (std::size_t i = first; i < end; ++i) {
    if (i < passed_.size()) {
      if (Result<void> gone = forget(transaction, state, passed_[i]); !gone) return gone;
      continue;
    }
    Result<bool> done = tie(transaction, state, untied_[i - passed_.size()]);
    if (!done) return done.error();
    tied = tied || *done;
  }
  if (!tied) return {};
  return set_version(transaction, state, run + "/" + std::to_string(first));
}

}  // namespace holdfast
