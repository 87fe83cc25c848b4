// Live rows as documents write them, one at a time. PURE.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "desired-state/write/rows.h"
#include "reconcilers/core/value_rules.h"
#include "reconcilers/describe/live_table.h"
#include "reconcilers/describe/references.h"

namespace holdfast {

class DeclaredRows {
 public:
  struct Part {
    std::uint32_t column = 0;  // of the table
    bool key = false;
    std::shared_ptr<const ParentRows> names;  // the column gives names of these rows; null: its own values
  };

  DeclaredRows(std::shared_ptr<const LiveTable> live, const ValueRules& rules, std::vector<Part> parts);

  std::vector<std::string> columns() const;  // of the parts
  std::size_t size() const { return live_->rows.size(); }

  // The cells of one row, by part; what they view is good until the next call. Absent where no document can say it.
  void read(std::size_t row, std::vector<Cell>& cells);

  struct Sorting {
    std::vector<std::uint32_t> in_document;
    std::vector<std::uint32_t> in_csv;
    std::size_t rows_left_out = 0;   // a part of their key cannot be said
    std::size_t cells_left_out = 0;  // of the other rows
  };
  // Where each row goes: with more than `most_in_document` rows all that CSV can hold go there.
  Sorting sort(std::size_t most_in_document);

 private:
  std::optional<Cell> declare(const Part& part, ValueView live, std::string& keep) const;

  std::shared_ptr<const LiveTable> live_;
  const ValueRules& rules_;
  std::vector<Part> parts_;
  std::vector<std::string> keep_;  // one for each part
  std::vector<Cell> whole_;        // the live row under way
};

// Some of the rows, for a writer; it shares them.
writing::Rows some_rows(const std::shared_ptr<DeclaredRows>& rows, std::vector<std::uint32_t> which);

}  // namespace holdfast
