#include "reconcilers/describe/column_roles.h"

#include <algorithm>

#include "desired-state/write/yaml_text.h"
#include "reconcilers/describe/column_words.h"

namespace holdfast {
namespace {

using Kind = ColumnRole::Kind;

// An insert without this column works.
bool fills_itself(const Column& column) { return column.has_default || !column.not_null; }

std::vector<bool> columns_with_values(const LiveTable& live) {
  std::vector<bool> filled(live.table->columns.size(), live.rows.empty());
  for (std::size_t row = 0; row < live.rows.size(); ++row) {
    RowTable::Cursor cursor = live.rows.cursor(row);
    for (std::size_t i = 0; i < filled.size(); ++i) {
      if (cursor.next().kind != CellKind::Null) filled[i] = true;
    }
  }
  return filled;
}

ColumnRole managed_role(const Column& column, bool filled) {
  if (looks_secret(column.name)) {
    return {Kind::LeftOut,
            fills_itself(column)
                ? "looks like a secret, which does not belong in a file"
                : "looks like a secret, which does not belong in a file; no row can be inserted without"};
  }
  if (!filled) return {Kind::LeftOut, "no row has a value"};
  if (looks_like_timestamp(column) || looks_like_counter(column)) {
    if (!fills_itself(column)) return {Kind::Initial, ""};  // an insert needs one
    return {Kind::LeftOut, "kept by the application"};
  }
  return {looks_edited(column.name) ? Kind::Initial : Kind::Declared, ""};
}

}  // namespace

std::vector<ColumnRole> column_roles(const LiveTable& live, const ColumnList& key, Scope scope) {
  const std::vector<bool> filled = columns_with_values(live);
  std::vector<ColumnRole> roles;
  for (std::uint32_t i = 0; i < live.table->columns.size(); ++i) {
    const Column& column = live.table->columns[i];
    if (std::find(key.begin(), key.end(), i) != key.end()) {
      roles.push_back({Kind::Key, ""});
    } else if (column.generated != Generated::No) {
      roles.push_back({Kind::LeftOut, "computed by the database"});
    } else if (!writing::can_be_column(column.name)) {
      roles.push_back({Kind::LeftOut, "a document cannot name it"});
    } else if (scope == Scope::Everything || column.primary_key > 0) {
      roles.push_back({Kind::Declared, ""});
    } else {
      roles.push_back(managed_role(column, filled[i]));
    }
  }
  return roles;
}

}  // namespace holdfast
