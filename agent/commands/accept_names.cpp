#include "agent/commands/accept_names.h"

#include <algorithm>
#include <utility>

namespace holdfast::agent {

NameLookUp ReferenceNames::look_up(const BoundReference& reference, const Value& value) {
  std::string key = reference.row_set + '\0' + reference.by + '\0' + reference.to_column + '\0';
  append_identical(value.view(), key);
  const auto known = known_.find(key);
  if (known != known_.end()) return known->second;
  return known_.emplace(std::move(key), read(reference, value)).first->second;
}

NameLookUp ReferenceNames::read(const BoundReference& reference, const Value& value) {
  NameLookUp found;
  found.hint = "give that row a name of its own, or change the document by hand";
  const auto set = std::find_if(sets_.begin(), sets_.end(), [&](const SetPlan& one) {
    return one.name == reference.row_set && one.database == database_;
  });
  if (set == sets_.end() || !set->set || reader_ == nullptr) {
    found.problem = "the rows of " + reference.row_set + " cannot be read";
    return found;
  }
  const Table& table = *set->set->table;
  const std::uint32_t by = table.find(reference.by);
  const std::uint32_t to = table.find(reference.to_column);
  found.column = &table.columns[by];
  found.strict_table = table.strict;
  Result<std::vector<RowImage>> rows = reader_->find(table, {&to, 1}, {&value, 1}, 2);
  if (!rows) {
    found.problem = to_string(rows.error());
  } else if (rows->size() != 1) {
    found.problem = (rows->empty() ? "no row of " : "several rows of ") + reference.row_set +
                    (rows->empty() ? " has the " : " have the ") + reference.to_column + " that it refers to now";
  } else if (rows->front().values[by].is_null()) {
    found.problem = "the row of " + reference.row_set + " that it refers to now has no " + reference.by;
  }
  if (!found.problem.empty()) return found;
  found.name = rows->front().values[by];
  Result<std::vector<RowImage>> same = reader_->find(table, {&by, 1}, {&found.name, 1}, 2);
  if (!same) {
    found.problem = to_string(same.error());
  } else if (same->size() != 1) {
    found.problem =
        "several rows of " + reference.row_set + " have the " + reference.by + " of the row that it refers to now";
  }
  return found;
}

}  // namespace holdfast::agent
