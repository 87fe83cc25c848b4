// References the other way round: from the value that a column stores to the name that documents give.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "reconcilers/core/plan.h"

namespace holdfast::agent {

struct NameLookUp {
  Value name;
  const Column* column = nullptr;  // of the other set's table: whose value the name is
  bool strict_table = false;
  std::string problem;  // why there is no name; without values
  std::string hint;
};

class ReferenceNames {
 public:
  // `sets`: all plans, the referenced sets among them. `reader` may be null: then nothing has a name.
  ReferenceNames(const std::vector<SetPlan>& sets, std::string database, Reader* reader)
      : sets_(sets), database_(std::move(database)), reader_(reader) {}

  // The name of the one live row whose column has this value, if no other live row has that name.
  NameLookUp look_up(const BoundReference& reference, const Value& value);

 private:
  NameLookUp read(const BoundReference& reference, const Value& value);

  const std::vector<SetPlan>& sets_;
  std::string database_;
  Reader* reader_;
  std::map<std::string, NameLookUp> known_;
};

}  // namespace holdfast::agent
