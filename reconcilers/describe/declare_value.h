// A live value as a document would write it. PURE; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "reconcilers/core/value_rules.h"

namespace holdfast {

// The cell (Null, Text, Plain or Blob) that `column` would store as exactly this value; nothing where no document can
// say it: text that is not UTF-8 or has a NUL, an infinite number, what the column's own rules would change. The cell
// may view into `keep`.
//
// Same: a value that the column takes for the same will do ('true' for 1 in BOOLEAN). Identical: it is to find a row,
// and keys are compared without such kindness.
enum class Likeness : std::uint8_t { Same, Identical };
std::optional<Cell> declare_value(const ValueRules& rules, const Column& column, bool strict_table, Likeness likeness,
                                  ValueView live, std::string& keep);

}  // namespace holdfast
