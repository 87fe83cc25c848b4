// Which columns a declared row is found by: what people call the row, where the live rows bear it out. PURE.
#pragma once

#include <optional>
#include <string>

#include "reconcilers/describe/live_table.h"

namespace holdfast {

struct KeyChoice {
  enum class Kind : std::uint8_t {
    Unique,   // a constraint makes it unique
    Name,     // a column called name, code, slug, key or email that is unique as it happens
    Primary,  // the primary key
    Columns,  // every column that is never null, all together
  };
  Kind kind = Kind::Primary;
  ColumnList columns;
  std::string why;  // a sentence for people
};

// The columns hold no null and no two rows the same, as keys are compared. Nothing when no choice does.
std::optional<KeyChoice> choose_key(const LiveTable& live);

// A constraint of the schema's that names rows, other than by numbering them; whatever the rows are.
bool has_natural_key(const Table& table);

}  // namespace holdfast
