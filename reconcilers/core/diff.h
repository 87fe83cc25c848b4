// Compares a bound set with the live rows of its table as they stream by. PURE: no I/O, and nothing is decided here;
// what to do about a finding is the planner's.
//
// Use: scan the table for columns(), offer() each row, then finish() once. One thread; about 60 ns a row beyond
// reading.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "reconcilers/core/bound_set.h"
#include "reconcilers/core/store.h"

namespace holdfast {

struct Finding {
  enum class Kind : std::uint8_t {
    Changed,     // the row is there and differs
    Renamed,     // it is there under the key it had before
    Identity,    // it is there under another primary key
    Forbidden,   // a rule matches
    Extra,       // nothing names it
    RenameLeft,  // the row of the old name is still there beside the new one
  };
  Kind kind = Kind::Changed;
  std::uint32_t declared = KeyIndex::npos;  // but for Forbidden and Extra
  std::uint32_t rule = 0;                   // for Forbidden
  Locator live;
};

struct DiffResult {
  std::vector<Finding> findings;       // in the order of the live rows
  std::vector<std::uint32_t> missing;  // declared rows that no live row is, in declared order
  std::vector<std::uint32_t> several;  // declared rows that several live rows are: look at all of them
  std::uint64_t live_rows = 0;
  std::uint64_t matched_rows = 0;    // live rows that some declared row is
  std::uint64_t unmanaged_rows = 0;  // live rows that nothing names
};

class Differ {
 public:
  // `watch`: table columns whose live values are kept for every declared row (other sets refer to them).
  explicit Differ(const BoundSet& set, const ColumnList& watch = {});

  // The table columns that offer() expects, in that order.
  const ColumnList& columns() const { return columns_; }

  void offer(const LiveRow& row);
  DiffResult finish();

  // The live value of watch column `index` for a declared row; nothing where no live row was seen.
  const std::optional<Value>& watched(std::size_t index, std::uint32_t declared) const;

 private:
  enum class Seen : std::uint8_t { No, Once, Renamed, Several };

  void offer_unmatched(const LiveRow& row);
  std::optional<Finding::Kind> compare(std::uint32_t declared, const LiveRow& row) const;

  struct Compared {              // one bound column, ready for the inner loop
    std::uint32_t position = 0;  // in columns(); npos: not compared
    bool identity = false;
  };

  const BoundSet& set_;
  ColumnList columns_;
  std::vector<Compared> compared_;
  std::vector<std::uint32_t> key_positions_;
  std::vector<std::vector<std::uint32_t>> rule_positions_;
  std::vector<std::uint32_t> watch_positions_;
  std::vector<std::vector<std::optional<Value>>> watched_;
  std::unordered_map<std::string, std::uint32_t> renamed_from_;  // key bytes -> declared row
  std::vector<Seen> seen_;
  std::vector<ValueView> key_;
  std::vector<ValueView> rule_values_;
  std::uint32_t next_ = 0;  // the declared row expected next
  DiffResult result_;
};

// Compares one whole live row with one declared row: the table columns that differ and are not identity, and whether
// identity differs. Pending cells always differ.
struct RowDifference {
  std::vector<std::uint32_t> columns;
  bool identity = false;
};
RowDifference compare_row(const BoundSet& set, std::uint32_t declared, const RowImage& live);

}  // namespace holdfast
