#include "reconcilers/core/row_shape.h"

#include <algorithm>
#include <boost/json.hpp>

namespace holdfast {
namespace {

namespace json = boost::json;

std::optional<std::vector<std::string>> texts(const json::value* value) {
  std::vector<std::string> list;
  if (value == nullptr || !value->is_array()) return std::nullopt;
  for (const json::value& item : value->get_array()) {
    if (!item.is_string()) return std::nullopt;
    list.emplace_back(item.get_string());
  }
  return list;
}

json::array array_of(const std::vector<std::string>& list) {
  json::array array;
  for (const std::string& text : list) array.emplace_back(text);
  return array;
}

}  // namespace

RowShape shape_of(std::string_view row_set, const Table& table, const std::vector<std::string>& key) {
  RowShape shape;
  shape.row_set = row_set;
  shape.table = table.name;
  for (const holdfast::Column& column : table.columns) shape.columns.push_back({column.name, column.declared_type});
  shape.key = key;
  for (const std::uint32_t column : table.locator) shape.locator.push_back(table.columns[column].name);
  return shape;
}

std::string shape_text(const RowShape& shape) {
  json::array columns;
  for (const RowShape::Column& column : shape.columns) columns.push_back(json::array{column.name, column.type});
  return json::serialize(
      json::object{{"columns", columns}, {"key", array_of(shape.key)}, {"locator", array_of(shape.locator)}});
}

std::string names_text(const std::vector<std::string>& names) { return json::serialize(array_of(names)); }

std::vector<std::string> read_names(std::string_view text) {
  boost::system::error_code bad;
  const json::value value = json::parse(text, bad);
  return bad ? std::vector<std::string>() : texts(&value).value_or(std::vector<std::string>());
}

std::optional<RowShape> read_shape(std::string_view row_set, std::string_view table, std::string_view text) {
  boost::system::error_code bad;
  const json::value value = json::parse(text, bad);
  if (bad || !value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  RowShape shape;
  shape.row_set = row_set;
  shape.table = table;
  const json::value* columns = object.if_contains("columns");
  if (columns == nullptr || !columns->is_array()) return std::nullopt;
  for (const json::value& column : columns->get_array()) {
    const auto pair = texts(&column);
    if (!pair || pair->size() != 2) return std::nullopt;
    shape.columns.push_back({(*pair)[0], (*pair)[1]});
  }
  auto key = texts(object.if_contains("key"));
  auto locator = texts(object.if_contains("locator"));
  if (!key || !locator) return std::nullopt;
  shape.key = std::move(*key);
  shape.locator = std::move(*locator);
  return shape;
}

bool fits(const RowShape& shape, const Table& table) {
  const RowShape now = shape_of(shape.row_set, table, shape.key);
  return now.columns == shape.columns && now.locator == shape.locator;
}

}  // namespace holdfast
