#include "agent/render/change_text.h"

#include <algorithm>

#include "agent/render/advice.h"
#include "agent/render/escape.h"
#include "agent/render/value_text.h"

namespace holdfast::agent {
namespace {

std::string pending_text(const PendingRow& row, std::size_t characters) {
  std::string text = "the new row of " + printable(row.row_set);
  if (!row.value) return text;
  return text + " with " + printable(row.by) + " " + (row.masked ? mask : value_text(*row.value, characters));
}

std::string dependent_text(const Change& change) {
  std::string gone, unlinked, following, restored;
  for (const DependentCount& count : change.detail->dependents) {
    std::string& list = count.fate == DependentFate::Deleted   ? gone
                        : count.fate == DependentFate::Cleared ? unlinked
                        : count.fate == DependentFate::Follows ? following
                                                               : restored;
    if (list.empty()) {
      list = counted(count.rows, "row") + " of ";
    } else {
      list += ", " + grouped(count.rows) + " of ";
    }
    list += printable(count.table);
  }
  if (!gone.empty()) gone.insert(0, "and ");
  if (!unlinked.empty()) gone += (gone.empty() ? "" : ", ") + unlinked + " set to refer to nothing";
  if (!following.empty()) gone += (gone.empty() ? "" : ", ") + following + " set to its new key";
  if (!restored.empty()) gone += (gone.empty() ? "" : ", ") + restored + " as before";
  return gone;
}

}  // namespace

std::string_view sign(Shape shape) {
  switch (shape) {
    case Shape::Delete: return "-";
    case Shape::Update: return "~";
    case Shape::Insert: return "+";
    case Shape::Pair: break;
  }
  return "?";
}

std::string_view verb(const Change& change, Shape shape) {
  const bool done = change.outcome == Outcome::Applied;
  switch (shape) {
    case Shape::Delete: return done ? "deleted" : "delete";
    case Shape::Update: return done ? "updated" : "update";
    case Shape::Insert: return done ? "inserted" : "insert";
    case Shape::Pair: break;
  }
  return to_string(change.drift);
}

std::pair<std::string, std::string> column_texts(const ColumnView& column, std::size_t characters) {
  if (column.masked) return {column.before ? mask : "", column.after ? mask : ""};
  if (column.pending) {
    return {column.before ? value_text(*column.before, characters) : "", pending_text(*column.pending, characters)};
  }
  if (column.before && column.after) return value_texts(*column.before, *column.after, characters);
  return {column.before ? value_text(*column.before, characters) : "",
          column.after ? value_text(*column.after, characters) : ""};
}

std::string key_text(const ChangeView& view, std::size_t characters) {
  const auto listed = [&](const std::vector<ColumnView>& columns) {
    std::string text;
    for (const ColumnView& column : columns) {
      const auto [before, after] = column_texts(column, characters);
      text += (text.empty() ? "" : ", ") + printable(column.name) + " " + (after.empty() ? before : after);
    }
    return text;
  };
  const std::string key = listed(view.key), identity = listed(view.identity);
  if (key.empty() || identity.empty()) return key + identity;
  return key + " (" + identity + ")";
}

std::string outcome_text(const SetPlan& set, const Change& change, const ChangeView& view) {
  if (view.message.empty() || change.reason == Reason::None) return why(set, change);
  if (change.outcome == Outcome::Planned || change.outcome == Outcome::Applied) return {};
  return std::string(to_string(change.outcome)) + ": " + std::string(to_string(change.reason));
}

std::string note_text(const SetPlan& set, const Change& change) {
  std::string text;
  const auto add = [&](std::string_view more) { text.append(text.empty() ? "" : ", ").append(more); };
  if (shape_of(change) == Shape::Delete && change.reason != Reason::Undo) {
    switch (change.drift) {
      case DriftClass::Extra: add("not declared"); break;
      case DriftClass::Removed: add("no longer declared"); break;
      case DriftClass::Forbidden: add("forbidden"); break;
      default: break;
    }
    const bool several_rules = set.set && set.set->forbidden.size() > 1;
    if (several_rules && change.detail && change.detail->rule) {
      text += " by rule " + std::to_string(*change.detail->rule + 1);
    }
  } else if (change.drift == DriftClass::Identity && change.action == Action::Update) {
    add("moved to its declared identity");
  }
  if (change.detail && !change.detail->dependents.empty()) add(dependent_text(change));
  return text;
}

std::string sync_text(const SetPlan& set) {
  std::string text = "in sync: " + grouped(rows_in_sync(set)) + " of " + grouped(set.declared_rows) + " declared";
  // Rows that nothing names, but for those that this plan is about all the same.
  const auto named = std::count_if(set.changes.begin(), set.changes.end(), [](const Change& change) {
    return change.drift == DriftClass::Extra || change.drift == DriftClass::Removed;
  });
  const std::uint64_t others = set.unmanaged_rows - std::min(set.unmanaged_rows, static_cast<std::uint64_t>(named));
  if (others > 0) text += ", " + counted(others, "other") + " not managed";
  return text;
}

}  // namespace holdfast::agent
