#include "desired-state/units.h"

#include <array>
#include <utility>

namespace holdfast {
namespace {

constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> durations = {{
    {"w", 7LL * 24 * 3600 * 1000},
    {"d", 24LL * 3600 * 1000},
    {"h", 3600LL * 1000},
    {"m", 60LL * 1000},
    {"s", 1000},
    {"ms", 1},
}};
constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> sizes = {{
    {"TiB", std::int64_t{1} << 40},
    {"GiB", std::int64_t{1} << 30},
    {"MiB", std::int64_t{1} << 20},
    {"KiB", std::int64_t{1} << 10},
    {"B", 1},
}};
constexpr std::size_t most_digits = 12;
constexpr std::int64_t longest_ms = 10'000LL * 7 * 24 * 3600 * 1000;
constexpr std::int64_t largest_size = std::int64_t{1024} << 40;

// Takes a number of at most twelve digits off the front.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t number = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    if (digits == most_digits) return std::nullopt;
    number = number * 10 + (text[digits] - '0');
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

std::string_view take_unit(std::string_view& text) {
  std::size_t letters = 0;
  while (letters < text.size() && (text[letters] < '0' || text[letters] > '9')) ++letters;
  const std::string_view unit = text.substr(0, letters);
  text.remove_prefix(letters);
  return unit;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::int64_t total = 0;
  std::size_t next = 0;
  while (!text.empty()) {
    const auto number = take_number(text);
    const std::string_view unit = take_unit(text);
    while (next < durations.size() && durations[next].first != unit) ++next;
    if (!number || next == durations.size() || *number > longest_ms / durations[next].second) return std::nullopt;
    total += *number * durations[next++].second;
  }
  if (total <= 0 || total > longest_ms) return std::nullopt;
  return std::chrono::milliseconds(total);
}

std::optional<std::int64_t> parse_size(std::string_view text) {
  const auto number = take_number(text);
  if (!number || *number == 0) return std::nullopt;
  for (const auto& [unit, bytes] : sizes) {
    if (text == unit && *number <= largest_size / bytes) return *number * bytes;
  }
  return std::nullopt;
}

std::string write_duration(std::chrono::milliseconds duration) {
  std::string text;
  std::int64_t left = duration.count();
  for (const auto& [unit, milliseconds] : durations) {
    if (left < milliseconds || unit == "w") continue;  // 30d reads better than 4w2d
    text += std::to_string(left / milliseconds) + std::string(unit);
    left %= milliseconds;
  }
  return text;
}

std::string write_size(std::int64_t bytes) {
  for (const auto& [unit, size] : sizes) {
    if (bytes % size == 0) return std::to_string(bytes / size) + std::string(unit);
  }
  return {};
}

}  // namespace holdfast
