#include "desired-state/fields/schema.h"

#include <boost/json.hpp>

#include <chrono>
#include <optional>
#include <type_traits>

#include "desired-state/document_kinds.h"
#include "desired-state/fields/describe.h"
#include "desired-state/fields/read_types.h"
#include "desired-state/units.h"

namespace holdfast {
namespace {

namespace json = boost::json;
using namespace fields;  // NOLINT(google-build-using-namespace): the types that are described

json::object text() { return {{"type", "string"}, {"minLength", 1}}; }
json::object list_of(json::object items) { return {{"type", "array"}, {"items", std::move(items)}}; }
json::object name_list_of(json::object items) {
  json::object list = list_of(std::move(items));
  list["uniqueItems"] = true;
  return list;
}
json::object scalar() { return {{"type", json::array{"string", "number", "boolean", "null"}}}; }
json::object value() { return {{"type", json::array{"string", "number", "boolean"}}}; }
json::object map_of(json::object values) {
  return {{"type", "object"}, {"propertyNames", {{"minLength", 1}}}, {"additionalProperties", std::move(values)}};
}
json::object document_name() { return {{"type", "string"}, {"pattern", document_name_pattern}}; }
json::object enumeration(const std::vector<std::string>& names) { return {{"enum", json::value_from(names)}}; }

template <class T>
json::object object_schema(T&& described);

// --- one overload a type or wrapper; the value is its default

json::object schema_of(const std::string&) { return text(); }
json::object schema_of(const Name&) { return text(); }
json::object schema_of(bool& value) { return {{"type", "boolean"}, {"default", value}}; }
json::object schema_of(double&) { return {{"type", "number"}}; }
json::object schema_of(std::chrono::milliseconds& value) {
  return {{"type", "string"}, {"pattern", duration_pattern}, {"default", write_duration(value)}};
}
json::object schema_of(Size value) {
  return {{"type", "string"}, {"pattern", size_pattern}, {"default", write_size(value.bytes)}};
}
json::object schema_of(Count value) {
  return {{"type", "integer"}, {"minimum", value.least}, {"maximum", value.most}, {"default", value.number}};
}
json::object schema_of(Columns value) {
  json::object list = name_list_of(text());
  if (value.required) list["minItems"] = 1;
  return list;
}
json::object schema_of(ColumnTexts) { return name_list_of(text()); }
json::object schema_of(ColumnValues) {
  json::object map = map_of(scalar());
  map["minProperties"] = 1;
  return map;
}
json::object schema_of(DocumentRef) {
  return {{"type", "object"},
          {"properties", {{"name", document_name()}}},
          {"required", json::array{"name"}},
          {"additionalProperties", false}};
}
json::object schema_of(DocumentNames) { return name_list_of(text()); }
json::object schema_of(const Choices& value) {
  json::object list = name_list_of(enumeration(value.allowed));
  list["minItems"] = 1;
  return list;
}
json::object schema_of(SubstitutedName) { return text(); }
json::object schema_of(SubstitutedText) { return text(); }
json::object schema_of(RowFileName) { return {{"type", "string"}, {"pattern", row_file_pattern}}; }
json::object schema_of(Rows) { return list_of(map_of(scalar())); }
json::object schema_of(References) {
  Reference reference;
  return map_of(object_schema(reference));
}
json::object schema_of(MatcherValue value_of) {
  json::object several = list_of(value());
  several["minItems"] = 1;
  switch (value_of.kind) {
    case Matcher::Kind::IsNull: return {{"type", "boolean"}};
    case Matcher::Kind::In: return several;
    case Matcher::Kind::Like:
    case Matcher::Kind::Regex: return text();
    default: return value();
  }
}
json::object schema_of(const std::vector<ForbiddenRule>&) {
  Matcher matcher;
  json::object rule = map_of({{"anyOf", json::array{scalar(), object_schema(matcher)}}});
  rule["minProperties"] = 1;
  return list_of(std::move(rule));
}

template <class E>
requires std::is_enum_v<E> json::object schema_of(E& value, bool required) {
  json::object schema = enumeration(EnumNames<E>::names());
  if (!required) schema["default"] = EnumNames<E>::names()[static_cast<std::size_t>(value)];
  return schema;
}
template <class T>
requires is_object<std::remove_cvref_t<T>> json::object schema_of(T&& value) { return object_schema(value); }
template <class T>
json::object schema_of(std::optional<T>&) {
  T value{};
  return schema_of(value);
}
template <class T>
requires is_object<T> json::object schema_of(std::vector<T>&) {
  T value{};
  return list_of(object_schema(value));
}

// The visitor.
class ObjectSchema {
 public:
  template <class T>
  void required(const char* name, T&& value, const char* help) {
    required_.emplace_back(name);
    add(name, std::forward<T>(value), help, true);
  }
  template <class T>
  void optional(const char* name, T&& value, const char* help) {
    add(name, std::forward<T>(value), help, false);
  }
  void exactly_one(const std::vector<std::string>& names) { choice_ = {{"oneOf", each_required(names)}}; }
  void at_least_one(const std::vector<std::string>& names) { choice_ = {{"anyOf", each_required(names)}}; }

