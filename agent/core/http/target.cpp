#include "agent/core/http/target.h"

#include <algorithm>

namespace holdfast::agent::http {
namespace {

int digit(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view text, bool plus_is_blank) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '+' && plus_is_blank) {
      result += ' ';
    } else if (text[at] != '%') {
      result += text[at];
    } else {
      if (at + 2 >= text.size() || digit(text[at + 1]) < 0 || digit(text[at + 2]) < 0) return std::nullopt;
      result += static_cast<char>(digit(text[at + 1]) * 16 + digit(text[at + 2]));
      at += 2;
    }
  }
  return result;
}

bool read_path(std::string_view path, Target& target) {
  path.remove_prefix(1);
  while (true) {
    const std::size_t slash = path.find('/');
    std::optional<std::string> segment = decoded(path.substr(0, slash), false);
    if (!segment) return false;
    target.segments.push_back(std::move(*segment));
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

bool read_query(std::string_view query, Target& target) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view one = query.substr(0, end);
    const std::size_t equals = one.find('=');
    std::optional<std::string> name = decoded(one.substr(0, equals), true);
    std::optional<std::string> value =
        decoded(equals == std::string_view::npos ? std::string_view() : one.substr(equals + 1), true);
    if (!name || !value) return false;
    if (!one.empty()) target.query.emplace_back(std::move(*name), std::move(*value));
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
  }
  return true;
}

}  // namespace

std::optional<Target> parse_target(std::string_view text) {
  Target target;
  constexpr std::string_view scheme = "http://";
  if (text.starts_with(scheme)) {
    text.remove_prefix(scheme.size());
    const std::size_t end = text.find_first_of("/?");
    target.authority = text.substr(0, end);
    text.remove_prefix(std::min(end, text.size()));
    if (target.authority.empty()) return std::nullopt;
  }
  if (text.find('#') != std::string_view::npos) return std::nullopt;
  const std::size_t question = text.find('?');
  std::string_view path = text.substr(0, question);
  if (path.empty() && !target.authority.empty()) path = "/";
  if (!path.starts_with('/') || !read_path(path, target)) return std::nullopt;
  if (question != std::string_view::npos && !read_query(text.substr(question + 1), target)) return std::nullopt;
  return target;
}

}  // namespace holdfast::agent::http
