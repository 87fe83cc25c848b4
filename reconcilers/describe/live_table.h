// A table with its rows as they are, held in few bytes.
#pragma once

#include <memory>

#include "desired-state/row_table.h"
#include "reconcilers/core/schema.h"

namespace holdfast {

struct LiveTable {
  std::shared_ptr<const Table> table;
  RowTable rows;  // canonical cells; the table's columns in their order
};

}  // namespace holdfast
