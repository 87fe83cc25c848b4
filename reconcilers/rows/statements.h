// What the documents say about one row, as digests: enough to tell later whether they say something else by now.
// Plain values; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "reconcilers/core/plan.h"
#include "reconcilers/rows/set_state.h"

namespace holdfast {

struct Statements {
  std::map<std::string, std::string> rows;  // row set -> digest of the row that it declares
  std::set<std::string> others;             // what may delete rows that it does not: rules, "extra", "removed"

  // What one set says; `declared` is no_row where it does not declare the row.
  void add(const SetState& state, std::uint32_t declared);
  bool has_row(std::string_view digest) const;
};

std::string statements_text(const Statements& said);
// Nothing when it is not such a text: an empty one, or one of format 1 of the state.
std::optional<Statements> read_statements(std::string_view text);

// The digest of a declared row: its values, whatever the order of its columns; of references the names.
std::string row_digest(const BoundSet& bound, std::uint32_t row);

// True if the change is one that these statements ask for.
bool asks_for(const Statements& said, const SetState& state, const Change& change);

}  // namespace holdfast
