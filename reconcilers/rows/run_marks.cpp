#include "reconcilers/rows/run_marks.h"

#include <utility>

namespace holdfast {
namespace {

constexpr std::string_view set_mark = "set:";
constexpr std::string_view spent_mark = "spent:";

std::int64_t milliseconds(WallTime at) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

Result<std::string> spent_of(Reader& reader, const State& state, std::string_view row_set) {
  Result<std::optional<std::string>> text = state.meta(reader, std::string(spent_mark).append(row_set));
  if (!text) return text.error();
  return text->value_or("");
}

}  // namespace

Result<Marks> read_marks(Reader& reader, const State& state) {
  Result<std::vector<RowImage>> rows = state.find(reader, StateName::Meta, {}, {});
  if (!rows) return rows.error();
  Marks marks;
  for (const RowImage& row : *rows) {
    marks.emplace(row.values[state::meta_name].view().bytes(), row.values[state::meta_value].view().bytes());
  }
  return marks;
}

std::map<std::string, SetMarks> set_marks_in(const Marks& marks) {
  std::map<std::string, SetMarks> all;
  for (auto at = marks.lower_bound(set_mark); at != marks.end() && at->first.starts_with(set_mark); ++at) {
    if (auto read = read_marks(at->second)) all.emplace(at->first.substr(set_mark.size()), std::move(*read));
  }
  return all;
}

Spent spent_in(const Marks& marks, std::string_view row_set, WallTime now, std::chrono::milliseconds per) {
  const auto found = marks.find(std::string(spent_mark).append(row_set));
  if (found == marks.end()) return {};
  return spent_since(found->second, milliseconds(now) - per.count());
}

Result<std::map<std::string, SetMarks>> read_set_marks(Reader& reader, const State& state) {
  Result<Marks> marks = read_marks(reader, state);
  if (!marks) return marks.error();
  return set_marks_in(*marks);
}

Result<void> write_set_marks(Transaction& transaction, const State& state, std::string_view row_set,
                             const SetMarks& marks) {
  return state.set_meta(transaction, std::string(set_mark).append(row_set), marks_text(marks));
}

Result<Spent> read_spent(Reader& reader, const State& state, std::string_view row_set, WallTime now,
                         std::chrono::milliseconds per) {
  Result<std::string> text = spent_of(reader, state, row_set);
  if (!text) return text.error();
  return spent_since(*text, milliseconds(now) - per.count());
}

Result<void> settle_spent(Store& store, const Schema& schema, const State& state, std::string_view row_set,
                          WallTime now) {
  Result<std::string> before = spent_of(store, state, row_set);
  if (!before) return before.error();
  if (!spent_until(*before, milliseconds(now))) return {};
  Result<std::unique_ptr<Transaction>> transaction = store.begin(schema);
  if (!transaction) return transaction.error();
  Result<std::string> text = spent_of(**transaction, state, row_set);
  if (!text) return text.error();
  const std::optional<std::string> settled = spent_until(*text, milliseconds(now));
  if (!settled) return {};
  const std::string mark = std::string(spent_mark).append(row_set);
  if (Result<void> set = state.set_meta(**transaction, mark, *settled); !set) return set;
  return (*transaction)->commit();
}

Result<void> add_spent(Transaction& transaction, const State& state, std::string_view row_set, WallTime now,
                       std::chrono::milliseconds per, const Spent& more) {
  Result<std::string> text = spent_of(transaction, state, row_set);
  if (!text) return text.error();
  return state.set_meta(transaction, std::string(spent_mark).append(row_set),
                        spent_text(*text, milliseconds(now) - per.count(), milliseconds(now), more));
}

}  // namespace holdfast
