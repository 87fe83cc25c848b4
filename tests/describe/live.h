// Live tables for tests: made by statements in a database of their own, read through its store.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reconcilers/core/store.h"
#include "reconcilers/describe/live_table.h"

namespace holdfast::testing {

class LiveDatabase {
 public:
  explicit LiveDatabase(const std::string& sql);
  ~LiveDatabase();
  LiveDatabase(const LiveDatabase&) = delete;

  std::shared_ptr<const LiveTable> table(const std::string& name);
  std::vector<ListedTable> listed();
  const ValueRules& rules() const { return store_->rules(); }

 private:
  std::string folder_;
  std::unique_ptr<Store> store_;
};

}  // namespace holdfast::testing
