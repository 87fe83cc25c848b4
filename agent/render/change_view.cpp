#include "agent/render/change_view.h"

#include <algorithm>

#include "agent/render/escape.h"
#include "agent/render/value_text.h"
#include "reconcilers/core/text.h"

namespace holdfast::agent {
namespace {

void replace_all(std::string& text, std::string_view what) {
  // Very short values would blot out half of the message and give nothing away by themselves.
  if (what.size() < 3) return;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += 3)
    text.replace(at, what.size(), mask);
}

// A message may quote a value as it is, or as core describes it (escaped and cut).
void redact(std::string& text, const std::optional<Cell>& cell) {
  if (!cell || cell->kind == CellKind::Null || cell->kind == CellKind::Pending) return;
  replace_all(text, describe(*cell));
  replace_all(text, cell->bytes);
  if (cell->kind == CellKind::Integer || cell->kind == CellKind::Real) replace_all(text, value_text(*cell));
}

bool listed(const ColumnView& column, Shape shape) {
  if (shape == Shape::Insert) return column.after.has_value();
  if (shape == Shape::Delete) return column.before.has_value();
  return column.before || column.after;
}

std::optional<Cell> live(const Change& change, std::uint32_t index) {
  const RowImage* row = change.before();
  if (!row || index >= row->values.size()) return std::nullopt;
  return Cell::of(row->values[index].view());
}

}  // namespace

Shape shape_of(const Change& change) {
  switch (change.drift) {
    case DriftClass::Missing: return Shape::Insert;
    case DriftClass::Changed: return Shape::Update;
    case DriftClass::Forbidden:
    case DriftClass::Extra:
    case DriftClass::Removed: return Shape::Delete;
    case DriftClass::Identity: return change.action == Action::Update ? Shape::Update : Shape::Pair;
    case DriftClass::Duplicate: break;
  }
  return Shape::Pair;
}

ChangeViewer::ChangeViewer(const Plan& plan, const SetPlan& set) : plan_(plan), set_(set) {
  if (!set.set) return;
  const std::size_t columns = set.set->table->columns.size();
  bound_.assign(columns, Table::npos);
  for (std::uint32_t at = 0; at < set.set->columns.size(); ++at) bound_[set.set->columns[at].column] = at;
  for (std::uint32_t index = 0; index < columns; ++index) {
    const std::vector<std::string>& computed = set.set->computed;
    const std::string& name = set.set->table->columns[index].name;
    sensitive_.push_back(set.set->is_sensitive(index));
    unknown_.push_back(std::find(computed.begin(), computed.end(), name) != computed.end());
  }
}

ChangeView ChangeViewer::view(const Change& change) const {
  ChangeView view;
  view.shape = shape_of(change);
  if (!set_.set) return view;
  add_key(change, view);
  add_columns(change, view);
  view.message = redacted_message(change);
  return view;
}

ColumnView ChangeViewer::column(std::uint32_t index) const {
  ColumnView column;
  column.name = set_.set->table->columns[index].name;
  column.masked = sensitive_[index];
  return column;
}

std::optional<Cell> ChangeViewer::declared(const Change& change, std::uint32_t index) const {
  if (change.detail && change.detail->after) {
    const std::vector<Value>& values = change.detail->after->values;
    return index < values.size() ? std::optional<Cell>(Cell::of(values[index].view())) : std::nullopt;
  }
  if (change.declared == no_row || bound_[index] == Table::npos) return std::nullopt;
  const Cell cell = set_.set->rows.cell(change.declared, bound_[index]);
  if (!cell.present()) return std::nullopt;
  return cell;
}

std::optional<PendingRow> ChangeViewer::pending(std::uint32_t index, const std::optional<Cell>& cell) const {
  if (!cell || cell->kind != CellKind::Pending) return std::nullopt;
  PendingRow row;
  const BoundSet& set = *set_.set;
  const std::uint32_t number = set.columns[bound_[index]].reference;
  if (number == BoundColumn::npos) return row;
  const BoundReference& reference = set.references[number];
  row.row_set = reference.row_set;
  for (const SetPlan& other : plan_.sets) {
    if (other.name != reference.row_set || other.database != set_.database || !other.set) continue;
    const BoundSet& parent = *other.set;
    const std::uint32_t by = parent.table->find(reference.by);
    for (ColumnIndex at = 0; at < parent.columns.size(); ++at) {
      if (parent.columns[at].column != by || static_cast<std::size_t>(cell->number) >= parent.rows.size()) continue;
      row.by = reference.by;
      row.value = parent.rows.cell(static_cast<std::size_t>(cell->number), at);
      row.masked = parent.is_sensitive(by);
    }
  }
  return row;
}

