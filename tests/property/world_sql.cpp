// A world as SQL.
#include <charconv>
#include <cmath>

#include "tests/property/world.h"

namespace holdfast::testing {
namespace {

std::string listed(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + quoted(name);
  return text;
}

std::string action(const char* when, ForeignKeyAction what) {
  switch (what) {
    case ForeignKeyAction::NoAction: return "";
    case ForeignKeyAction::Restrict: return std::string(when) + "RESTRICT";
    case ForeignKeyAction::SetNull: return std::string(when) + "SET NULL";
    case ForeignKeyAction::SetDefault: return std::string(when) + "SET DEFAULT";
    case ForeignKeyAction::Cascade: return std::string(when) + "CASCADE";
  }
  return "";
}

std::string column_text(const TableSpec& table, const ColumnSpec& column) {
  std::string text = quoted(column.name) + " " + column.type;
  if (column.generated != Generated::No) {
    return text + " AS (CAST(" + quoted(column.generated_from) + " AS TEXT) || '!') " +
           (column.generated == Generated::Virtual ? "VIRTUAL" : "STORED");
  }
  if (table.rowid_alias() && column.name == table.primary_key.front()) {
    text += table.autoincrement ? " PRIMARY KEY AUTOINCREMENT" : " PRIMARY KEY";
  }
  if (column.collation == Collation::NoCase) text += " COLLATE NOCASE";
  if (column.collation == Collation::RTrim) text += " COLLATE RTRIM";
  if (column.not_null) text += " NOT NULL";
  if (column.default_value) text += " DEFAULT " + literal(*column.default_value);
  return text;
}

std::string table_statement(const TableSpec& table) {
  std::string text = "CREATE TABLE " + quoted(table.name) + " (";
  for (std::size_t i = 0; i < table.columns.size(); ++i) text += (i ? ", " : "") + column_text(table, table.columns[i]);
  if (!table.primary_key.empty() && !table.rowid_alias()) text += ", PRIMARY KEY (" + listed(table.primary_key) + ")";
  for (const ForeignKeySpec& key : table.references) {
    text += ", FOREIGN KEY (" + listed(key.columns) + ") REFERENCES " + quoted(key.parent) + " (" +
            listed(key.parent_columns) + ")" + action(" ON DELETE ", key.on_delete) +
            action(" ON UPDATE ", key.on_update);
  }
  text += ")";
  if (table.without_rowid) text += " WITHOUT ROWID";
  if (table.strict) text += table.without_rowid ? ", STRICT" : " STRICT";
  return text;
}

// What a trigger does, in its own words.
std::string step(const TableSpec& table, const TriggerSpec& trigger) {
  using Does = TriggerSpec::Does;
  const std::string row = trigger.on == TouchKind::Delete ? "OLD" : "NEW";
  const std::string cell = row + "." + quoted(trigger.column);
  const std::string own = locator_sql(table) + " = " + locator_sql(table, row);
  const std::string update = "UPDATE " + quoted(table.name) + " SET " + quoted(trigger.column) + " = ";
  const std::string found = cell + " IS " + literal(trigger.value);
  switch (trigger.does) {
    case Does::LogInsert: return "INSERT INTO log (what) VALUES ('" + trigger.name + " ' || quote(" + cell + "))";
    case Does::LogUpdate: return "UPDATE log SET what = what || '+' WHERE n = (SELECT max(n) FROM log)";
    case Does::LogDelete: return "DELETE FROM log WHERE n = (SELECT min(n) FROM log)";
    case Does::Stamp: return update + literal(trigger.value) + " WHERE " + own;
    case Does::Lower: return update + "lower(" + quoted(trigger.column) + ") WHERE " + own;
    case Does::Abort: return "SELECT RAISE(ABORT, 'no entry') WHERE " + found;
    case Does::Ignore: return "SELECT RAISE(IGNORE) WHERE " + found;
    case Does::Sibling: return update + literal(trigger.value) + " WHERE NOT (" + own + ")";
    case Does::Reinsert: {
      std::string names, values;
      for (const ColumnSpec& column : table.columns) {
        if (column.generated != Generated::No) continue;
        names += (names.empty() ? "" : ", ") + quoted(column.name);
        values += (values.empty() ? "OLD." : ", OLD.") + quoted(column.name);
      }
      return "INSERT OR IGNORE INTO " + quoted(table.name) + " (" + names + ") VALUES (" + values + ")";
    }
    case Does::Other:
      return "UPDATE OR IGNORE " + quoted(trigger.table) + " SET " + quoted(trigger.column) + " = " +
             literal(trigger.value);
    case Does::OtherGone:
      return "DELETE FROM " + quoted(trigger.table) + " WHERE " + quoted(trigger.column) + " IS " +
             literal(trigger.value);
  }
  return "";
}

}  // namespace

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + '"';
}

