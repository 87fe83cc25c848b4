#include "agent/commands/accept_rows.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "agent/commands/accept_names.h"
#include "reconcilers/core/spelling.h"

namespace holdfast::agent {
namespace {

constexpr const char* by_hand = "change the document by hand, or let apply put the row right";

bool is_csv(const std::string& file) { return file.size() > 4 && file.compare(file.size() - 4, 4, ".csv") == 0; }

// Where a column of a row is written: in the row itself, or only in `defaults`.
struct Written {
  std::string column;
  Cell cell;
  Position where;
  bool in_row = false;
};

Error refusal(std::string what, const Position& where, std::string hint) {
  return {ErrorKind::Terminal, std::move(what), to_string(where), std::move(hint)};
}

class SetCollector {
 public:
  SetCollector(const SetPlan& plan, const std::vector<SetPlan>& plans, const DesiredState& documents,
               const RowSetDocument& document, Reader* reader, AcceptEdits& out)
      : plan_(plan),
        set_(*plan.set),
        document_(document),
        index_(static_cast<std::size_t>(&document - documents.row_sets.data())),
        names_(plans, plan.database, reader),
        out_(out) {}

  void take(const Change& change) {
    const RowImage* live = change.before();
    const std::uint32_t row = change.declared;
    if (live == nullptr) return;
    label_ = plan_.name + " " + describe_key(set_, row);
    if (!same_key(row, *live)) {
      return refuse("the row is still there under its old key", document_.rows->where(row),
                    "run apply to rename it, or take the rename out of the document");
    }
    std::vector<std::uint32_t> columns = change.detail->update;
    if (set_.wait(row) != BoundSet::Wait::None) add_references(columns);
    TakenRow taken;
    const std::size_t refused = out_.refused.size();
    std::vector<std::pair<Position, edit::CellEdit>> edits;
    for (const std::uint32_t column : columns) take_column(row, column, live->values[column], taken, edits);
    if (out_.refused.size() > refused || edits.empty()) return;
    finish(row, std::move(taken), std::move(edits));
  }

 private:
  void refuse(std::string what, const Position& where, std::string hint = by_hand) {
    out_.refused.push_back(refusal(label_ + ": " + std::move(what), where, std::move(hint)));
  }

  bool same_key(std::uint32_t row, const RowImage& live) const {
    for (const ColumnIndex at : set_.key) {
      const std::uint32_t column = set_.columns[at].column;
      // A name that leads nowhere is no value yet.
      if (set_.columns[at].reference != BoundColumn::npos && set_.wait(row) != BoundSet::Wait::None) continue;
      std::string declared, found;
      append_key(set_.table->columns[column], set_.rows.cell(row, at).value(), declared);
      append_key(set_.table->columns[column], live.values[column].view(), found);
      if (declared != found) return false;
    }
    return true;
  }

  void add_references(std::vector<std::uint32_t>& columns) const {
    for (const BoundReference& reference : set_.references) {
      const std::uint32_t column = set_.columns[reference.column].column;
      if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
    }
  }

  ColumnIndex bound(std::uint32_t column) const {
    const auto found = std::find_if(set_.columns.begin(), set_.columns.end(),
                                    [&](const BoundColumn& one) { return one.column == column; });
    return static_cast<ColumnIndex>(found - set_.columns.begin());
  }

  std::optional<Written> written(std::uint32_t row, std::uint32_t column) const {
    const RowTable& rows = *document_.rows;
    for (ColumnIndex at = 0; at < rows.columns().size(); ++at) {
      if (set_.table->find(rows.columns()[at]) != column) continue;
      const Cell cell = rows.cell(row, at);
      if (cell.present()) return Written{rows.columns()[at], cell, rows.where(row, at), true};
    }
    for (const auto& [name, scalar] : document_.defaults) {
      if (set_.table->find(name) == column) return Written{name, scalar.cell(), rows.where(row), false};
    }
    return std::nullopt;
  }

