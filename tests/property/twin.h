// A world's database once more, in the memory store: the same tables, the same rows under the same numbers.
#pragma once

#include <memory>

#include "reconcilers/stores/memory/memory_database.h"
#include "tests/property/lab.h"

namespace holdfast::testing {

class Twin {
 public:
  // Copies what the lab's database holds now. Triggers and generated columns have no twin.
  explicit Twin(Lab& lab);

  std::unique_ptr<Store> open() { return database_.open("db"); }

 private:
  stores::MemoryDatabase database_;
};

// Every row of the world's tables, as a store shows it: equal texts, equal databases.
std::string contents(Store& store, const World& world);
std::string contents(const Lab& lab);

}  // namespace holdfast::testing
