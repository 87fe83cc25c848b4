// What a request's target says, taken apart. PURE.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::agent::http {

struct Target {
  std::string authority;              // of "http://HOST/…", which takes the place of the Host field; empty else
  std::vector<std::string> segments;  // "/api/v1" has two, "/" has one, which is empty; decoded
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
};

// Nothing when it is neither a path nor an http address, or when an escape in it is broken. A fragment is no part of a
// target. An escaped slash is a character of its segment. Bounded by the caller, who has bounded the header.
std::optional<Target> parse_target(std::string_view text);

}  // namespace holdfast::agent::http