  void take_column(std::uint32_t row, std::uint32_t column, const Value& live, TakenRow& taken,
                   std::vector<std::pair<Position, edit::CellEdit>>& edits) {
    const std::optional<Written> old = written(row, column);
    if (!old) return;  // a reference that the row does not name
    const std::string& name = set_.table->columns[column].name;
    const ColumnIndex at = bound(column);
    SpellingPlace place{*set_.rules, set_.table->columns[column], set_.table->strict,
                        is_csv(old->where.file) ? CellKind::Bare : CellKind::Plain};
    Value wanted = live;
    std::optional<edit::NewValue> value;
    const std::uint32_t reference = set_.columns[at].reference;
    if (reference != BoundColumn::npos && !live.is_null()) {
      const NameLookUp found = names_.look_up(set_.references[reference], live);
      if (!found.problem.empty()) return refuse("column " + name + ": " + found.problem, old->where, found.hint);
      wanted = found.name;
      const SpellingPlace by{*set_.rules, *found.column, found.strict_table, place.unquoted};
      value = spelling_of(by, wanted.view(), old->cell);
      const auto said = set_.rules->canonical(by.column, by.strict_table, old->cell);
      if (said.ok && said.value == wanted) return;  // the name is right; the row it leads to is not there yet
    } else {
      value = spelling_of(place, live.view(), old->cell);
    }
    if (!value) {
      return refuse("column " + name + ": the live value cannot be written so that the column would store it again",
                    old->where);
    }
    // A new value of its own looks like the default did.
    if (!old->in_row && old->cell.kind == CellKind::Text && value->quoted) value->bare.reset();
    const Cell bound_cell = set_.rows.cell(row, at);
    const bool as_written = reference != BoundColumn::npos || bound_cell.kind == CellKind::Pending;
    AcceptedValue shown{name, set_.is_sensitive(column), {}, wanted, old->where, !old->in_row};
    shown.from =
        as_written && old->cell.kind != CellKind::Null ? Value::text(old->cell.bytes) : Value(bound_cell.value());
    taken.shown.values.push_back(std::move(shown));
    taken.live.emplace_back(column, live);
    edit::CellEdit edit;
    edit.column = old->column;
    edit.add = !old->in_row;
    edit.value = *std::move(value);
    edits.emplace_back(old->where, std::move(edit));
  }

  // The row's number within its own file: the rows of a file follow each other.
  std::size_t number_in_file(std::uint32_t row, const std::string& file) const {
    std::size_t first = 0, last = row;  // rows before `first` are of other files, `last` is of this one
    while (first < last) {
      const std::size_t middle = first + (last - first) / 2;
      if (document_.rows->where(middle).file == file) {
        last = middle;
      } else {
        first = middle + 1;
      }
    }
    return row - first;
  }

  void finish(std::uint32_t row, TakenRow taken, std::vector<std::pair<Position, edit::CellEdit>> edits) {
    const std::string file = document_.rows->where(row).file;
    FileEdits& into = out_.files[file];
    into.document = file == document_.file;
    const std::size_t number = number_in_file(row, file);
    for (std::size_t i = 0; i < edits.size(); ++i) {
      edit::CellEdit& edit = edits[i].second;
      if (into.document) edit.document = document_.mark;
      edit.row = number;
      out_.wanted[{index_, row}].emplace_back(edit.column, edit.value);
      // Two sets may have this file, and the same drift.
      const auto [other, first] =
          into.of_cell.emplace(std::pair(edit::document_row(edit.document, edit.row), edit.column), into.edits.size());
      if (!first && into.edits[other->second].value == edit.value) continue;
      into.edits.push_back(std::move(edit));
      into.from.emplace_back(out_.rows.size(), i);
    }
    taken.label = label_;
    taken.declared = row;
    taken.shown.database = plan_.database;
    taken.shown.row_set = plan_.name;
    for (const ColumnIndex at : set_.key) {
      const std::uint32_t column = set_.columns[at].column;
      const Cell cell = set_.rows.cell(row, at);
      const bool known = cell.kind != CellKind::Plain && cell.kind != CellKind::Bare;
      taken.shown.key.push_back(
          {set_.rows.columns()[at], set_.is_sensitive(column), known ? Value(cell.value()) : Value::text(cell.bytes)});
    }
    out_.rows.push_back(std::move(taken));
  }

  const SetPlan& plan_;
  const BoundSet& set_;
  const RowSetDocument& document_;
  std::size_t index_;
  ReferenceNames names_;
  AcceptEdits& out_;
  std::string label_;
};

}  // namespace

AcceptEdits collect_edits(const std::vector<SetPlan>& sets, const DesiredState& documents, const AcceptScope& scope,
                          const std::function<Reader*(const std::string& database)>& reader) {
  AcceptEdits edits;
  for (const SetPlan& set : sets) {
    const RowSetDocument* document = document_of(documents, set.name);
    if (!set.set || document == nullptr || !scope.includes(set)) continue;
    SetCollector collector(set, sets, documents, *document, reader(set.database), edits);
    for (const Change& change : set.changes) {
      if (change.drift != DriftClass::Changed || change.declared == no_row) continue;
      if (scope.includes(set, change, *document)) collector.take(change);
    }
  }
  return edits;
}

}  // namespace holdfast::agent
