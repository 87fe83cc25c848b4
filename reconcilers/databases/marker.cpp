#include "reconcilers/databases/marker.h"

#include <boost/json.hpp>

namespace holdfast {
namespace {

namespace json = boost::json;

constexpr std::int64_t format = 1;

std::int64_t number_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value && value->is_int64() ? value->get_int64() : 0;
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<std::int64_t> maybe_number(const json::object& object, std::string_view name) {
  if (!object.contains(name)) return std::nullopt;
  return number_of(object, name);
}

// Inodes use all 64 bits; JSON's whole numbers here are signed.
std::uint64_t unsigned_of(const json::object& object, std::string_view name) {
  return static_cast<std::uint64_t>(number_of(object, name));
}

json::object table_object(const RememberedTable& table) {
  json::object object;
  object["empty"] = table.mark.empty;
  if (table.mark.highest) object["highest"] = *table.mark.highest;
  if (table.mark.given) object["given"] = *table.mark.given;
  if (table.rows) object["rows"] = static_cast<std::int64_t>(*table.rows);
  return object;
}

RememberedTable read_table(const json::object& object) {
  RememberedTable table;
  const json::value* empty = object.if_contains("empty");
  table.mark.empty = !(empty && empty->is_bool() && !empty->get_bool());
  table.mark.highest = maybe_number(object, "highest");
  table.mark.given = maybe_number(object, "given");
  if (const auto rows = maybe_number(object, "rows")) table.rows = static_cast<std::uint64_t>(*rows);
  return table;
}

}  // namespace

bool other_host(const Place& a, const Place& b) { return !a.host.empty() && !b.host.empty() && a.host != b.host; }

bool same_file(const Place& a, const Place& b) {
  if (a.inode != b.inode || other_host(a, b)) return false;
  return a.born_ns == 0 || b.born_ns == 0 || a.born_ns == b.born_ns;
}

std::string marker_text(const Marker& marker) {
  json::object object;
  object["format"] = format;
  object["database"] = marker.database;
  object["incarnation"] = marker.incarnation;
  object["host"] = marker.place.host;
  object["path"] = marker.place.path;
  object["inode"] = static_cast<std::int64_t>(marker.place.inode);
  object["born_ns"] = marker.place.born_ns;
  object["sequence"] = static_cast<std::int64_t>(marker.sequence);
  object["last_run"] = marker.last_run;
  object["at_ms"] = marker.at_ms;
  json::object tables;
  for (const auto& [name, table] : marker.tables) tables[name] = table_object(table);
  object["tables"] = std::move(tables);
  return json::serialize(object);
}

std::optional<Marker> read_marker(std::string_view text) {
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  Marker marker;
  marker.database = text_of(object, "database");
  marker.incarnation = text_of(object, "incarnation");
  if (marker.database.empty() || marker.incarnation.empty() || number_of(object, "format") < format)
    return std::nullopt;
  marker.place.host = text_of(object, "host");
  marker.place.path = text_of(object, "path");
  marker.place.inode = unsigned_of(object, "inode");
  marker.place.born_ns = number_of(object, "born_ns");
  marker.sequence = unsigned_of(object, "sequence");
  marker.last_run = number_of(object, "last_run");
  marker.at_ms = number_of(object, "at_ms");
  const json::value* tables = object.if_contains("tables");
  if (tables == nullptr || !tables->is_object()) return marker;
  for (const auto& [name, table] : tables->get_object()) {
    if (table.is_object()) marker.tables.emplace(std::string(name), read_table(table.get_object()));
  }
  return marker;
}

}  // namespace holdfast
