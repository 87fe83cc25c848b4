// Rows out of events: a list of maps from columns to scalars goes straight into a RowTable. Used for `rows` in a
// document and for YAML files of rows. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "desired-state/diagnostic.h"
#include "desired-state/row_table.h"
#include "desired-state/yaml/event.h"

namespace holdfast {

constexpr std::size_t most_columns = 2000;  // what SQLite allows by default, and more than PostgreSQL does

// The index of a column by its name, quick when rows name their columns in the same order. Adds columns to the table.
class ColumnFinder {
 public:
  explicit ColumnFinder(RowTable& table);
  // npos when there are most_columns already.
  ColumnIndex find(std::string_view name);
  void new_row() { next_ = 0; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  RowTable& table_;
  std::unordered_map<std::string, ColumnIndex, Hash, std::equal_to<>> known_;
  ColumnIndex next_ = 0;
};

// "column NAME is there twice in this row" and its like, shared by all readers of rows.
std::string duplicate_column(std::string_view name);

namespace yaml {

class RowBuilder {
 public:
  // `cells` counts down the cells that may still be read, over all files.
  RowBuilder(RowTable& table, std::string file, std::size_t& cells, Diagnostics& diagnostics);

  // The events after the list's start. True as long as the list goes on; false for its end.
  bool on(const Event& event);

 private:
  void item(const Event& event);
  void in_row(const Event& event);
  void key(const Event& event);
  void error(Mark mark, std::string message, std::string hint = {});

  RowTable& table_;
  std::string file_;
  std::size_t& cells_;
  Diagnostics& diagnostics_;
  ColumnFinder columns_;
  std::size_t depth_ = 0;    // 0 among the rows, 1 in a row, deeper in what does not belong there
  bool ignored_ = false;     // the item is no row
  bool skip_value_ = false;  // its key was refused
  ColumnIndex column_ = RowTable::npos;
};

}  // namespace yaml
}  // namespace holdfast