  json::object result() && {
    json::object schema = {{"type", "object"}, {"properties", std::move(properties_)}, {"additionalProperties", false}};
    if (!required_.empty()) schema["required"] = std::move(required_);
    for (auto& [key, choices] : choice_) schema[key] = choices;
    return schema;
  }

 private:
  template <class T>
  void add(const char* name, T&& value, const char* help, bool required) {
    json::object schema;
    if constexpr (std::is_enum_v<std::remove_cvref_t<T>>) {
      schema = schema_of(value, required);
    } else {
      schema = schema_of(value);
    }
    schema["description"] = help;
    properties_[name] = std::move(schema);
  }

  static json::array each_required(const std::vector<std::string>& names) {
    json::array choices;
    for (const std::string& name : names) choices.emplace_back(json::object{{"required", json::array{name}}});
    return choices;
  }

  json::object properties_;
  json::array required_;
  json::object choice_;
};

template <class T>
json::object object_schema(T&& described) {
  ObjectSchema visitor;
  describe(visitor, described);
  return std::move(visitor).result();
}

json::object metadata_schema() {
  const json::object texts = {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}};
  return {{"type", "object"},
          {"properties", {{"name", document_name()}, {"labels", texts}, {"annotations", texts}}},
          {"required", json::array{"name"}},
          {"additionalProperties", false}};
}

template <class T>
json::object document_schema(const std::string& kind) {
  T document;
  return {{"type", "object"},
          {"properties",
           {{"apiVersion", {{"const", api_version}}},
            {"kind", {{"const", kind}}},
            {"metadata", {{"$ref", "#/definitions/metadata"}}},
            {"spec", object_schema(document)}}},
          {"required", json::array{"apiVersion", "kind", "metadata", "spec"}},
          {"additionalProperties", false}};
}

void print(const json::value& value, std::size_t indent, std::string& out) {
  const std::string line = "\n" + std::string(indent + 2, ' '), end = "\n" + std::string(indent, ' ');
  constexpr std::size_t short_enough = 100;
  const std::string flat = json::serialize(value);
  if (flat.size() <= short_enough || !value.is_structured()) {
    out += flat;
    return;
  }
  const char* separator = "";
  if (const json::object* object = value.if_object()) {
    out += '{';
    for (const auto& [key, member] : *object) {
      out += separator + line + json::serialize(json::string(key)) + ": ";
      print(member, indent + 2, out);
      separator = ",";
    }
    out += end + "}";
    return;
  }
  out += '[';
  for (const json::value& item : value.as_array()) {
    out += separator + line;
    print(item, indent + 2, out);
    separator = ",";
  }
  out += end + "]";
}

}  // namespace

std::string json_schema() {
  json::array kinds;
  json::object definitions = {{"metadata", metadata_schema()},
                              {"Database", document_schema<DatabaseDocument>("Database")},
                              {"RowSet", document_schema<RowSetDocument>("RowSet")},
                              {"BackupPolicy", document_schema<BackupPolicyDocument>("BackupPolicy")},
                              {"Notifier", document_schema<NotifierDocument>("Notifier")}};
  for (const std::string& kind : document_kinds()) kinds.emplace_back(json::object{{"$ref", "#/definitions/" + kind}});
  const json::object schema = {
      {"$schema", "http://json-schema.org/draft-07/schema#"},
      {"title", "Holdfast documents"},
      {"description", "One document of a Holdfast file; docs/documents.md explains every field."},
      {"oneOf", std::move(kinds)},
      {"definitions", std::move(definitions)}};
  std::string out;
  print(schema, 0, out);
  return out + "\n";
}

}  // namespace holdfast
