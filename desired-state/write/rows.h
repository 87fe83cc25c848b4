// Rows on their way into a text. PURE.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "desired-state/row_table.h"

namespace holdfast::writing {

// Takes pieces of a text, in order.
using TextOut = std::function<void(std::string_view)>;

struct Rows {
  std::vector<std::string> columns;
  std::size_t count = 0;
  // The cells of one row, by column, as they are written: Absent, Null, Text, Plain or Blob. What they view stays good
  // until the next call.
  std::function<void(std::size_t row, std::vector<Cell>& cells)> read;
};

}  // namespace holdfast::writing
