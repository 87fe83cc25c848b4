// SQLite in the contract suite, in both journal modes: descriptions become CREATE statements, the outside is a
// connection of SQLite's own C interface.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>

#include "reconcilers/stores/sqlite/sqlite_store.h"
#include "tests/contract/contract_test.h"

namespace holdfast::contract {
namespace {

std::string quote(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + '"';
}

std::string literal(const Value& value) {
  const ValueView view = value.view();
  switch (view.kind()) {
    case ValueKind::Null: return "NULL";
    case ValueKind::Integer: return std::to_string(view.integer());
    case ValueKind::Real: return std::to_string(view.real());
    case ValueKind::Blob: return "x'" + std::string() + "'";
    case ValueKind::Text: break;
  }
  std::string text = "'";
  for (const char c : view.bytes()) text += c == '\'' ? std::string("''") : std::string(1, c);
  return text + "'";
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + quote(name);
  return text;
}

std::string collate(Collation collation) {
  if (collation == Collation::NoCase) return " COLLATE NOCASE";
  return collation == Collation::RTrim ? " COLLATE RTRIM" : "";
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

std::string column_text(const ColumnDescription& column) {
  std::string text = quote(column.name) + " " + column.type + collate(column.collation);
  if (column.not_null) text += " NOT NULL";
  if (column.default_value) text += " DEFAULT " + literal(*column.default_value);
  return text;
}

// "IF NOT EXISTS" throughout, so that the same text is the setup.
std::vector<std::string> create_statements(const TableDescription& table) {
  std::string text = "CREATE TABLE IF NOT EXISTS " + quote(table.name) + " (";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    text += (i ? ", " : "") + column_text(table.columns[i]);
    if (table.autoincrement && table.primary_key[0] == table.columns[i].name) text += " PRIMARY KEY AUTOINCREMENT";
  }
  if (!table.primary_key.empty() && !table.autoincrement) text += ", PRIMARY KEY (" + listed(table.primary_key) + ")";
  for (const CheckDescription& check : table.checks) {
    text += ", CHECK (" + quote(check.column) + " >= " + std::to_string(check.least) + ")";
  }
  for (const ForeignKeyDescription& key : table.references) {
    text += ", FOREIGN KEY (" + listed(key.columns) + ") REFERENCES " + quote(key.parent);
    if (!key.parent_columns.empty()) text += " (" + listed(key.parent_columns) + ")";
    text += action(" ON DELETE ", key.on_delete) + action(" ON UPDATE ", key.on_update);
  }
  std::vector<std::string> statements;
  std::vector<std::string> indexes;
  for (std::size_t i = 0; i < table.unique.size(); ++i) {
    const UniqueDescription& unique = table.unique[i];
    if (unique.collations.empty() && unique.where_not_null.empty()) {
      text += ", UNIQUE (" + listed(unique.columns) + ")";
      continue;
    }
    std::string index = "CREATE UNIQUE INDEX IF NOT EXISTS " + quote(table.name + " unique " + std::to_string(i)) +
                        " ON " + quote(table.name) + " (";
    for (std::size_t k = 0; k < unique.columns.size(); ++k) {
      index += (k ? ", " : "") + quote(unique.columns[k]);
      if (!unique.collations.empty()) {
        index += unique.collations[k] == Collation::Binary ? " COLLATE BINARY" : collate(unique.collations[k]);
      }
    }
    index += ")";
    if (!unique.where_not_null.empty()) index += " WHERE " + quote(unique.where_not_null) + " IS NOT NULL";
    indexes.push_back(index);
  }
  text += ")";
  std::string options;
  if (table.without_rowid) options = " WITHOUT ROWID";
  if (table.strict) options += options.empty() ? " STRICT" : ", STRICT";
  statements.push_back(text + options);
  statements.insert(statements.end(), indexes.begin(), indexes.end());
  return statements;
}

std::string trigger_statement(const TableDescription& table, const TriggerDescription& trigger) {
  constexpr const char* times[] = {"BEFORE", "AFTER"};
  constexpr const char* events[] = {"INSERT", "UPDATE", "DELETE"};
  const std::string row = trigger.event == TriggerEvent::Delete ? "OLD." : "NEW.";
  std::string text = "CREATE TRIGGER " + quote(trigger.name) + " " + times[static_cast<int>(trigger.time)] + " " +
                     events[static_cast<int>(trigger.event)] + " ON " + quote(table.name) + " BEGIN ";
  for (const TriggerStep& step : trigger.steps) {
    const std::string value = row + quote(step.column);
    const auto raise = [&](const std::string& how) {
      return "SELECT RAISE(" + how + ") WHERE " + value + " = " + literal(step.value);
    };
    switch (step.kind) {
      case TriggerStep::Kind::CopyInto:
        text += "INSERT INTO " + quote(step.table) + " (" + quote(step.target) + ") VALUES (" + value + ")";
        break;
      case TriggerStep::Kind::EraseFrom:
        text += "DELETE FROM " + quote(step.table) + " WHERE " + quote(step.target) + " = " + value;
        break;
      case TriggerStep::Kind::Lower: {
        std::string same;
        const std::string key = table.primary_key.empty() ? "rowid" : quote(table.primary_key[0]);
        text += "UPDATE " + quote(table.name) + " SET " + quote(step.column) + " = lower(" + quote(step.column) +
                ") WHERE " + key + " = " + row + key;
        break;
      }
      case TriggerStep::Kind::Ignore: text += raise("IGNORE"); break;
      case TriggerStep::Kind::Abort: text += raise("ABORT, '" + step.message + "'"); break;
      case TriggerStep::Kind::Fail: text += raise("FAIL, '" + step.message + "'"); break;
      case TriggerStep::Kind::Rollback: text += raise("ROLLBACK, '" + step.message + "'"); break;
    }
    text += "; ";
  }
  return text + "END";
}

void bind(sqlite3_stmt* statement, int parameter, const Value& value) {
  const ValueView view = value.view();
  const auto size = static_cast<int>(view.bytes().size());
  switch (view.kind()) {
    case ValueKind::Null: sqlite3_bind_null(statement, parameter); break;
    case ValueKind::Integer: sqlite3_bind_int64(statement, parameter, view.integer()); break;
    case ValueKind::Real: sqlite3_bind_double(statement, parameter, view.real()); break;
    case ValueKind::Text:
      sqlite3_bind_text(statement, parameter, size ? view.bytes().data() : "", size, SQLITE_TRANSIENT);
      break;
    case ValueKind::Blob:
      sqlite3_bind_blob(statement, parameter, size ? view.bytes().data() : "", size, SQLITE_TRANSIENT);
      break;
  }
}

Value read(sqlite3_stmt* statement, int column) {
  const auto bytes = [&](const void* data) {
    return std::string_view(static_cast<const char*>(data),
                            static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
  };
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return Value::integer(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT: return Value::real(sqlite3_column_double(statement, column));
    case SQLITE_TEXT: return Value::text(bytes(sqlite3_column_text(statement, column)));
    case SQLITE_BLOB: return Value::blob(bytes(sqlite3_column_blob(statement, column)));
    default: return Value::null();
  }
}

class SqliteOutside : public Outside {
 public:
  explicit SqliteOutside(const std::string& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &database_), SQLITE_OK);
    // A store that has just finished may still be closing its file; nothing here is meant to wait longer.
    sqlite3_busy_timeout(database_, 1000);
  }
  ~SqliteOutside() override { sqlite3_close(database_); }

