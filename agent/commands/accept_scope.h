// What SET[/KEY] of the command line names: sets, rows of a plan, and drift that is left among them. PURE.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/render/accept_report.h"
#include "desired-state/documents.h"
#include "reconcilers/core/plan.h"

namespace holdfast::agent {

class AcceptScope {
 public:
  AcceptScope(std::optional<std::string> row_set, std::optional<std::string> key)
      : row_set_(std::move(row_set)), key_(std::move(key)) {}

  bool includes(const SetPlan& set) const { return !row_set_ || set.name == *row_set_; }
  // `documents`: the plan's, decoded; a key may be written as they write it (a reference by its name).
  bool includes(const SetPlan& set, const Change& change, const RowSetDocument& document) const;

  // "there is no such row set" and its like, with what to do; nothing when what is named is there.
  std::optional<Error> find_mistake(const std::vector<SetPlan>& sets, const DesiredState& documents) const;

  // What accept does not take over, by set and class.
  std::vector<LeftDrift> left(const std::vector<SetPlan>& sets, const DesiredState& documents) const;

 private:
  bool is_key(const SetPlan& set, const RowSetDocument& document, std::uint32_t declared) const;

  std::optional<std::string> row_set_;
  std::optional<std::string> key_;
};

// The document of a set; names are unique. Null if there is none.
const RowSetDocument* document_of(const DesiredState& documents, const std::string& row_set);

}  // namespace holdfast::agent
