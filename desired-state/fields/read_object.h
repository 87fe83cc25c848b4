// The visitor that reads a map by a description (describe.h): unknown, missing and wrong fields become errors with the
// likely mend. Include this where objects are read; read_types.h has the leaves.
#pragma once

#include <algorithm>
#include <optional>
#include <type_traits>

#include "desired-state/fields/describe.h"
#include "desired-state/fields/read_types.h"

namespace holdfast::fields {

class ObjectReader {
 public:
  ObjectReader(Reading& reading, const Node& map, std::string path)
      : reading_(reading), map_(map), path_(std::move(path)) {}

  template <class T>
  void required(const char* name, T&& value, const char* help) {
    if (const yaml::Entry* entry = take(name)) {
      read_field(reading_, entry->value, path_ + "." + name, std::forward<T>(value));
    } else {
      missing(name, hint_for<std::decay_t<T>>(help));
    }
  }

  template <class T>
  void optional(const char* name, T&& value, const char* /*help*/) {
    if (const yaml::Entry* entry = take(name)) {
      read_field(reading_, entry->value, path_ + "." + name, std::forward<T>(value));
    }
  }

  void exactly_one(const std::vector<std::string>& names);
  void at_least_one(const std::vector<std::string>& names);
  // Every field has been described: what is left is unknown.
  void finish();

 private:
  template <class T>
  static std::string hint_for(const char* help) {
    if constexpr (std::is_enum_v<T>) return either(EnumNames<T>::names());
    return sentence_as_hint(help);
  }
  static std::string sentence_as_hint(std::string sentence);
  static std::string either(const std::vector<std::string>& names);
  const yaml::Entry* take(const char* name);
  void missing(const char* name, std::string hint);

  Reading& reading_;
  const Node& map_;
  std::string path_;
  std::vector<std::string> known_;
};

template <class E>
requires std::is_enum_v<E>
void read_field(Reading& reading, const Node& node, const std::string& path, E& value) {
  const int index = read_choice(reading, node, path, EnumNames<E>::names());
  if (index >= 0) value = static_cast<E>(index);
}

// Reads the fields of a map; the caller has seen that it is one.
template <class T>
void read_fields(Reading& reading, const Node& node, const std::string& path, T&& value) {
  ObjectReader reader(reading, node, path);
  describe(reader, value);
  reader.finish();
}

template <class T>
requires is_object<std::remove_cvref_t<T>>
void read_field(Reading& reading, const Node& node, const std::string& path, T&& value) {
  if (!expect_map(reading, node, path)) return;
  if constexpr (requires { value.mark; }) value.mark = node.mark;
  if constexpr (std::is_same_v<std::remove_cvref_t<T>, NotifierTarget>) value.document.kind = value.kind;
  read_fields(reading, node, path, value);
}

template <class T>
void read_field(Reading& reading, const Node& node, const std::string& path, std::optional<T>& value) {
  T read{};
  read_field(reading, node, path, read);
  value = std::move(read);
}

template <class T>
requires is_object<T>
void read_field(Reading& reading, const Node& node, const std::string& path, std::vector<T>& value) {
  if (!expect_list(reading, node, path)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    read_field(reading, node.items[i], path + "[" + std::to_string(i) + "]", value.emplace_back());
  }
}

}  // namespace holdfast::fields
