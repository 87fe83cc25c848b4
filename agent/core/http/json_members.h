// Members that many objects of the HTTP API have, written one way. PURE.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/core/http/time_text.h"
#include "agent/render/json_writer.h"

namespace holdfast::agent::http {

inline void text_member(JsonWriter& json, std::string_view name, std::string_view text) {
  json.key(name);
  json.string(text);
}

// null where the text is empty: there is none.
inline void optional_text_member(JsonWriter& json, std::string_view name, std::string_view text) {
  json.key(name);
  text.empty() ? json.null() : json.string(text);
}

inline void count_member(JsonWriter& json, std::string_view name, std::uint64_t count) {
  json.key(name);
  json.number(count);
}

inline void boolean_member(JsonWriter& json, std::string_view name, bool value) {
  json.key(name);
  json.boolean(value);
}

inline void time_member(JsonWriter& json, std::string_view name, const std::optional<WallTime>& time) {
  json.key(name);
  time ? json.string(time_text(*time)) : json.null();
}

}  // namespace holdfast::agent::http
