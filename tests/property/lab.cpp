#include "tests/property/lab.h"

#include <sqlite3.h>

namespace holdfast::testing {
namespace {

Value read(sqlite3_stmt* statement, int column) {
  const auto bytes = [&] {
    return std::string_view(static_cast<const char*>(sqlite3_column_blob(statement, column)),
                            static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
  };
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return Value::integer(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT: return Value::real(sqlite3_column_double(statement, column));
    case SQLITE_TEXT: return Value::text(bytes());
    case SQLITE_BLOB: return Value::blob(bytes());
    default: return {};
  }
}

std::string line(const std::string& table, const std::string& at, const std::vector<Value>& row) {
  std::string text = table + " [" + at + "]";
  for (const Value& value : row) text += " " + literal(value);
  return text + "\n";
}

}  // namespace

std::string to_text(const Snapshot& snapshot) {
  std::string text;
  for (const auto& [table, rows] : snapshot) {
    for (const auto& [at, row] : rows) text += line(table, at, row);
  }
  return text;
}

std::string difference(const Snapshot& from, const Snapshot& to) {
  std::string text;
  for (const auto& [table, rows] : from) {
    const auto& others = to.at(table);
    for (const auto& [at, row] : rows) {
      const auto there = others.find(at);
      if (there == others.end()) {
        text += "- " + line(table, at, row);
      } else if (!(there->second == row)) {
        text += "- " + line(table, at, row) + "+ " + line(table, at, there->second);
      }
    }
    for (const auto& [at, row] : others) {
      if (!rows.contains(at)) text += "+ " + line(table, at, row);
    }
  }
  return text;
}

std::size_t row_count(const Snapshot& snapshot) {
  std::size_t rows = 0;
  for (const auto& [table, found] : snapshot) rows += found.size();
  return rows;
}

Lab::Lab(const World& world) : world_(world) {
  execute("PRAGMA synchronous = OFF");
  execute("PRAGMA automatic_index = OFF");  // SQLite 3.40 misses rows by one under the collation RTRIM
  execute("BEGIN");
  for (const std::string& statement : table_statements(world)) possible_ = possible_ && execute(statement);
  if (!possible_) return;
  for (const std::string& statement : row_statements(world)) execute(statement);
  for (const std::string& statement : trigger_statements(world)) possible_ = possible_ && execute(statement);
  execute("COMMIT");
  scenario_.documents(documents(world));
}

bool Lab::execute(const std::string& statement) {
  return sqlite3_exec(scenario_.outside(), statement.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
}

std::int64_t Lab::number(const std::string& query) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(scenario_.outside(), query.c_str(), -1, &statement, nullptr) != SQLITE_OK) return -1;
  const std::int64_t found = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
  sqlite3_finalize(statement);
  return found;
}

Snapshot Lab::look() {
  Snapshot snapshot;
  for (const TableSpec& table : world_.tables) {
    auto& rows = snapshot[table.name];
    std::string query = "SELECT " + locator_sql(table);
    for (const ColumnSpec& column : table.columns) query += ", " + quoted(column.name);
    query += " FROM " + quoted(table.name);
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(scenario_.outside(), query.c_str(), -1, &statement, nullptr) != SQLITE_OK) continue;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      const Value at = read(statement, 0);
      std::vector<Value>& row = rows[at.kind() == ValueKind::Integer ? literal(at) : std::string(at.view().bytes())];
      for (int i = 1; i < sqlite3_column_count(statement); ++i) row.push_back(read(statement, i));
    }
    sqlite3_finalize(statement);
  }
  return snapshot;
}

void Lab::somebody_edits() {
  for (const std::string& statement : world_.edits) execute(statement);
}

std::map<std::string, std::int64_t> Lab::orphans() {
  std::map<std::string, std::int64_t> found;
  for (const TableSpec& table : world_.tables) {
    for (const ForeignKeySpec& key : table.references) {
      std::string refers, meets;
      for (std::size_t i = 0; i < key.columns.size(); ++i) {
        refers += " AND c." + quoted(key.columns[i]) + " IS NOT NULL";
        meets +=
            std::string(i ? " AND " : "") + "p." + quoted(key.parent_columns[i]) + " = +c." + quoted(key.columns[i]);
      }
      const std::string name = table.name + "." + key.columns.front() + " -> " + key.parent;
      found[name] = number("SELECT count(*) FROM " + quoted(table.name) + " c WHERE 1" + refers +
                           " AND NOT EXISTS (SELECT 1 FROM " + quoted(key.parent) + " p WHERE " + meets + ")");
    }
  }
  return found;
}

std::string Lab::integrity() { return scenario_.rows("PRAGMA integrity_check"); }

}  // namespace holdfast::testing
