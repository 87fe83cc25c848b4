#include "agent/core/http/query.h"

#include <algorithm>
#include <charconv>

namespace holdfast::agent::http {

std::string query_mistake(const Target& target, std::initializer_list<std::string_view> known) {
  for (std::size_t at = 0; at < target.query.size(); ++at) {
    const std::string& name = target.query[at].first;
    if (std::find(known.begin(), known.end(), name) == known.end())
      return "the parameter \"" + name + "\" is not known here";
    for (std::size_t before = 0; before < at; ++before) {
      if (target.query[before].first == name) return "the parameter \"" + name + "\" is there twice";
    }
  }
  return {};
}

std::optional<std::string_view> find_parameter(const Target& target, std::string_view name) {
  for (const auto& [known, value] : target.query) {
    if (known == name) return value;
  }
  return std::nullopt;
}

std::optional<std::size_t> read_limit(const Target& target, std::size_t otherwise, std::size_t most) {
  const std::optional<std::string_view> text = find_parameter(target, "limit");
  if (!text) return otherwise;
  std::size_t number = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (failed != std::errc() || end != text->data() + text->size() || number < 1 || number > most) return std::nullopt;
  return number;
}

}  // namespace holdfast::agent::http
