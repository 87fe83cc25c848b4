#include "tests/http/json_schema.h"

#include <algorithm>
#include <regex>

namespace holdfast::agent::http {
namespace {

namespace json = boost::json;

const std::set<std::string> known_keywords = {"type",       "description", "required", "additionalProperties",
                                              "properties", "items",       "enum",     "nullable",
                                              "$ref",       "allOf",       "format",   "pattern",
                                              "minimum",    "maximum",     "maxItems", "default",
                                              "example"};

bool is_of_type(const json::value& value, std::string_view type) {
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "integer") return value.is_int64() || value.is_uint64();
  if (type == "array") return value.is_array();
  return type == "object" && value.is_object();
}

}  // namespace

std::vector<std::string> SchemaChecker::check(const json::value& value, const json::value& schema) {
  mistakes_.clear();
  check(value, schema.as_object(), "$", "");
  return mistakes_;
}

void SchemaChecker::check(const json::value& value, const json::object& schema, const std::string& path,
                          const std::string& name) {
  for (const auto& [keyword, unused] : schema) {
    if (!known_keywords.contains(std::string(keyword)))
      wrong(path, "the keyword " + std::string(keyword) + " is not checked here");
  }
  if (const json::value* nullable = schema.if_contains("nullable");
      value.is_null() && nullable != nullptr && nullable->as_bool())
    return;
  if (const json::value* reference = schema.if_contains("$ref")) {
    const std::string target(reference->as_string());
    const std::string schemas = "#/components/schemas/";
    if (!target.starts_with(schemas)) return wrong(path, "a reference to somewhere else: " + target);
    const std::string named = target.substr(schemas.size());
    const json::value* found = document_.at("components").at("schemas").as_object().if_contains(named);
    if (found == nullptr) return wrong(path, "there is no schema " + named);
    return check(value, found->as_object(), path, named);
  }
  if (const json::value* all = schema.if_contains("allOf")) {
    for (const json::value& one : all->as_array()) check(value, one.as_object(), path, name);
    return;
  }
  if (!schema.contains("type")) return;  // any value: one of a database's
  const std::string type(schema.at("type").as_string());
  if (!is_of_type(value, type)) return wrong(path, "is not of type " + type);
  if (const json::value* list = schema.if_contains("enum")) {
    const json::array& allowed = list->as_array();
    if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) wrong(path, "is none of its values");
    if (value.is_string()) values.insert(name + "=" + std::string(value.as_string()));
  }
  if (const json::value* least = schema.if_contains("minimum");
      least != nullptr && value.to_number<double>() < least->to_number<double>()) {
    wrong(path, "is too small");
  }
  if (value.is_string()) check_text(value.as_string(), schema, path);
  if (value.is_array()) {
    const json::value* most = schema.if_contains("maxItems");
    if (most != nullptr && value.as_array().size() > most->to_number<std::size_t>()) wrong(path, "is too long");
    for (const json::value& item : value.as_array()) check(item, schema.at("items").as_object(), path + "[]", name);
  }
  if (value.is_object()) check_object(value.as_object(), schema, path, name);
}

void SchemaChecker::check_object(const json::object& value, const json::object& schema, const std::string& path,
                                 const std::string& name) {
  if (const json::value* required = schema.if_contains("required")) {
    for (const json::value& member : required->as_array()) {
      if (!value.contains(member.as_string())) wrong(path, "lacks " + std::string(member.as_string()));
    }
  }
  const json::value* properties = schema.if_contains("properties");
  const json::value* others = schema.if_contains("additionalProperties");
  for (const auto& [member, inner] : value) {
    const std::string place = path + "." + std::string(member);
    const json::value* known = properties == nullptr ? nullptr : properties->as_object().if_contains(member);
    if (known != nullptr) {
      const std::string full = name + "." + std::string(member);
      if (!inner.is_null()) met.insert(full);
      check(inner, known->as_object(), place, full);
    } else if (others != nullptr && others->is_object()) {
      check(inner, others->as_object(), place, name);
    } else if (others != nullptr) {
      wrong(place, "is not a member of " + name);
    }
  }
}

void SchemaChecker::check_text(const json::string& value, const json::object& schema, const std::string& path) {
  const std::string text(value);
  if (const json::value* pattern = schema.if_contains("pattern")) {
    if (!std::regex_search(text, std::regex(std::string(pattern->as_string()))))
      wrong(path, "does not match its pattern");
  }
  if (const json::value* format = schema.if_contains("format")) {
    if (format->as_string() != "date-time") wrong(path, "has a format that is not checked here");
    if (!std::regex_match(text, std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)")))
      wrong(path, "is no time: " + text);
  }
}

}  // namespace holdfast::agent::http
