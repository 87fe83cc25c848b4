#include "reconcilers/core/planner.h"

#include <algorithm>
#include <utility>

#include "reconcilers/core/text.h"

namespace holdfast {
namespace {

// Observe, and a policy that says Report, turn what would be done into what is told.
Change settle(const BoundSet& set, Change change, bool report) {
  if (set.mode == Mode::Observe || report) {
    change.action = Action::None;
    change.outcome = Outcome::Reported;
    change.reason = Reason::None;
  }
  return change;
}

void block(Change& change, Reason reason, std::string message) {
  change.outcome = Outcome::Blocked;
  change.reason = reason;
  change.more().message = std::move(message);
}

void block_waiting(const BoundSet& set, Change& change) {
  switch (set.wait(change.declared)) {
    case BoundSet::Wait::None: return;
    case BoundSet::Wait::Reference: block(change, Reason::Reference, set.wait_texts.at(change.declared)); return;
    case BoundSet::Wait::Identity:
      block(change, Reason::Identity, "the row it refers to is there under another primary key");
      return;
  }
}

Change with_before(DriftClass drift, std::uint32_t declared, RowImage live) {
  Change change;
  change.drift = drift;
  change.declared = declared;
  change.more().before = std::move(live);
  return change;
}

// "id 14, declared id 2"
std::string identity_text(const BoundSet& set, std::uint32_t declared, const RowImage& live) {
  std::string there, wanted;
  for (ColumnIndex at = 0; at < set.columns.size(); ++at) {
    if (!set.columns[at].identity) continue;
    const std::string& name = set.rows.columns()[at];
    const bool hidden = set.is_sensitive(set.columns[at].column);
    there += (there.empty() ? "" : ", ") + name + " ";
    there += hidden ? "***" : describe(live.values[set.columns[at].column].view());
    wanted += (wanted.empty() ? "" : ", ") + name + " ";
    wanted += hidden ? "***" : describe(set.rows.cell(declared, at));
  }
  return "it is there under " + there + ", declared is " + wanted;
}

// Columns that an insert would leave null and that must not be: the database would refuse the row.
std::string lacking_columns(const BoundSet& set, std::uint32_t declared) {
  const Table& table = *set.table;
  std::vector<bool> given(table.columns.size());
  RowTable::Cursor cursor = set.rows.cursor(declared);
  for (const BoundColumn& column : set.columns) {
    const Cell cell = cursor.next();
    given[column.column] = cell.present() && cell.kind != CellKind::Null;
  }
  std::string names;
  for (std::uint32_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    const bool row_number = !table.without_rowid && table.locator.size() == 1 && table.locator.front() == i;
    const bool filled = column.has_default || column.generated != Generated::No || row_number;
    if (given[i] || filled || !column.not_null) continue;
    names += (names.empty() ? "" : ", ") + column.name;
  }
  return names;
}

}  // namespace

bool declares_identity(const BoundSet& set, std::uint32_t declared) {
  if (set.table->primary_key.empty()) return false;
  return std::all_of(set.table->primary_key.begin(), set.table->primary_key.end(), [&](std::uint32_t wanted) {
    for (ColumnIndex at = 0; at < set.columns.size(); ++at) {
      if (set.columns[at].column != wanted) continue;
      const Cell cell = set.rows.cell(declared, at);
      return cell.present() && cell.kind != CellKind::Null && cell.kind != CellKind::Pending;
    }
    return false;
  });
}

Change plan_missing(const BoundSet& set, std::uint32_t declared) {
  Change change;
  change.drift = DriftClass::Missing;
  change.declared = declared;
  change.action = Action::Insert;
  block_waiting(set, change);
  if (const std::string columns = lacking_columns(set, declared); !columns.empty()) {
    change.outcome = Outcome::Failed;
    change.reason = Reason::Constraint;
    change.more().message = "it has no value for " + columns + ", which must not be null and has no default";
  }
  return settle(set, std::move(change), set.policy.missing == MissingPolicy::Report);
}

Change plan_occupied(const BoundSet& set, std::uint32_t declared, RowImage occupant) {
  Change change = with_before(DriftClass::Identity, declared, std::move(occupant));
  change.action = Action::Insert;
  std::string key;
  for (const ColumnIndex at : set.key) {
    const std::uint32_t column = set.columns[at].column;
    key += (key.empty() ? "" : ", ") + set.rows.columns()[at] + " ";
    key += set.is_sensitive(column) ? "***" : describe(change.before()->values[column].view());
  }
  block(change, Reason::Identity, "its primary key belongs to another row (" + key + ")");
  return settle(set, std::move(change), set.policy.missing == MissingPolicy::Report);
}

std::optional<Change> plan_found(const BoundSet& set, std::uint32_t declared, RowImage live) {
  RowDifference difference = compare_row(set, declared, live);
  const bool waiting = set.wait(declared) != BoundSet::Wait::None;
  if (difference.identity) {
    Change change = with_before(DriftClass::Identity, declared, std::move(live));
    change.action = Action::Update;
    if (set.policy.changed != ChangedPolicy::Update) difference.columns.clear();
    change.more().message = identity_text(set, declared, *change.before());
    for (const BoundColumn& column : set.columns) {
      if (column.identity) difference.columns.push_back(column.column);
    }
    change.more().update = std::move(difference.columns);
    block_waiting(set, change);
    return settle(set, std::move(change), set.policy.identity == IdentityPolicy::Report);
  }
  if (set.policy.changed == ChangedPolicy::Ignore || (difference.columns.empty() && !waiting)) return std::nullopt;
  Change change = with_before(DriftClass::Changed, declared, std::move(live));
  change.action = Action::Update;
  change.more().update = std::move(difference.columns);
  block_waiting(set, change);
  return settle(set, std::move(change), set.policy.changed == ChangedPolicy::Report);
}

Change plan_duplicate(const BoundSet& set, std::uint32_t declared, RowImage live) {
  Change change = with_before(DriftClass::Duplicate, declared, std::move(live));
  change.more().message = "another live row has this key as well; it is left alone";
  return settle(set, std::move(change), true);
}

Change plan_forbidden(const BoundSet& set, std::size_t rule, RowImage live) {
  Change change = with_before(DriftClass::Forbidden, no_row, std::move(live));
  change.action = Action::Delete;
  change.more().rule = rule;
  return settle(set, std::move(change), set.policy.forbidden == ForbiddenPolicy::Report);
}

Change plan_removed_row(const BoundSet& set, RowImage live) {
  Change change = with_before(DriftClass::Removed, no_row, std::move(live));
  change.action = Action::Delete;
  return settle(set, std::move(change), false);
}

Change plan_extra(const BoundSet& set, RowImage live) {
  Change change = with_before(DriftClass::Extra, no_row, std::move(live));
  change.action = Action::Delete;
  return settle(set, std::move(change), set.policy.extra == ExtraPolicy::Report);
}

}  // namespace holdfast
