#include "reconcilers/core/plan.h"

#include <algorithm>

#include "reconcilers/core/sha256.h"

namespace holdfast {

std::string_view to_string(DriftClass drift) {
  switch (drift) {
    case DriftClass::Missing: return "missing";
    case DriftClass::Changed: return "changed";
    case DriftClass::Forbidden: return "forbidden";
    case DriftClass::Extra: return "extra";
    case DriftClass::Removed: return "removed";
    case DriftClass::Duplicate: return "duplicate";
    case DriftClass::Identity: return "identity";
  }
  return "";
}

std::string_view to_string(Action action) {
  switch (action) {
    case Action::None: return "none";
    case Action::Insert: return "insert";
    case Action::Update: return "update";
    case Action::Delete: return "delete";
  }
  return "";
}

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::Planned: return "planned";
    case Outcome::Applied: return "applied";
    case Outcome::Reported: return "reported";
    case Outcome::Held: return "held";
    case Outcome::Blocked: return "blocked";
    case Outcome::Failed: return "failed";
  }
  return "";
}

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::None: return "";
    case Reason::Budget: return "budget";
    case Reason::Dependents: return "dependents";
    case Reason::Identity: return "identity";
    case Reason::Reference: return "reference";
    case Reason::SideEffect: return "side-effect";
    case Reason::NotConvergent: return "not-convergent";
    case Reason::RefusedByTrigger: return "refused-by-trigger";
    case Reason::NoTable: return "no-table";
    case Reason::Unsupported: return "unsupported";
    case Reason::Constraint: return "constraint";
    case Reason::Fight: return "fight";
    case Reason::Undo: return "undo";
    case Reason::Pause: return "pause";
    case Reason::Declared: return "declared";
    case Reason::Busy: return "busy";
    case Reason::Confirm: return "confirm";
    case Reason::Verdict: return "verdict";
  }
  return "";
}

std::string_view to_string(Cause cause) {
  switch (cause) {
    case Cause::Wipe: return "wipe";
    case Cause::Vanish: return "vanish";
    case Cause::Edit: return "edit";
    case Cause::Rollout: return "rollout";
    case Cause::Fight: return "fight";
    case Cause::Undo: return "undo";
  }
  return "";
}

Change::Detail& Change::more() {
  if (!detail) detail = std::make_unique<Detail>();
  return *detail;
}

Summary Plan::summary() const {
  Summary sum;
  for (const SetPlan& set : sets) {
    for (const Change& change : set.changes) {
      switch (change.outcome) {
        case Outcome::Reported: ++sum.reported; break;
        case Outcome::Held: ++sum.held; break;
        case Outcome::Blocked: ++sum.blocked; break;
        case Outcome::Failed: ++sum.failed; break;
        case Outcome::Planned:
        case Outcome::Applied:
          if (change.action == Action::Insert) ++sum.insert;
          if (change.action == Action::Update) ++sum.update;
          if (change.action == Action::Delete) ++sum.erase;
          if (!change.detail) break;
          for (const DependentCount& dependent : change.detail->dependents) {
            if (dependent.fate == DependentFate::Restored) {
              sum.restored += dependent.rows;
            } else if (change.action == Action::Delete) {
              sum.dependents += dependent.rows;
            }
          }
      }
    }
    if (set.blocked != Reason::None) ++sum.blocked;
  }
  return sum;
}

bool Plan::in_sync() const {
  return setup.empty() && std::all_of(sets.begin(), sets.end(), [](const SetPlan& set) { return set.in_sync; });
}

bool waits_for_confirmation(const Change& change) {
  return change.action == Action::Delete && change.outcome == Outcome::Blocked &&
         (change.reason == Reason::Budget || change.reason == Reason::Confirm);
}

bool waits_for_confirmation(const Plan& plan) {
  return std::any_of(plan.sets.begin(), plan.sets.end(), [](const SetPlan& set) {
    return std::any_of(set.changes.begin(), set.changes.end(),
                       [](const Change& change) { return waits_for_confirmation(change); });
  });
}