std::string literal(const Value& value) {
  const ValueView view = value.view();
  std::string text;
  switch (view.kind()) {
    case ValueKind::Null: return "NULL";
    case ValueKind::Integer: return std::to_string(view.integer());
    case ValueKind::Real: {
      char digits[40];
      const auto end = std::to_chars(digits, digits + sizeof digits, view.real());
      text.assign(digits, end.ptr);
      return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
    }
    case ValueKind::Text:
      for (const char c : view.bytes()) text += c == '\'' ? std::string("''") : std::string(1, c);
      return "'" + text + "'";
    case ValueKind::Blob: break;
  }
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : view.bytes()) {
    text += digits[static_cast<unsigned char>(c) >> 4U];
    text += digits[static_cast<unsigned char>(c) & 15U];
  }
  return "x'" + text + "'";
}

std::string locator_sql(const TableSpec& table, const std::string& row) {
  const std::string prefix = row.empty() ? "" : row + ".";
  if (!table.without_rowid) return prefix + "rowid";
  std::string text;
  for (const std::string& name : table.primary_key) {
    text += (text.empty() ? "quote(" : " || ',' || quote(") + prefix + quoted(name) + ")";
  }
  return text;
}

std::vector<std::string> table_statements(const World& world) {
  std::vector<std::string> statements;
  for (const TableSpec& table : world.tables) {
    statements.push_back(table_statement(table));
    std::size_t number = 0;
    for (const UniqueSpec& unique : table.unique) {
      statements.push_back(
          "CREATE UNIQUE INDEX " + quoted(table.name + " u" + std::to_string(number++)) + " ON " + quoted(table.name) +
          " (" + listed(unique.columns) + ")" +
          (unique.where_not_null.empty() ? "" : " WHERE " + quoted(unique.where_not_null) + " IS NOT NULL"));
    }
    for (const Names& columns : table.indexes) {
      statements.push_back("CREATE INDEX " + quoted(table.name + " i" + std::to_string(number++)) + " ON " +
                           quoted(table.name) + " (" + listed(columns) + ")");
    }
  }
  return statements;
}

std::vector<std::string> row_statements(const World& world) {
  std::vector<std::string> statements;
  for (const LiveSpec& row : world.rows) {
    std::string names, values;
    for (const auto& [name, value] : row.cells) {
      names += (names.empty() ? "" : ", ") + quoted(name);
      values += (values.empty() ? "" : ", ") + literal(value);
    }
    statements.push_back("INSERT OR IGNORE INTO " + quoted(row.table) +
                         (names.empty() ? " DEFAULT VALUES" : " (" + names + ") VALUES (" + values + ")"));
  }
  return statements;
}

std::vector<std::string> trigger_statements(const World& world) {
  constexpr const char* events[] = {"INSERT", "UPDATE", "DELETE"};
  std::vector<std::string> statements;
  for (const TableSpec& table : world.tables) {
    for (const TriggerSpec& trigger : table.triggers) {
      statements.push_back("CREATE TRIGGER " + quoted(trigger.name) + (trigger.before ? " BEFORE " : " AFTER ") +
                           events[static_cast<int>(trigger.on)] + " ON " + quoted(table.name) + " BEGIN " +
                           step(table, trigger) + "; END");
    }
  }
  return statements;
}

}  // namespace holdfast::testing
