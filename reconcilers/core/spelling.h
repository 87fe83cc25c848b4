// The other way round: how a live value may be written in a document so that its column stores exactly that value. What
// ValueRules::canonical() makes of a spelling decides; nothing is assumed about engines. PURE; any thread.
#pragma once

#include <optional>

#include "desired-state/edit/edit.h"
#include "reconcilers/core/schema.h"
#include "reconcilers/core/value_rules.h"

namespace holdfast {

struct SpellingPlace {
  const ValueRules& rules;
  const Column& column;
  bool strict_table = false;
  CellKind unquoted = CellKind::Plain;  // what the text makes of a scalar without quotes: Plain, or Bare in CSV
};

// `old`: the cell as it was written; true and false stay words where the column takes them for 1 and 0. Numbers get the
// engine's own spelling. Nothing where no spelling means the value (text that is not UTF-8, NUL, Inf, a value that the
// column would change).
std::optional<edit::NewValue> spelling_of(const SpellingPlace& place, ValueView live, const Cell& old);

}  // namespace holdfast
