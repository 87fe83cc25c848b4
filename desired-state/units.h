// Durations (20ms, 30s, 5m, 48h, 30d, 1w, combined as 1h30m) and sizes (64KiB, 256MiB) as documents write them.
// PURE; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

// Units from large to small, each at most once; more than nothing and at most 10,000 weeks. Nothing if it is not one.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
// A whole number and B, KiB, MiB, GiB or TiB; at least 1 byte and at most 1024 TiB.
std::optional<std::int64_t> parse_size(std::string_view text);

// The way people write one: 1h30m, 90d, 256MiB.
std::string write_duration(std::chrono::milliseconds duration);
std::string write_size(std::int64_t bytes);

// What the two accept, as regular expressions for the JSON Schema.
inline constexpr const char* duration_pattern =
    "^(?=.*[1-9])(([0-9]{1,12})w)?(([0-9]{1,12})d)?(([0-9]{1,12})h)?(([0-9]{1,12})m)?(([0-9]{1,12})s)?(([0-9]{1,12})ms)"
    "?$";
inline constexpr const char* size_pattern = "^0*[1-9][0-9]{0,12}(B|KiB|MiB|GiB|TiB)$";

}  // namespace holdfast
