// How the columns of a journalled row were called: what its image means, long after the table has moved on. Pure; any
// thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/core/schema.h"

namespace holdfast {

struct RowShape {
  struct Column {
    std::string name;
    std::string type;  // as declared
    friend bool operator==(const Column&, const Column&) = default;
  };
  std::string row_set;  // that asked for the change
  std::string table;
  std::vector<Column> columns;       // in the image's order
  std::vector<std::string> key;      // of the row set; empty for a row that changed along with another
  std::vector<std::string> locator;  // columns that find a row; empty: the row's number
};

RowShape shape_of(std::string_view row_set, const Table& table, const std::vector<std::string>& key);

// As JSON, without the row set and the table, which have columns of their own.
std::string shape_text(const RowShape& shape);
// Nothing when it is not such a text.
std::optional<RowShape> read_shape(std::string_view row_set, std::string_view table, std::string_view text);

// Names of columns as one text, and back; empty when it is none.
std::string names_text(const std::vector<std::string>& names);
std::vector<std::string> read_names(std::string_view text);

// Whether an image of this shape still means the same in the table as it is now.
bool fits(const RowShape& shape, const Table& table);

}  // namespace holdfast
