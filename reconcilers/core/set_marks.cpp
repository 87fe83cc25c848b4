#include "reconcilers/core/set_marks.h"

#include <boost/json.hpp>
#include <limits>
#include <utility>

namespace holdfast {
namespace {

namespace json = boost::json;

std::uint64_t number_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  std::int64_t number = value && value->is_int64() ? value->get_int64() : 0;
  return number < 0 ? 0 : static_cast<std::uint64_t>(number);
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

// [[time, deletes, dependents], …]; those that still count.
json::array entries_since(std::string_view text, std::int64_t since) {
  json::array left;
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_array()) return left;
  for (const json::value& entry : value.get_array()) {
    if (!entry.is_array() || entry.get_array().size() != 3) continue;
    const json::array& parts = entry.get_array();
    if (!parts[0].is_int64() || !parts[1].is_int64() || !parts[2].is_int64()) continue;
    if (parts[0].get_int64() > since) left.push_back(entry);
  }
  return left;
}

}  // namespace

std::optional<SetMarks> read_marks(std::string_view text) {
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

std::string marks_text(const SetMarks& marks) {
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

Spent spent_since(std::string_view text, std::int64_t since) {
  Spent spent;
  for (const json::value& entry : entries_since(text, since)) {
    spent.deletes += static_cast<std::uint64_t>(entry.get_array()[1].get_int64());
    spent.dependents += static_cast<std::uint64_t>(entry.get_array()[2].get_int64());
  }
  return spent;
}

std::optional<std::string> spent_until(std::string_view text, std::int64_t now) {
  json::array entries = entries_since(text, std::numeric_limits<std::int64_t>::min());
  bool ahead = false;
  for (json::value& entry : entries) {
    json::value& at = entry.get_array()[0];
    if (at.get_int64() <= now) continue;
    at = now;
    ahead = true;
  }
  return ahead ? std::optional<std::string>(json::serialize(entries)) : std::nullopt;
}

std::string spent_text(std::string_view text, std::int64_t since, std::int64_t now, const Spent& more) {
  json::array entries = entries_since(text, since);
  entries.push_back(
      json::array{now, static_cast<std::int64_t>(more.deletes), static_cast<std::int64_t>(more.dependents)});
  return json::serialize(entries);
}

}  // namespace holdfast