  void execute(const std::string& sql) {
    EXPECT_EQ(run(sql, {}), SQLITE_DONE) << sqlite3_errmsg(database_) << "\n" << sql;
  }

  void insert(const std::string& table, const Cells& cells) override {
    EXPECT_EQ(insert_code(table, cells), SQLITE_DONE) << sqlite3_errmsg(database_);
  }
  bool try_insert(const std::string& table, const Cells& cells) override {
    sqlite3_busy_timeout(database_, 0);
    const int code = insert_code(table, cells);
    sqlite3_busy_timeout(database_, 1000);
    EXPECT_TRUE(code == SQLITE_DONE || code == SQLITE_BUSY) << sqlite3_errmsg(database_);
    return code == SQLITE_DONE;
  }
  std::size_t update(const std::string& table, const std::string& column, const Value& value,
                     const Cells& cells) override {
    std::string set;
    std::vector<Value> values;
    for (const auto& [name, to] : cells) {
      set += (set.empty() ? "" : ", ") + quote(name) + " = ?";
      values.push_back(to);
    }
    return changed("UPDATE " + quote(table) + " SET " + set, column, value, std::move(values));
  }
  std::size_t erase(const std::string& table, const std::string& column, const Value& value) override {
    return changed("DELETE FROM " + quote(table), column, value, {});
  }
  std::vector<std::vector<Value>> rows(const std::string& table) override {
    std::vector<std::vector<Value>> found;
    sqlite3_stmt* statement = nullptr;
    // Locator order: the primary key where there is no row number.
    std::string sql = "SELECT * FROM " + quote(table) + " ORDER BY rowid";
    if (sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
      sql = "SELECT * FROM " + quote(table);  // WITHOUT ROWID: the scan is in key order
      EXPECT_EQ(sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
          << sqlite3_errmsg(database_);
    }
    while (sqlite3_step(statement) == SQLITE_ROW) {
      std::vector<Value>& row = found.emplace_back();
      for (int i = 0; i < sqlite3_column_count(statement); ++i) row.push_back(read(statement, i));
    }
    sqlite3_finalize(statement);
    return found;
  }
  void begin() override { execute("BEGIN IMMEDIATE"); }
  void commit() override { execute("COMMIT"); }
  void rollback() override { execute("ROLLBACK"); }
  void begin_read(const std::string& table) override {
    execute("BEGIN");
    rows(table);
  }
  void end_read() override { execute("COMMIT"); }
  void add_column(const std::string& table, const ColumnDescription& column) override {
    execute("ALTER TABLE " + quote(table) + " ADD COLUMN " + column_text(column));
  }
  void drop_table(const std::string& table) override { execute("DROP TABLE " + quote(table)); }

 private:
  int run(const std::string& sql, const std::vector<Value>& values) {
    sqlite3_stmt* statement = nullptr;
    if (const int code = sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr); code != SQLITE_OK)
      return code;
    for (std::size_t i = 0; i < values.size(); ++i) bind(statement, static_cast<int>(i) + 1, values[i]);
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    }
    sqlite3_finalize(statement);
    return code;
  }
  int insert_code(const std::string& table, const Cells& cells) {
    std::vector<std::string> names;
    std::vector<Value> values;
    std::string marks;
    for (const auto& [name, value] : cells) {
      names.push_back(name);
      values.push_back(value);
      marks += marks.empty() ? "?" : ", ?";
    }
    if (cells.empty()) return run("INSERT INTO " + quote(table) + " DEFAULT VALUES", {});
    return run("INSERT INTO " + quote(table) + " (" + listed(names) + ") VALUES (" + marks + ")", values);
  }
  std::size_t changed(const std::string& head, const std::string& column, const Value& value,
                      std::vector<Value> values) {
    const std::string where = " WHERE " + quote(column) + (value.is_null() ? " IS NULL" : " = ?");
    if (!value.is_null()) values.push_back(value);
    EXPECT_EQ(run(head + where, values), SQLITE_DONE) << sqlite3_errmsg(database_);
    return static_cast<std::size_t>(sqlite3_changes(database_));
  }

