// What becomes of each column of a table that is described. PURE.
#pragma once

#include <string>
#include <vector>

#include "reconcilers/describe/live_table.h"

namespace holdfast {

struct ColumnRole {
  enum class Kind : std::uint8_t { Key, Declared, Initial, LeftOut };
  Kind kind = Kind::Declared;
  std::string why;  // for LeftOut: the end of "Left out: created_at (why)"
};

enum class Scope : std::uint8_t {
  Managed,    // what the documents should look after from now on (init)
  Everything  // every value that there is (export)
};

// One for each column of the table.
std::vector<ColumnRole> column_roles(const LiveTable& live, const ColumnList& key, Scope scope);

}  // namespace holdfast
