#include "reconcilers/stores/sqlite/list.h"

#include <functional>

#include "reconcilers/stores/sqlite/errors.h"

namespace holdfast::stores {
namespace {

TableKind kind_of(std::string_view type) {
  if (type == "view") return TableKind::View;
  if (type == "virtual") return TableKind::Virtual;
  return type == "shadow" ? TableKind::Shadow : TableKind::Table;
}

Result<void> each_row(Connection& connection, const std::string& sql, std::span<const std::string> arguments,
                      const std::function<void(sqlite3_stmt*)>& row) {
  Result<Prepared*> statement = connection.prepare(sql);
  if (!statement) return statement.error();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    (*statement)->bind(static_cast<int>(i) + 1, ValueView::text(arguments[i]));
  }
  int code;
  while ((code = (*statement)->step()) == SQLITE_ROW) row((*statement)->get());
  const Error failed = code == SQLITE_DONE ? Error{} : connection.error();
  (*statement)->reset();
  if (code != SQLITE_DONE) return failed;
  return {};
}

std::string text(sqlite3_stmt* statement, int column) { return std::string(column_value(statement, column).bytes()); }

// SQLite keeps a statement from its name on as it was written; what stands before is always one of these.
std::string where_not_there(std::string sql) {
  for (const std::string_view start : {"CREATE TABLE ", "CREATE INDEX ", "CREATE UNIQUE INDEX "}) {
    if (std::string_view(sql).substr(0, start.size()) != start) continue;
    sql.insert(start.size(), "IF NOT EXISTS ");
    return sql + ";\n";
  }
  return {};
}

}  // namespace

Result<std::vector<ListedTable>> list_tables(Connection& connection) {
  std::vector<ListedTable> tables;
  Result<void> read =
      each_row(connection,
               "SELECT name, type, name LIKE 'sqlite\\_%' ESCAPE '\\' FROM pragma_table_list WHERE schema = 'main' "
               "AND name NOT IN ('sqlite_schema', 'sqlite_master') ORDER BY name",
               {}, [&](sqlite3_stmt* row) {
                 tables.push_back({text(row, 0), kind_of(text(row, 1)), column_value(row, 2).integer() != 0});
               });
  if (!read) return read.error();
  return tables;
}

Result<std::string> setup_text(Connection& connection, std::span<const std::string> tables) {
  std::string setup;
  for (const std::string& table : tables) {
    Result<void> read =
        each_row(connection,
                 "SELECT sql FROM main.sqlite_schema WHERE tbl_name = ?1 COLLATE NOCASE AND type IN ('table', 'index') "
                 "AND sql IS NOT NULL ORDER BY type DESC, name",
                 {&table, 1}, [&](sqlite3_stmt* row) { setup += where_not_there(text(row, 0)); });
    if (!read) return read.error();
  }
  return setup;
}

}  // namespace holdfast::stores
