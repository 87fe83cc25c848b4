// Rows that refer to a row which is to be deleted, or whose referenced columns are to change: found, counted, and what
// policy and schema say becomes of them. They are changed by statements of ours, children first, whatever the
// application's own foreign-key setting is (INCIDENTS 3, TRAPS 7).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reconcilers/core/plan.h"
#include "reconcilers/core/store.h"

namespace holdfast {

// One statement on one dependent row.
struct DependentStep {
  std::shared_ptr<const Table> table;
  RowImage row;
  bool erase = true;
  std::vector<std::pair<std::uint32_t, Value>> set;  // when not erased
};

struct Dependents {
  std::vector<DependentStep> steps;    // in the order to carry them out
  std::vector<DependentCount> counts;  // by table, in the order met
  std::uint64_t total = 0;
  bool complete = true;  // false: more than `limit`; the steps are then the first of them, complete in themselves
  Reason blocked = Reason::None;  // Dependents: why it may not go on
  std::string message;
};

struct DependentsRequest {
  const Schema* schema = nullptr;
  const ValueRules* rules = nullptr;
  DependentsPolicy policy = DependentsPolicy::Restrict;
  std::uint64_t limit = 0;  // rows at most
  // Whether a set declares a live row of a table, or may: "is declared in SET". Such a row is not deleted as somebody's
  // dependent.
  std::function<std::optional<std::string>(const Table&, const RowImage&)> declared_by;
};

// What a delete of `row` takes with it.
Result<Dependents> dependents_of_delete(Reader& reader, const DependentsRequest& request, const Table& table,
                                        const RowImage& row);

// What follows when the columns of `row` become `after` (table column, value). `move`: the primary key is moved with
// everything that refers to it, whatever ON UPDATE says; otherwise ON UPDATE decides.
Result<Dependents> dependents_of_update(Reader& reader, const DependentsRequest& request, const Table& table,
                                        const RowImage& row, const std::vector<std::pair<std::uint32_t, Value>>& after,
                                        bool move);

}  // namespace holdfast
