// What holds are besides their rows: the lists of rules that they name, the mark that tells of a change, and what a run
// writes down about them at its end.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "reconcilers/rows/hold_rules.h"
#include "reconcilers/rows/holds.h"

namespace holdfast {

std::string mark_of_rules(std::string_view list) { return std::string(rules_mark).append(list); }

Result<std::string> Holds::version(Reader& reader, const State& state) {
  Result<std::optional<std::string>> mark = state.meta(reader, holds_mark);
  if (!mark) return mark.error();
  return mark->value_or("");
}

Result<void> Holds::set_version(Transaction& transaction, const State& state, const std::string& version) {
  return state.set_meta(transaction, holds_mark, version);
}

void Holds::take_lists(const Marks& marks) {
  std::map<std::string, std::shared_ptr<const RuleList>, std::less<>> lists;
  for (auto at = marks.lower_bound(rules_mark); at != marks.end() && at->first.starts_with(rules_mark); ++at) {
    const std::string_view name = std::string_view(at->first).substr(rules_mark.size());
    lists.emplace(name, read_rules(name, at->second));
  }
  std::set<std::string_view> used;
  for (Hold& hold : all_) {
    const std::string_view name = rules_named_in(hold.said);
    if (name.empty()) continue;
    const auto list = lists.find(name);
    if (list == lists.end()) continue;
    used.insert(list->first);
    hold.rules = list->second;
  }
  for (const auto& [name, list] : lists) {
    if (!used.contains(name)) unused_.push_back(mark_of_rules(name));
  }
}

Result<void> place_rules(Transaction& transaction, const State& state, const RuleList* list) {
  if (list == nullptr) return {};
  const std::string mark = mark_of_rules(list->name);
  // Asked for each row that is placed: only whether it is there, since it may be long.
  const Table& meta = state.table(StateName::Meta);
  const ColumnList column = {state::meta_name};
  const Value name = Value::text(mark);
  Result<std::uint64_t> there = transaction.count(meta, column, {&name, 1});
  if (!there) return there.error();
  return *there > 0 ? Result<void>() : state.set_meta(transaction, mark, rules_text(*list));
}

Result<bool> Holds::is_as_read(Transaction& transaction, const State& state, const Hold& hold) const {
  Result<std::vector<RowImage>> there = written(transaction, state, hold);
  if (!there) return there.error();
  return std::any_of(there->begin(), there->end(), [&](const RowImage& row) {
    return row.values[state::holds_run].view().bytes() == hold.run &&
           row.values[state::holds_digest].view().bytes() == hold.said;
  });
}

Result<void> Holds::forget(Transaction& transaction, const State& state, const Hold& hold) const {
  Result<bool> same = is_as_read(transaction, state, hold);
  if (!same) return same.error();
  return *same ? remove(transaction, state, hold) : Result<void>();
}

// True if it was, and is no other one by now.
Result<bool> Holds::tie(Transaction& transaction, const State& state, const Untied& untied, bool write_rules) const {
  Result<bool> same = is_as_read(transaction, state, all_[untied.read]);
  if (!same || !*same) return same;
  const RuleList* list = untied.hold.rules.get();
  if (list != nullptr && write_rules) {  // whatever lies there under its name
    Result<void> set = state.set_meta(transaction, mark_of_rules(list->name), rules_text(*list));
    if (!set) return set.error();
  }
  if (Result<void> placed = place(transaction, state, untied.hold); !placed) return placed.error();
  return true;
}

Result<void> Holds::settle(Transaction& transaction, const State& state, const std::string& run, std::size_t first,
                           std::size_t count) {
  // Lines in a hold mean nothing to a version that knows format 1 only: it would take the hold for void.
  if (Result<void> stamped = state.stamp(transaction); !stamped) return stamped;
  Result<std::string> now = version(transaction, state);
  if (!now) return now.error();
  moved_ = moved_ || *now != version_;
  version_ = std::move(*now);
  std::set<std::string> written;  // lists
  bool tied = false;
  const std::size_t end = std::min(to_settle(), first + count);
  for (std::size_t i = first; i < end; ++i) {
    if (i < passed_.size()) {
      if (Result<void> gone = forget(transaction, state, passed_[i]); !gone) return gone;
    } else if (const std::size_t at = i - passed_.size(); at < untied_.size()) {
      const Untied& one = untied_[at];
      Result<bool> done = tie(transaction, state, one, one.hold.rules && written.insert(one.hold.rules->name).second);
      if (!done) return done.error();
      tied = tied || *done;
    } else if (!moved_) {  // else somebody may have placed a hold that names it
      const Table& meta = state.table(StateName::Meta);
      const Locator mark = {Value::text(unused_[at - untied_.size()])};
      Result<std::vector<std::optional<RowImage>>> there = transaction.fetch(meta, {&mark, 1});
      if (!there) return there.error();
      if (!there->front()) continue;
      if (Result<void> erased = must_succeed(transaction.erase(meta, mark), meta.name); !erased) return erased;
    }
  }
  if (!tied) return {};
  version_ = run + "/" + std::to_string(first);
  return set_version(transaction, state, version_);
}

}  // namespace holdfast
