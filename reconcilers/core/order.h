// The order in which sets are planned and written: a set after every set it refers to, by reference or foreign key.
// PURE. Deletes run through the sets the other way round.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reconcilers/core/schema.h"

namespace holdfast {

struct SetNode {
  std::string name;
  std::string table;
  std::vector<std::string> refers_to;  // names of sets
};

// Indices into `sets`, parents first, otherwise in the order given. Where foreign keys form a circle the order inside
// it is the one given; references between sets cannot (validate() refuses them).
std::vector<std::size_t> parents_first(std::span<const SetNode> sets, const Schema& schema);

}  // namespace holdfast
