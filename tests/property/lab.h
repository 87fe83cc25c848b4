// A world come true: its database in a Scenario, looked at from outside.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/property/world.h"
#include "tests/scenario/scenario.h"

namespace holdfast::testing {

// Every row of every table but Holdfast's: table -> what identifies the row -> its values, columns as in the world.
using Snapshot = std::map<std::string, std::map<std::string, std::vector<Value>>>;

std::string to_text(const Snapshot& snapshot);
// The first few differences; empty when there is none.
std::string difference(const Snapshot& from, const Snapshot& to);
std::size_t row_count(const Snapshot& snapshot);

class Lab {
 public:
  explicit Lab(const World& world);

  // False for a world that cannot be (a schema that SQLite refuses).
  bool possible() const { return possible_; }
  Scenario& scenario() { return scenario_; }
  const World& world() const { return world_; }
  const std::string& path() const { return scenario_.path(); }

  Snapshot look();
  void somebody_edits();
  // Rows with a reference that leads nowhere, by foreign key.
  std::map<std::string, std::int64_t> orphans();
  std::string integrity();
  bool execute(const std::string& statement);
  std::int64_t number(const std::string& query);

 private:
  const World& world_;
  Scenario scenario_;
  bool possible_ = true;
};

}  // namespace holdfast::testing
