#include "reconcilers/sql/sqlite_statements.h"

namespace holdfast::sql {
namespace {

// Where a trigger can fire, a conflict clause of ours would override those inside it (TRAPS 4).
std::string or_abort(const Table& table) { return table.triggers.empty() ? " OR ABORT" : ""; }

std::string listed(const Table& table, std::span<const std::uint32_t> columns) {
  std::string text;
  for (const std::uint32_t column : columns) text += (text.empty() ? "" : ", ") + quote(table.columns[column].name);
  return text;
}

}  // namespace

std::string quote(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) {
    text += c;
    if (c == '"') text += c;
  }
  return text + '"';
}

std::string row_number_name(const Table& table) {
  for (const char* name : {"rowid", "_rowid_", "oid"}) {
    if (table.find(name) == Table::npos) return name;
  }
  return {};
}

std::string locator_columns(const Table& table) {
  return table.locator.empty() ? row_number_name(table) : listed(table, table.locator);
}

int locator_size(const Table& table) { return table.locator.empty() ? 1 : static_cast<int>(table.locator.size()); }

std::string locator_condition(const Table& table, std::string_view compare, int first_parameter) {
  std::string values;
  for (int i = 0; i < locator_size(table); ++i) {
    values += (i ? ", ?" : "?") + std::to_string(first_parameter + i);
  }
  return "(" + locator_columns(table) + ") " + std::string(compare) + " (" + values + ")";
}

std::string select_text(const Table& table, std::span<const std::uint32_t> columns, const std::string& rest) {
  std::string text = "SELECT " + locator_columns(table);
  if (!columns.empty()) text += ", " + listed(table, columns);
  return text + " FROM main." + quote(table.name) + rest;
}

std::string flagged_text(const Table& table, std::span<const std::uint32_t> columns, std::string_view condition,
                         const std::string& rest) {
  constexpr std::string_view where = " WHERE ";
  std::string text = "SELECT " + locator_columns(table);
  if (!columns.empty()) text += ", " + listed(table, columns);
  text += ", (" + std::string(condition.empty() ? "1" : condition.substr(where.size())) + ")";
  return text + " FROM main." + quote(table.name) + rest;
}

std::string equals_text(const Table& table, std::span<const std::uint32_t> columns) {
  std::string text;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    text += (i ? " AND " : " WHERE ") + quote(table.columns[columns[i]].name) + " = ?" + std::to_string(i + 1);
  }
  return text;
}

std::string referring_text(const Table& child, std::span<const std::uint32_t> columns, const Table& parent,
                           std::span<const std::uint32_t> parent_columns, std::span<const Value> values) {
  std::string text;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column& as = parent.columns[parent_columns[i]];
    std::string value = "?" + std::to_string(i + 1);
    const ValueKind kind = values[i].kind();
    const bool number = kind == ValueKind::Integer || kind == ValueKind::Real;
    // A cast has an affinity. It is given where it leaves the value as it is: a text in a column for numbers is none.
    if (as.affinity == Affinity::Text && kind == ValueKind::Text) value = "CAST(" + value + " AS TEXT)";
    if (as.affinity != Affinity::Text && as.affinity != Affinity::Blob && number) {
      value = "CAST(" + value + " AS NUMERIC)";
    }
    text += (i ? " AND " : " WHERE ") + value + " COLLATE " + quote(as.collation_name) + " = +" +
            quote(child.columns[columns[i]].name);
  }
  return text;
}

std::string orphans_text(const Table& child, std::span<const std::uint32_t> columns, const Table& parent,
                         std::span<const std::uint32_t> parent_columns) {
  std::string refers, same;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string own = "c." + quote(child.columns[columns[i]].name);
    const std::string parents = "p." + quote(parent.columns[parent_columns[i]].name);
    refers += own + " IS NOT NULL AND ";
    // The plus takes the child's own affinity away; what stands on the left gives the collation.
    same += (i ? " AND " : "") + parents + " = +" + own;
  }
  return "SELECT count(*) FROM (SELECT 1 FROM main." + quote(child.name) + " AS c WHERE " + refers +
         "NOT EXISTS (SELECT 1 FROM main." + quote(parent.name) + " AS p WHERE " + same + ") LIMIT ?1)";
}

std::string insert_text(const Table& table, std::span<const std::uint32_t> columns) {
  std::string text = "INSERT" + or_abort(table) + " INTO main." + quote(table.name);
  if (columns.empty()) return text + " DEFAULT VALUES";
  std::string values;
  for (std::size_t i = 0; i < columns.size(); ++i) values += (i ? ", ?" : "?") + std::to_string(i + 1);
  return text + " (" + listed(table, columns) + ") VALUES (" + values + ")";
}

std::string restore_text(const Table& table, std::span<const std::uint32_t> columns) {
  std::string names = listed(table, columns), values;
  for (std::size_t i = 0; i < columns.size(); ++i) values += (i ? ", ?" : "?") + std::to_string(i + 1);
  if (table.locator.empty()) {
    names += (names.empty() ? "" : ", ") + row_number_name(table);
    values += (values.empty() ? "?" : ", ?") + std::to_string(columns.size() + 1);
  }
  return "INSERT OR ABORT INTO main." + quote(table.name) + " (" + names + ") VALUES (" + values + ")";
}

std::string update_text(const Table& table, std::span<const std::uint32_t> columns) {
  std::string text = "UPDATE" + or_abort(table) + " main." + quote(table.name) + " SET ";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    text += (i ? ", " : "") + quote(table.columns[columns[i]].name) + " = ?" + std::to_string(i + 1);
  }
  return text + " WHERE " + locator_condition(table, "=", static_cast<int>(columns.size()) + 1);
}

std::string delete_text(const Table& table) {
  return "DELETE FROM main." + quote(table.name) + " WHERE " + locator_condition(table, "=", 1);
}

namespace {

std::string state_column_text(const StateColumn& column) {
  return quote(column.name) + (column.affinity == Affinity::Integer ? " INTEGER"
                               : column.affinity == Affinity::Blob  ? " BLOB"
                                                                    : " TEXT");
}

}  // namespace

std::string add_state_column_text(const StateTable& table, const StateColumn& column) {
  return "ALTER TABLE " + quote(table.name) + " ADD COLUMN " + state_column_text(column) + "; ";
}

std::string create_state_text(const StateTable& table) {
  std::string columns, key;
  for (const StateColumn& column : table.columns) {
    columns += (columns.empty() ? "" : ", ") + state_column_text(column);
    if (column.primary_key == 0) continue;
    if (table.by_key) {
      columns += " NOT NULL";
      key += (key.empty() ? "" : ", ") + quote(column.name);
    } else {
      columns += " PRIMARY KEY";  // of one INTEGER column: the row's number
    }
  }
  if (table.by_key) columns += ", PRIMARY KEY (" + key + ")";
  return "CREATE TABLE IF NOT EXISTS " + quote(table.name) + " (" + columns +
         (table.by_key ? ") WITHOUT ROWID;\n" : ");\n");
}

}  // namespace holdfast::sql
