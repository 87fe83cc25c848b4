// What one run knows about one set: made by planning, read by the sets that refer to it and by the executor.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "desired-state/documents.h"
#include "reconcilers/core/bound_set.h"
#include "reconcilers/core/plan.h"

namespace holdfast {

// A declared row of another set that has to be there before a row is written.
struct ParentLink {
  std::size_t set = 0;  // index into the run's sets
  std::uint32_t row = 0;
  std::uint32_t column = 0;  // the parent's table column that a Pending cell takes its value from
};

// A live row that no set declares, to which a reference leads.
struct LiveParent {
  std::shared_ptr<const Table> table;
  Locator at;
};

struct SetState {
  const RowSetDocument* document = nullptr;
  std::shared_ptr<BoundSet> bound;      // by documents and schema alone; null where the table cannot be managed
  std::shared_ptr<const BoundSet> set;  // the same with its references resolved for this run

  Cause cause = Cause::Edit;  // of this run's changes to it
  bool removes = false;       // somebody has confirmed that rows which left the documents are deleted

  // What the run's earlier rounds have deleted, and the mass delete by somebody else that they have seen.
  std::uint64_t deleted = 0;
  std::optional<std::pair<std::uint64_t, std::uint64_t>> vanished;

  // After the diff: live values of columns that other sets refer to, by table column, one a declared row.
  std::unordered_map<std::uint32_t, std::vector<std::optional<Value>>> watched;
  // After planning: what becomes of declared rows that are not simply there. Missing from the map: there, and in place.
  std::unordered_map<std::uint32_t, std::size_t> change_of;  // declared row -> index into SetPlan::changes
  // Changes that take a primary key which another change of this set has to free first.
  std::unordered_map<std::size_t, std::size_t> waits_for;
  // Rows of this set that need a row of another one which is not there yet.
  std::unordered_map<std::uint32_t, std::vector<ParentLink>> parents;
  // Rows of this set that refer to a live row by its name.
  std::unordered_map<std::uint32_t, std::vector<LiveParent>> live_parents;
};

}  // namespace holdfast
