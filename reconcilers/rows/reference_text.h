// What is said of a reference that leads nowhere: "no row of authors has name "X" (did you mean "Y"?)". Pure; one
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reconcilers/core/bound_set.h"

namespace holdfast {

// Of the names that rows give for rows of `parent`, by its table column `by` (npos: say nothing). The set outlives it.
class ReferenceText {
 public:
  // `sensitive`: the referring column is; the parent's own says so itself. Names are then "***".
  ReferenceText(const BoundSet& parent, std::uint32_t by, bool sensitive);

  // Proposes the nearest declared name, for the first few names and in sets that are not large.
  std::string none(ValueView name);
  std::string several(ValueView name, std::uint64_t rows) const;

 private:
  std::string shown(ValueView name) const;
  std::string nearest(ValueView name);

  const BoundSet& parent_;
  std::uint32_t by_;
  bool hidden_;
  int searches_ = 0;
  std::vector<std::string> declared_;  // read at the first search
};

// Of a declared row that is to be written by nobody.
std::string not_written_text(const BoundSet& parent, std::size_t row);

}  // namespace holdfast
