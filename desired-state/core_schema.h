// What a plain scalar means by YAML 1.2's core schema. Used outside of rows only: in a row the column decides. PURE.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace holdfast {

enum class CoreType : std::uint8_t { Null, Boolean, Integer, Float, Text };

CoreType core_type(std::string_view plain);
std::optional<bool> core_boolean(std::string_view plain);
std::optional<std::int64_t> core_integer(std::string_view plain);  // decimal, in range
std::optional<double> core_number(std::string_view plain);         // integers and finite decimals

}  // namespace holdfast