void ChangeViewer::add_key(const Change& change, ChangeView& view) const {
  const BoundSet& set = *set_.set;
  std::vector<bool> named(set.table->columns.size());
  for (const auto& [name, cell] : key(set_, change)) {
    const std::uint32_t index = set.table->find(name);
    if (index == Table::npos) continue;
    named[index] = true;
    ColumnView part = column(index);
    part.after = cell;
    part.pending = pending(index, part.after);
    view.key.push_back(part);
  }
  for (const std::uint32_t index : set.table->primary_key) {
    if (named[index] || !change.before()) continue;
    ColumnView part = column(index);
    part.before = live(change, index);
    view.identity.push_back(part);
  }
}

void ChangeViewer::add_columns(const Change& change, ChangeView& view) const {
  const auto add = [&](std::uint32_t index) {
    if (unknown_[index]) return;
    ColumnView one = column(index);
    if (view.shape != Shape::Insert) one.before = live(change, index);
    if (view.shape != Shape::Delete) one.after = declared(change, index);
    one.pending = pending(index, one.after);
    if (listed(one, view.shape)) view.columns.push_back(one);
  };
  if (view.shape == Shape::Update) {
    if (!change.detail) return;
    for (const std::uint32_t index : change.detail->update) add(index);
  } else {
    for (std::uint32_t index = 0; index < set_.set->table->columns.size(); ++index) add(index);
  }
}

std::string ChangeViewer::redacted_message(const Change& change) const {
  if (!change.detail || change.detail->message.empty()) return {};
  std::string text = change.detail->message;
  std::string release = change.detail->release;
  const auto hide = [&](const std::optional<Cell>& cell) {
    redact(text, cell);
    redact(release, cell);
  };
  for (std::uint32_t index = 0; index < sensitive_.size(); ++index) {
    const std::optional<Cell> wanted = declared(change, index);
    if (sensitive_[index]) {
      hide(live(change, index));
      hide(wanted);
    }
    if (const auto row = pending(index, wanted); row && row->masked) hide(row->value);
  }
  if (release.empty()) return text;
  // Where the key is a secret, or a part of it, the whole set has to be named.
  const bool secret = release != change.detail->release ||
                      std::any_of(set_.set->key.begin(), set_.set->key.end(), [this](std::uint32_t column) {
                        return sensitive_[set_.set->columns[column].column];
                      });
  return text + ": holdfast release " + quoted_for_shell(secret ? set_.name : release);
}

Totals& Totals::operator+=(const Totals& other) {
  insert += other.insert;
  update += other.update;
  erase += other.erase;
  dependents += other.dependents;
  following += other.following;
  restored += other.restored;
  reported += other.reported;
  held += other.held;
  blocked += other.blocked;
  failed += other.failed;
  return *this;
}

Totals totals(const SetPlan& set, Outcome counted) {
  Totals sum;
  sum.blocked = set.blocked != Reason::None ? 1 : 0;
  for (const Change& change : set.changes) {
    if (change.outcome == Outcome::Reported) ++sum.reported;
    if (change.outcome == Outcome::Held) ++sum.held;
    if (change.outcome == Outcome::Blocked) ++sum.blocked;
    if (change.outcome == Outcome::Failed) ++sum.failed;
    if (change.outcome != counted) continue;
    if (change.action == Action::Insert) ++sum.insert;
    if (change.action == Action::Update) ++sum.update;
    if (change.action == Action::Delete) ++sum.erase;
    if (!change.detail) continue;
    for (const DependentCount& dependent : change.detail->dependents) {
      const bool erased = change.action == Action::Delete;
      (dependent.fate == DependentFate::Restored ? sum.restored
       : erased                                  ? sum.dependents
                                                 : sum.following) += dependent.rows;
    }
  }
  return sum;
}

Totals totals(const Plan& plan, Outcome counted) {
  Totals sum;
  for (const SetPlan& set : plan.sets) sum += totals(set, counted);
  return sum;
}

std::uint64_t rows_in_sync(const SetPlan& set) {
  std::uint64_t drifted = 0;
  for (const Change& change : set.changes) {
    const bool of_a_declared_row = change.declared != no_row && change.drift != DriftClass::Duplicate;
    if (of_a_declared_row && change.outcome != Outcome::Applied) ++drifted;
  }
  return set.declared_rows - std::min(drifted, set.declared_rows);
}

}  // namespace holdfast::agent