  sqlite3* database_ = nullptr;
};

class SqliteFixture : public StoreFixture {
 public:
  explicit SqliteFixture(std::string journal) : journal_(std::move(journal)) {
    std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-contract-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~SqliteFixture() override {
    outside_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  Capabilities capabilities() const override { return {}; }

  void create(const std::vector<TableDescription>& tables) override {
    writer().execute("PRAGMA journal_mode = " + journal_);
    for (const TableDescription& table : tables) {
      for (const std::string& statement : create_statements(table)) writer().execute(statement);
    }
    for (const TableDescription& table : tables) {
      for (const TriggerDescription& trigger : table.triggers) writer().execute(trigger_statement(table, trigger));
    }
  }

  std::string setup_for(const std::vector<TableDescription>& tables) override {
    std::string text;
    for (const TableDescription& table : tables) {
      for (const std::string& statement : create_statements(table)) text += statement + ";\n";
    }
    return text;
  }

  std::unique_ptr<Store> open() override {
    stores::SqliteOptions options;
    options.name = "contract";
    options.path = path();
    options.lock_timeout = std::chrono::milliseconds(20);
    return must(stores::open_sqlite(options));
  }

  Outside& outside() override { return writer(); }

 private:
  std::string path() const { return folder_ + "/contract.db"; }
  SqliteOutside& writer() {
    if (!outside_) outside_ = std::make_unique<SqliteOutside>(path());
    return *outside_;
  }

  std::string journal_;
  std::string folder_;
  std::unique_ptr<SqliteOutside> outside_;
};

const FixtureRegistration rollback{"SqliteRollback", [] { return std::make_unique<SqliteFixture>("DELETE"); }};
const FixtureRegistration wal{"SqliteWal", [] { return std::make_unique<SqliteFixture>("WAL"); }};

}  // namespace
}  // namespace holdfast::contract
