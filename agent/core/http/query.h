// What stands after the "?" of a target, read strictly: an unknown, repeated or misspelt one is an error, as an unknown
// key of a document is. PURE.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/http/target.h"

namespace holdfast::agent::http {

// What is wrong with the query when only these names may be in it; empty: nothing.
std::string query_mistake(const Target& target, std::initializer_list<std::string_view> known);

std::optional<std::string_view> find_parameter(const Target& target, std::string_view name);

// A whole number from 1 to `most`; `otherwise` when the parameter is not there; nothing when it is something else.
std::optional<std::size_t> read_limit(const Target& target, std::size_t otherwise, std::size_t most);

}  // namespace holdfast::agent::http
