// Reading what an agent answers: a member that is not there, or is of another kind, is empty. PURE.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::agent {

namespace json = boost::json;

inline std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

inline bool is_true(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

inline std::uint64_t count_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? static_cast<std::uint64_t>(value->get_int64()) : 0;
}

inline const json::array& array_of(const json::object& object, std::string_view name) {
  static const json::array none;
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_array() ? value->get_array() : none;
}

inline json::object object_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_object() ? value->get_object() : json::object();
}

// A name as one segment of an address.
inline std::string escaped_segment(std::string_view text) {
  std::string path;
  for (const char one : text) {
    const auto byte = static_cast<unsigned char>(one);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                       one == '-' || one == '.' || one == '_' || one == '~';
    if (plain) {
      path += one;
      continue;
    }
    constexpr char digits[] = "0123456789ABCDEF";
    path += {'%', digits[byte >> 4U], digits[byte & 15U]};
  }
  return path;
}

}  // namespace holdfast::agent
