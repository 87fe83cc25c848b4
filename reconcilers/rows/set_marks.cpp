#include "reconcilers/rows/set_marks.h"

#include <boost/json.hpp>
#include <limits>
#include <utility>

namespace holdfast {
namespace {

namespace json = boost::json;

constexpr std::string_view set_mark = "set:";
constexpr std::string_view spent_mark = "spent:";

std::uint64_t number_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  std::int64_t number = value && value->is_int64() ? value->get_int64() : 0;
  return number < 0 ? 0 : static_cast<std::uint64_t>(number);
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<SetMarks> marks_of(std::string_view text) {
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  SetMarks marks;
  marks.table = text_of(object, "table");
  if (const json::value* key = object.if_contains("key"); key && key->is_array()) {
    for (const json::value& column : key->get_array()) {
      if (!column.is_string()) return std::nullopt;
      marks.key.emplace_back(column.get_string());
    }
  }
  marks.owned = text_of(object, "owned");
  marks.left = number_of(object, "left");
  marks.removes = number_of(object, "removes") != 0;
  marks.rows = number_of(object, "rows");
  marks.others = number_of(object, "others");
  return marks;
}

std::string text_of(const SetMarks& marks) {
  const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  json::array key;
  for (const std::string& column : marks.key) key.emplace_back(column);
  return json::serialize(json::object{{"table", marks.table},
                                      {"key", std::move(key)},
                                      {"owned", marks.owned},
                                      {"left", number(marks.left)},
                                      {"removes", marks.removes ? 1 : 0},
                                      {"rows", number(marks.rows)},
                                      {"others", number(marks.others)}});
}

std::int64_t milliseconds(WallTime at) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

// [[time, deletes, dependents], …]; those that still count. A time that lies ahead (the clock was set back) counts.
Result<json::array> spent_entries(Reader& reader, const State& state, std::string_view row_set, WallTime now,
                                  std::chrono::milliseconds per) {
  json::array left;
  if (!state.there()) return left;
  Result<std::optional<std::string>> text = state.meta(reader, std::string(spent_mark).append(row_set));
  if (!text) return text.error();
  if (!*text) return left;
  boost::system::error_code error;
  const json::value value = json::parse(**text, error);
  if (error || !value.is_array()) return left;
  for (const json::value& entry : value.get_array()) {
    if (!entry.is_array() || entry.get_array().size() != 3 || !entry.at(0).is_int64()) continue;
    if (entry.at(0).get_int64() > milliseconds(now) - per.count()) left.push_back(entry);
  }
  return left;
}

}  // namespace

Result<std::map<std::string, SetMarks>> read_set_marks(Reader& reader, const State& state) {
  std::map<std::string, SetMarks> all;
  if (!state.there()) return all;
  Result<std::vector<RowImage>> rows =
      reader.find(state.table(StateName::Meta), {}, {}, std::numeric_limits<std::size_t>::max());
  if (!rows) return rows.error();
  for (const RowImage& row : *rows) {
    const std::string_view name = row.values[state::meta_name].view().bytes();
    if (name.substr(0, set_mark.size()) != set_mark) continue;
    if (auto marks = marks_of(row.values[state::meta_value].view().bytes())) {
      all.emplace(name.substr(set_mark.size()), std::move(*marks));
    }
  }
  return all;
}

Result<void> write_set_marks(Transaction& transaction, const State& state, std::string_view row_set,
                             const SetMarks& marks) {
  return state.set_meta(transaction, std::string(set_mark).append(row_set), text_of(marks));
}

Result<Spent> read_spent(Reader& reader, const State& state, std::string_view row_set, WallTime now,
                         std::chrono::milliseconds per) {
  Result<json::array> entries = spent_entries(reader, state, row_set, now, per);
  if (!entries) return entries.error();
  Spent spent;
  for (const json::value& entry : *entries) {
    if (entry.at(1).is_int64()) spent.deletes += static_cast<std::uint64_t>(entry.at(1).get_int64());
    if (entry.at(2).is_int64()) spent.dependents += static_cast<std::uint64_t>(entry.at(2).get_int64());
  }
  return spent;
}

Result<void> add_spent(Transaction& transaction, const State& state, std::string_view row_set, WallTime now,
                       std::chrono::milliseconds per, const Spent& more) {
  Result<json::array> entries = spent_entries(transaction, state, row_set, now, per);
  if (!entries) return entries.error();
  entries->push_back(json::array{milliseconds(now), static_cast<std::int64_t>(more.deletes),
                                 static_cast<std::int64_t>(more.dependents)});
  return state.set_meta(transaction, std::string(spent_mark).append(row_set), json::serialize(*entries));
}

}  // namespace holdfast
