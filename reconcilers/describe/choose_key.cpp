#include "reconcilers/describe/choose_key.h"

#include <algorithm>

#include "desired-state/write/yaml_text.h"
#include "reconcilers/core/key_index.h"
#include "reconcilers/core/text.h"
#include "reconcilers/describe/column_words.h"

namespace holdfast {
namespace {

// Before the rows are read: a column that a document can name and that is no secret.
bool can_be_part(const Column& column) {
  return column.generated == Generated::No && column.collation != Collation::Other &&
         writing::can_be_column(column.name) && !looks_secret(column.name);
}

bool names_rows(const Table& table, const UniqueConstraint& one) {
  return !one.partial && !one.expression && !one.columns.empty() &&
         std::all_of(one.columns.begin(), one.columns.end(), [&](std::uint32_t column) {
           return can_be_part(table.columns[column]) && !looks_like_id(table, column);
         });
}

bool never_null(const Table& table, const UniqueConstraint& one) {
  return std::all_of(one.columns.begin(), one.columns.end(),
                     [&](std::uint32_t column) { return table.columns[column].not_null; });
}

// The smaller the better: constraints that forbid NULL first, then fewer columns, then what is called a name, then
// text.
int rank(const Table& table, const UniqueConstraint& one) {
  const Column& first = table.columns[one.columns.front()];
  const bool name = one.columns.size() == 1 && looks_like_name(first.name);
  const bool text = first.affinity == Affinity::Text;
  const bool strict = never_null(table, one) || one.primary_key;
  return (strict ? 0 : 10000) + static_cast<int>(one.columns.size()) * 4 + (name ? 0 : text ? 1 : 2);
}

bool holds(const LiveTable& live, const ColumnList& columns) {
  std::vector<KeyIndex::Part> parts;
  for (const std::uint32_t column : columns) parts.push_back({column, live.table->columns[column].collation});
  KeyIndex index(live.rows, parts, live.rows.size());
  for (std::uint32_t row = 0; row < live.rows.size(); ++row) {
    index.add(row);
    if (index.size() != row + 1) return false;  // it is null, or another row has it
  }
  return true;
}

std::string names(const Table& table, const ColumnList& columns) {
  std::string text;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) text += i + 1 == columns.size() ? " and " : ", ";
    text += printable(table.columns[columns[i]].name);
  }
  return text;
}

std::optional<KeyChoice> by_constraint(const LiveTable& live) {
  const Table& table = *live.table;
  std::vector<const UniqueConstraint*> candidates;
  for (const UniqueConstraint& one : table.unique) {
    if (names_rows(table, one)) candidates.push_back(&one);
  }
  std::stable_sort(candidates.begin(), candidates.end(), [&](const UniqueConstraint* a, const UniqueConstraint* b) {
    return rank(table, *a) < rank(table, *b);
  });
  for (const UniqueConstraint* one : candidates) {
    if (!holds(live, one->columns)) continue;
    const std::string because =
        one->primary_key ? "the primary key" : "a constraint tells each of them from the others";
    return KeyChoice{KeyChoice::Kind::Unique, one->columns,
                     "Rows are found by " + names(table, one->columns) + ": " + because + "."};
  }
  return std::nullopt;
}

std::optional<KeyChoice> by_name(const LiveTable& live) {
  const Table& table = *live.table;
  for (const std::string_view name : {"name", "code", "slug", "key", "email"}) {
    const std::uint32_t column = table.find(name);
    if (column == Table::npos || !can_be_part(table.columns[column]) || !holds(live, {column})) continue;
    return KeyChoice{KeyChoice::Kind::Name,
                     {column},
                     "Rows are found by " + names(table, {column}) +
                         ": no two of them share one today, though nothing in the schema says so."};
  }
  return std::nullopt;
}

std::optional<KeyChoice> by_primary_key(const LiveTable& live) {
  const Table& table = *live.table;
  const bool good = !table.primary_key.empty() &&
                    std::all_of(table.primary_key.begin(), table.primary_key.end(), [&](std::uint32_t column) {
                      const Column& one = table.columns[column];
                      return one.generated == Generated::No && writing::can_be_column(one.name);
                    });
  if (!good || !holds(live, table.primary_key)) return std::nullopt;
  return KeyChoice{KeyChoice::Kind::Primary, table.primary_key,
                   "Rows are found by the primary key: nothing else tells each of them from the others."};
}

std::optional<KeyChoice> by_all_columns(const LiveTable& live) {
  const Table& table = *live.table;
  std::vector<bool> filled;
  for (const Column& column : table.columns) filled.push_back(can_be_part(column));
  for (std::size_t row = 0; row < live.rows.size(); ++row) {
    RowTable::Cursor cursor = live.rows.cursor(row);
    for (std::size_t i = 0; i < filled.size(); ++i) {
      if (cursor.next().kind == CellKind::Null) filled[i] = false;
    }
  }
  ColumnList columns;
  for (std::uint32_t i = 0; i < filled.size(); ++i) {
    if (filled[i]) columns.push_back(i);
  }
  if (columns.empty() || !holds(live, columns)) return std::nullopt;
  return KeyChoice{KeyChoice::Kind::Columns, columns,
                   "The table has no key: a row is found by " + names(table, columns) +
                       (columns.size() > 1 ? " together" : "") +
                       ", so that one that somebody changes looks like another row."};
}

}  // namespace

bool has_natural_key(const Table& table) {
  return std::any_of(table.unique.begin(), table.unique.end(),
                     [&](const UniqueConstraint& one) { return names_rows(table, one); });
}

std::optional<KeyChoice> choose_key(const LiveTable& live) {
  for (const auto choose : {by_constraint, by_name, by_primary_key, by_all_columns}) {
    if (std::optional<KeyChoice> chosen = choose(live)) return chosen;
  }
  return std::nullopt;
}

}  // namespace holdfast
