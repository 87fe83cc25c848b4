// Which columns of a described set give the name of a row of another set instead of its id. PURE.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reconcilers/core/key_index.h"
#include "reconcilers/core/value_rules.h"
#include "reconcilers/describe/choose_key.h"
#include "reconcilers/describe/live_table.h"

namespace holdfast {

// The rows of a parent, found by the column that its children hold.
class ParentRows {
 public:
  ParentRows(std::shared_ptr<const LiveTable> parent, std::uint32_t by, std::uint32_t to);

  // False when two rows have the same value: then it leads to neither.
  bool unique() const { return unique_; }
  std::uint32_t by() const { return by_; }
  std::uint32_t to() const { return to_; }
  const LiveTable& live() const { return *parent_; }
  // The parent's row for a child's value; KeyIndex::npos when there is none.
  std::uint32_t find(ValueView value) const { return index_.find({&value, 1}); }
  // The name of that row as a document would write it.
  std::optional<Cell> name(const ValueRules& rules, std::uint32_t row, std::string& keep) const;

 private:
  std::shared_ptr<const LiveTable> parent_;
  std::uint32_t by_;
  std::uint32_t to_;
  KeyIndex index_;
  bool unique_ = true;
};

struct SetReference {
  std::uint32_t column = 0;  // of the child
  std::size_t parent = 0;    // index of the set
  std::shared_ptr<const ParentRows> rows;
};

struct ReferenceChoice {
  std::vector<SetReference> references;
  std::vector<std::string> remarks;  // why a foreign key did not become one
};

struct KeyedTable {
  std::shared_ptr<const LiveTable> live;
  ColumnList key;
};

// One for each table. A foreign key of one column becomes a reference where the other set is found by one other column,
// every live value leads to a row of it, and the references go in no circle.
std::vector<ReferenceChoice> choose_references(std::span<const KeyedTable> tables, const ValueRules& rules);

}  // namespace holdfast
