// init and export on databases that nobody would make by hand: whatever is in them, a plan of what was written finds
// nothing to do, and applied to empty tables it brings the same bytes back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <memory>
#include <random>

#include "desired-state/value.h"
#include "tests/agent/program.h"
#include "tests/tier.h"

namespace holdfast::agent {
namespace {

using namespace std::string_literals;  // NOLINT(google-build-using-namespace)
using testing::HasSubstr;

const std::vector<std::string>& names() {
  static const std::vector<std::string> all = {"a",
                                               "name",
                                               "se;lect",
                                               "order",
                                               "it's",
                                               "\"",
                                               "a\"b",
                                               "`",
                                               "[x]",
                                               "a b",
                                               " lead",
                                               "trail ",
                                               "a\nb",
                                               "\t",
                                               "#",
                                               "a: b",
                                               "- a",
                                               "{a}",
                                               "yes",
                                               "null",
                                               "~",
                                               "007",
                                               "1e400",
                                               "é",
                                               "日本語",
                                               "😀",
                                               "\u202e",
                                               "\x1b[2J",
                                               "../../etc/passwd",
                                               "a/b",
                                               "<<",
                                               "rowid",
                                               "mode",
                                               "password",
                                               "created_at",
                                               "active",
                                               "database",
                                               "%",
                                               "*",
                                               "&",
                                               "!",
                                               "|",
                                               "@",
                                               "'",
                                               ",",
                                               "x.y",
                                               "X",
                                               std::string(300, 'n'),
                                               std::string(1100, 'm')};
  return all;
}

std::vector<Value> values() {
  std::vector<Value> all = {Value::null(),
                            Value::integer(0),
                            Value::integer(1),
                            Value::integer(-1),
                            Value::integer(7),
                            Value::integer(std::numeric_limits<std::int64_t>::max()),
                            Value::integer(std::numeric_limits<std::int64_t>::min()),
                            Value::integer(std::int64_t{1} << 53),
                            Value::real(0.0),
                            Value::real(-0.0),
                            Value::real(1.0),
                            Value::real(0.1),
                            Value::real(0.45),
                            Value::real(1e300),
                            Value::real(-5e-324),
                            Value::real(123456789012345680.0),
                            Value::real(9223372036854775808.0),
                            Value::real(std::numeric_limits<double>::infinity()),
                            Value::real(1.0 / 3),
                            Value::real(1e16),
                            Value::real(1e-7),
                            Value::blob(""),
                            Value::blob("\0\x01\xff"s),
                            Value::blob("text"),
                            Value::blob(std::string(10'000, '\0'))};
  for (const std::string& text : {""s,
                                  " "s,
                                  "  lead"s,
                                  "trail "s,
                                  "\n"s,
                                  "a\nb\r\nc"s,
                                  "\t"s,
                                  "#"s,
                                  "a # b"s,
                                  "a: b"s,
                                  ": "s,
                                  "- a"s,
                                  "---"s,
                                  "..."s,
                                  "%x"s,
                                  "'"s,
                                  "\""s,
                                  "a\"b'c"s,
                                  "\\"s,
                                  "\\n"s,
                                  "007"s,
                                  "7"s,
                                  "7.0"s,
                                  " 7 "s,
                                  "0x1F"s,
                                  "1e400"s,
                                  "1e5"s,
                                  "nan"s,
                                  "NaN"s,
                                  ".nan"s,
                                  "inf"s,
                                  "Infinity"s,
                                  "yes"s,
                                  "no"s,
                                  "true"s,
                                  "FALSE"s,
                                  "null"s,
                                  "~"s,
                                  "<<"s,
                                  "9223372036854775807"s,
                                  "9223372036854775808"s,
                                  "2025"s,
                                  "2025-01-01"s,
                                  "é"s,
                                  "😀👨‍👩‍👧"s,
                                  "\u202e\u0085\u2028\ufeff"s,
                                  "\x01\x1b[2J\x7f"s,
                                  "nul\0inside"s,
                                  "\xff\xfe"s,
                                  "\xed\xa0\x80"s,
                                  "Hulu"s,
                                  "HULU"s,
                                  "${HOME} $$"s,
                                  "a,b\"c\""s,
                                  "{a: b}"s,
                                  "!!binary AA=="s,
                                  std::string(20'000, 'x'),
                                  std::string(3000, '"')}) {
    all.push_back(Value::text(text));
  }
  return all;
}

std::string quote(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + "\"";
}

struct HostileTable {
  std::string name;
  std::string create;
  std::vector<std::string> columns;
};

class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(engine_); }
  bool one_in(std::size_t many) { return below(many) == 0; }
  template <class T>
  const T& of(const std::vector<T>& all) {
    return all[below(all.size())];
  }

 private:
  std::mt19937 engine_;
};

std::string column_of(Chance& chance, const std::string& name, bool strict) {
  static const std::vector<std::string> types = {"TEXT",
                                                 "INTEGER",
                                                 "REAL",
                                                 "NUMERIC",
                                                 "BLOB",
                                                 "",
                                                 "BOOLEAN",
                                                 "DECIMAL(10,2)",
                                                 "TIMESTAMP",
                                                 "STRING",
                                                 "TEXT COLLATE NOCASE",
                                                 "TEXT COLLATE RTRIM"};
  static const std::vector<std::string> strict_types = {"TEXT", "INTEGER", "REAL", "BLOB", "ANY", "INT"};
  std::string text = quote(name) + " " + chance.of(strict ? strict_types : types);
  if (chance.one_in(6)) text += " NOT NULL";
  if (chance.one_in(6)) text += " UNIQUE";
  if (chance.one_in(8)) text += " DEFAULT CURRENT_TIMESTAMP";
  return text;
}

// With `parents` it may refer to one of them.
HostileTable table_of(Chance& chance, const std::string& name, const std::vector<HostileTable>& parents) {
  HostileTable table;
  table.name = name;
  const bool strict = chance.one_in(5);
  std::vector<std::string> parts, tail;
  const std::size_t count = 1 + chance.below(5);
  const std::size_t key = chance.below(6);  // 0: none, 1: the row's number, 2: with AUTOINCREMENT, 3: others
  if (key == 1 || key == 2) {
    parts.push_back(quote("id") + " INTEGER PRIMARY KEY" + (key == 2 ? " AUTOINCREMENT" : ""));
    table.columns.emplace_back("id");
  }
  while (table.columns.size() < count) {
    const std::string& column = chance.of(names());
    if (std::any_of(table.columns.begin(), table.columns.end(),
                    [&](const std::string& other) { return ::sqlite3_stricmp(other.c_str(), column.c_str()) == 0; }))
      continue;
    table.columns.push_back(column);
    parts.push_back(column_of(chance, column, strict));
  }
  if (key >= 3) {
    std::string columns = quote(table.columns[0]);
    if (key >= 4 && count > 1) columns += ", " + quote(table.columns[1]);
    tail.push_back("PRIMARY KEY (" + columns + ")");
  }
  if (count > 2 && chance.one_in(4))
    tail.push_back("UNIQUE (" + quote(table.columns[1]) + ", " + quote(table.columns[2]) + ")");
  if (!parents.empty() && chance.one_in(2)) {
    const HostileTable& parent = chance.of(parents);
    tail.push_back("FOREIGN KEY (" + quote(table.columns.back()) + ") REFERENCES " + quote(parent.name) + " (" +
                   quote(parent.columns[0]) + ")" + (chance.one_in(2) ? " ON DELETE CASCADE" : ""));
  }
  parts.insert(parts.end(), tail.begin(), tail.end());
  table.create = "CREATE TABLE " + quote(name) + " (";
  for (std::size_t i = 0; i < parts.size(); ++i) table.create += (i > 0 ? ", " : "") + parts[i];
  table.create += ")";
  if (key >= 3 && chance.one_in(2))
    table.create += strict ? " WITHOUT ROWID, STRICT" : " WITHOUT ROWID";
  else if (strict)
    table.create += " STRICT";
  return table;
}

using Connection = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;

Connection open(const std::string& database) {
  sqlite3* raw = nullptr;
  EXPECT_EQ(::sqlite3_open(database.c_str(), &raw), SQLITE_OK);
  return {raw, ::sqlite3_close};
}

// False when the table refused the row.
bool insert(sqlite3* connection, const HostileTable& table, const std::vector<Value>& row) {
  std::string sql = "INSERT INTO " + quote(table.name) + " VALUES (";
  for (std::size_t i = 0; i < row.size(); ++i) sql += i > 0 ? ",?" : "?";
  sqlite3_stmt* raw = nullptr;
  EXPECT_EQ(::sqlite3_prepare_v2(connection, (sql + ")").c_str(), -1, &raw, nullptr), SQLITE_OK)
      << ::sqlite3_errmsg(connection) << table.create;
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, ::sqlite3_finalize);
  for (std::size_t i = 0; i < row.size(); ++i) {
    const int at = static_cast<int>(i) + 1;
    const ValueView value = row[i].view();
    const int size = static_cast<int>(value.bytes().size());
    const char* bytes = size == 0 ? "" : value.bytes().data();
    switch (value.kind()) {
      case ValueKind::Null: ::sqlite3_bind_null(raw, at); break;
      case ValueKind::Integer: ::sqlite3_bind_int64(raw, at, value.integer()); break;
      case ValueKind::Real: ::sqlite3_bind_double(raw, at, value.real()); break;
      case ValueKind::Text: ::sqlite3_bind_text(raw, at, bytes, size, SQLITE_STATIC); break;
      case ValueKind::Blob: ::sqlite3_bind_blob(raw, at, bytes, size, SQLITE_STATIC); break;
    }
  }
  return ::sqlite3_step(raw) == SQLITE_DONE;
}

// Every row with its storage classes, sorted.
std::vector<std::string> rows_of(const std::string& database, const HostileTable& table) {
  const Connection connection = open(database);
  std::string sql = "SELECT ";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const std::string column = quote(table.columns[i]);
    sql += (i > 0 ? " || ' ' || " : "") + ("typeof(" + column + ") || quote(" + column + ")");
  }
  sqlite3_stmt* raw = nullptr;
  EXPECT_EQ(::sqlite3_prepare_v2(connection.get(), (sql + " FROM " + quote(table.name)).c_str(), -1, &raw, nullptr),
            SQLITE_OK);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, ::sqlite3_finalize);
  std::vector<std::string> rows;
  while (::sqlite3_step(raw) == SQLITE_ROW)
    rows.emplace_back(reinterpret_cast<const char*>(::sqlite3_column_text(raw, 0)));
  std::sort(rows.begin(), rows.end());
  return rows;
}

// What no document can say (1e400 becomes an infinite number in a numeric column), and what a BOOLEAN column keeps as
// it was written though it means the same.
bool cannot_be_declared(const Value& value) {
  const ValueView view = value.view();
  if (view.kind() == ValueKind::Real) return std::isinf(view.real());
  if (view.kind() != ValueKind::Text) return false;
  const std::string text(view.bytes());
  return text == "1e400" || text == "true" || text == "FALSE" || text == "nul\0inside"s || text == "\xff\xfe" ||
         text == "\xed\xa0\x80";
}

std::string content(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class HostileDatabase {
 public:
  HostileDatabase(unsigned seed, bool to_be_copied) : chance_(seed) {
    std::vector<Value> usable = values();
    if (to_be_copied) usable.erase(std::remove_if(usable.begin(), usable.end(), cannot_be_declared), usable.end());
    const Connection connection = open(path());
    const std::size_t count = 1 + chance_.below(4);
    while (tables.size() < count) {
      const std::string& name = chance_.of(names());
      if (std::any_of(tables.begin(), tables.end(),
                      [&](const HostileTable& one) { return ::sqlite3_stricmp(one.name.c_str(), name.c_str()) == 0; }))
        continue;
      const HostileTable table = table_of(chance_, name, to_be_copied ? std::vector<HostileTable>() : tables);
      EXPECT_EQ(::sqlite3_exec(connection.get(), table.create.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
          << ::sqlite3_errmsg(connection.get()) << table.create;
      for (std::size_t left = chance_.below(20); left > 0; --left) {
        std::vector<Value> row;
        for (std::size_t i = 0; i < table.columns.size(); ++i) row.push_back(chance_.of(usable));
        insert(connection.get(), table, row);  // some are refused
      }
      tables.push_back(table);
    }
  }
  std::string path() const { return folder / "hostile.db"; }
  Finished holdfast(const std::vector<std::string>& arguments) const {
    Program::Options options;
    options.folder = folder.path();
    return run(arguments, options);
  }
  std::string described() const {
    std::string text;
    for (const HostileTable& table : tables) text += table.create + ";\n";
    return text;
  }

  ScratchFolder folder;
  std::vector<HostileTable> tables;

 private:
  Chance chance_;
};

unsigned databases(int quick) { return static_cast<unsigned>(by_tier(quick, 10 * quick)); }

TEST(InitHostile, a_plan_of_what_init_wrote_finds_nothing_to_do) {
  int written = 0;
  for (unsigned seed = 1; seed <= databases(120); ++seed) {
    HostileDatabase database(seed, false);
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + database.described());
    const std::string before = content(database.path());
    const Finished init = database.holdfast({"init", "sqlite:hostile.db", "--setup"});
    EXPECT_EQ(content(database.path()), before);
    if (init.exit != 0) {
      EXPECT_THAT(init.err, HasSubstr("there is no table to write down"));
      continue;
    }
    ++written;
    const Finished plan = database.holdfast({"plan", "-f", "rows", "--detailed-exitcode"});
    EXPECT_EQ(plan.exit, 0) << plan.out.substr(0, 3000) << plan.err.substr(0, 3000);
    EXPECT_EQ(plan.err, "");
    if (HasFailure()) break;
  }
  EXPECT_GT(written, 90);
}

TEST(InitHostile, an_export_applied_to_empty_tables_brings_the_same_bytes_back) {
  int exported = 0;
  std::size_t rows = 0;
  for (unsigned seed = 1; seed <= databases(60); ++seed) {
    HostileDatabase database(seed, true);
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + database.described());
    std::string documents =
        "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: copy}\nspec: {url: \"sqlite:copy.db\"}\n";
    std::vector<HostileTable> taken;
    for (const HostileTable& table : database.tables) {
      const Finished done = database.holdfast({"export", "sqlite:hostile.db", "--table", table.name});
      if (done.exit != 0) {
        EXPECT_THAT(done.err, HasSubstr("has rows that nothing tells apart"));
        continue;
      }
      // A column that a document cannot name is not there.
      if (std::any_of(table.columns.begin(), table.columns.end(),
                      [](const std::string& column) { return column.size() > 1000; }))
        continue;
      std::string document = done.out;
      const std::size_t name = document.find("metadata: {name: ");
      ASSERT_NE(name, std::string::npos);
      document.replace(name, document.find('}', name) - name, "metadata: {name: set-" + std::to_string(taken.size()));
      documents += "---\n" + document.replace(document.find("mode: Observe"), 13, "mode: Enforce");
      taken.push_back(table);
    }
    const std::string file = database.folder.write("copy.yaml", documents);
    for (const HostileTable& table : database.tables) execute(database.folder / "copy.db", table.create);
    const Finished applied = database.holdfast({"apply", "-f", "copy.yaml"});
    EXPECT_EQ(applied.exit, 0) << applied.out.substr(0, 3000) << applied.err.substr(0, 3000);
    for (const HostileTable& table : taken) {
      const std::vector<std::string> want = rows_of(database.path(), table);
      EXPECT_EQ(rows_of(database.folder / "copy.db", table), want) << table.create;
      ++exported;
      rows += want.size();
    }
    if (HasFailure()) break;
  }
  EXPECT_GT(exported, 60);
  EXPECT_GT(rows, 300U);
}

}  // namespace
}  // namespace holdfast::agent
