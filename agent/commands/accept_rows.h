// From a plan to edits: which cells of which files take which live values, and what cannot be taken over.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "agent/commands/accept_scope.h"
#include "agent/render/accept_report.h"
#include "desired-state/edit/edit.h"
#include "desired-state/edit/same_rows.h"
#include "desired-state/edit/yaml_walk.h"
#include "reconcilers/core/plan.h"

namespace holdfast::agent {

// A row that is taken over, and where it stands in the plan, so that a later plan can be asked about it.
struct TakenRow {
  AcceptedRow shown;
  std::string label;  // for messages: items name "Pen"
  std::uint32_t declared = 0;
  std::vector<std::pair<std::uint32_t, Value>> live;  // by table column
};

struct FileEdits {
  bool document = false;  // a document with rows; otherwise a file of rows
  std::vector<edit::CellEdit> edits;
  std::vector<std::pair<std::size_t, std::size_t>> from;  // for each edit: the row taken, and which of its values
  std::map<std::pair<edit::DocumentRow, std::string>, std::size_t> of_cell;  // edits by row and column
};

struct AcceptEdits {
  std::vector<TakenRow> rows;
  std::map<std::string, FileEdits> files;
  edit::WantedCells wanted;
  std::vector<Error> refused;
};

// `documents`: what the plan was made of, decoded once more. `reader` gives the database of a plan's set, for names of
// referenced rows; errors of reading are refusals.
AcceptEdits collect_edits(const std::vector<SetPlan>& sets, const DesiredState& documents, const AcceptScope& scope,
                          const std::function<Reader*(const std::string& database)>& reader);

}  // namespace holdfast::agent
