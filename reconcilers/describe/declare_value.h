// A live value as a document would write it. PURE; any thread.
#pragma once

#include <optional>
#include <string>

#include "reconcilers/core/value_rules.h"

namespace holdfast {

// The cell (Null, Text, Plain or Blob) that `column` would store as exactly this value; nothing where no document can
// say it: text that is not UTF-8 or has a NUL, an infinite number, what the column's own rules would change. The cell
// may view into `keep`.
std::optional<Cell> declare_value(const ValueRules& rules, const Column& column, bool strict_table, ValueView live,
                                  std::string& keep);

}  // namespace holdfast