namespace {

// An image that the journal kept may be of fewer columns than there are now.
std::optional<Cell> cell_of(const RowImage& row, std::uint32_t column) {
  if (column >= row.values.size()) return std::nullopt;
  return Cell::of(row.values[column].view());
}

}  // namespace

std::optional<Cell> after(const SetPlan& plan, const Change& change, std::uint32_t table_column) {
  if (!plan.set) return std::nullopt;
  if (change.detail && change.detail->after) return cell_of(*change.detail->after, table_column);
  if (change.declared == no_row || change.drift == DriftClass::Duplicate) return std::nullopt;
  for (ColumnIndex at = 0; at < plan.set->columns.size(); ++at) {
    if (plan.set->columns[at].column != table_column) continue;
    const Cell cell = plan.set->rows.cell(change.declared, at);
    if (!cell.present()) return std::nullopt;
    return cell;
  }
  return std::nullopt;
}

std::vector<std::pair<std::string, Cell>> key(const SetPlan& plan, const Change& change) {
  std::vector<std::pair<std::string, Cell>> named;
  if (!plan.set) return named;
  for (const ColumnIndex at : plan.set->key) {
    Cell cell = Cell::null();
    const std::uint32_t column = plan.set->columns[at].column;
    if (change.declared != no_row) {
      cell = plan.set->rows.cell(change.declared, at);
    } else if (const RowImage* before = change.before()) {
      cell = cell_of(*before, column).value_or(cell);
    } else if (change.detail && change.detail->after) {
      cell = cell_of(*change.detail->after, column).value_or(cell);
    }
    named.emplace_back(plan.set->rows.columns()[at], cell);
  }
  return named;
}

namespace {

void add_sized(Sha256& digest, std::string_view bytes) {
  digest.add(std::to_string(bytes.size()) + ":");
  digest.add(bytes);
}

void add_cell(Sha256& digest, const Cell& cell) {
  std::string bytes;
  if (cell.kind == CellKind::Pending) {
    bytes = "p" + std::to_string(cell.number);
  } else {
    append_identical(cell.value(), bytes);
  }
  add_sized(digest, bytes);
}

void add_change(Sha256& digest, const SetPlan& set, const Change& change) {
  add_sized(digest, to_string(change.drift));
  add_sized(digest, to_string(change.action));
  add_sized(digest, waits_for_confirmation(change) ? "" : to_string(change.reason));
  for (const auto& [name, cell] : key(set, change)) {
    add_sized(digest, name);
    add_cell(digest, cell);
  }
  if (const RowImage* before = change.before()) {
    for (const Value& value : before->locator) add_cell(digest, Cell::of(value.view()));
    for (const Value& value : before->values) add_cell(digest, Cell::of(value.view()));
  }
  if (change.detail) {
    for (const DependentCount& dependent : change.detail->dependents) {
      add_sized(digest, dependent.table);
      add_sized(digest, std::to_string(dependent.rows));
    }
  }
  if (!set.set || change.action == Action::None || change.action == Action::Delete) return;
  for (const BoundColumn& column : set.set->columns) {
    if (const auto cell = after(set, change, column.column)) {
      add_sized(digest, set.set->table->columns[column.column].name);
      add_cell(digest, *cell);
    }
  }
}

}  // namespace

std::string hash(const Plan& plan) {
  Sha256 digest;
  for (const std::string& table : plan.setup) add_sized(digest, table);
  for (const SetPlan& set : plan.sets) {
    add_sized(digest, set.database);
    add_sized(digest, set.name);
    add_sized(digest, set.table);
    add_sized(digest, to_string(set.blocked));
    for (const Change& change : set.changes) add_change(digest, set, change);
  }
  return digest.hex();
}

}  // namespace holdfast
