// Store::inspect on what only SQLite has; the common ground is in tests/contract/inspect_test.cpp.
#include <gmock/gmock.h>

#include "tests/stores/database.h"

namespace holdfast::stores {
namespace {

using testing::ElementsAre;

class InspectTest : public DatabaseTest {
 protected:
  std::vector<std::string> names(const std::vector<std::string>& wanted) {
    std::vector<std::string> found;
    for (const auto& [name, table] : schema(wanted).tables) found.push_back(name);
    return found;
  }
};

TEST_F(InspectTest, EveryKindOfColumnAndTable) {
  make(
      "CREATE TABLE \"se;lect\" (\"a\"\"b\" TEXT COLLATE NOCASE DEFAULT 'it''s', v AS (\"a\"\"b\" || 1), s INT AS (2) "
      "STORED,"
      "\"order\" REAL NOT NULL DEFAULT (1 + 1), UNIQUE (\"order\" DESC), UNIQUE (\"a\"\"b\" COLLATE BINARY));"
      "CREATE INDEX e ON \"se;lect\" (lower(\"a\"\"b\")); CREATE UNIQUE INDEX p ON \"se;lect\" (s) WHERE v > 1;"
      "CREATE TABLE w (k TEXT, m INTEGER, x ANY, PRIMARY KEY (m, k)) WITHOUT ROWID, STRICT;"
      "CREATE TABLE auto (id INTEGER PRIMARY KEY AUTOINCREMENT, note TEXT DEFAULT 'AUTOINCREMENT');"
      "CREATE TABLE plain (id INTEGER PRIMARY KEY /* AUTOINCREMENT */, note TEXT DEFAULT 'ON CONFLICT REPLACE');"
      "CREATE TABLE descending (id INTEGER PRIMARY KEY DESC)");
  const auto select = table("SE;LECT");
  ASSERT_EQ(select->columns.size(), 4U);
  EXPECT_EQ(select->columns[0].name, "a\"b");
  EXPECT_EQ(select->columns[0].collation, Collation::NoCase);
  EXPECT_EQ(select->columns[0].default_sql, "'it''s'");
  EXPECT_EQ(select->columns[1].generated, Generated::Virtual);
  EXPECT_EQ(select->columns[2].generated, Generated::Stored);
  EXPECT_TRUE(select->columns[3].not_null);
  EXPECT_EQ(select->columns[3].default_sql, "1 + 1");
  EXPECT_EQ(select->locator, ColumnList{});
  EXPECT_THAT(select->indexes, ElementsAre(ColumnList{3})) << "no partial one, no expression, no other collation";
  EXPECT_EQ(select->unsupported, "");
  ASSERT_EQ(select->unique.size(), 3U);
  EXPECT_TRUE(select->unique[0].partial);

  const auto w = table("w");
  EXPECT_TRUE(w->without_rowid && w->strict);
  EXPECT_EQ(w->locator, (ColumnList{1, 0}));
  EXPECT_EQ(w->columns[2].affinity, Affinity::Blob) << "ANY of a STRICT table keeps everything as it is";

  EXPECT_TRUE(table("auto")->autoincrement);
  EXPECT_FALSE(table("plain")->autoincrement);
  EXPECT_FALSE(table("plain")->replaces_on_conflict);
  EXPECT_EQ(table("plain")->locator, ColumnList{0});
  EXPECT_EQ(table("descending")->locator, ColumnList{}) << "DESC makes it a key beside the row number";
}

TEST_F(InspectTest, ConstraintsThatReplaceAreSeenWhereverTheyStand) {
  struct Case {
    const char* columns;
    bool want;
  };
  for (const Case& one :
       {Case{"a UNIQUE ON CONFLICT REPLACE", true}, Case{"a NOT NULL on /**/ conflict\nreplace DEFAULT 1", true},
        Case{"a, UNIQUE (a) ON CONFLICT REPLACE", true}, Case{"a INTEGER PRIMARY KEY ON CONFLICT REPLACE", true},
        Case{"a UNIQUE ON CONFLICT IGNORE", false}, Case{"a DEFAULT 'ON CONFLICT REPLACE'", false},
        Case{"\"ON CONFLICT REPLACE\"", false}, Case{"a -- ON CONFLICT REPLACE\n", false}}) {
    make(std::string("DROP TABLE IF EXISTS t; CREATE TABLE t (") + one.columns + ")");
    EXPECT_EQ(table("t")->replaces_on_conflict, one.want) << one.columns;
  }
}

TEST_F(InspectTest, WhatCannotBeManagedSaysWhy) {
  make(
      "CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW broken AS SELECT missing FROM nowhere;"
      "CREATE VIRTUAL TABLE f USING fts5(a);"
      "CREATE TABLE shadowed (rowid, _rowid_, oid);"
      "CREATE TABLE kept (rowid, _rowid_, oid, id INTEGER PRIMARY KEY);"
      "CREATE TABLE r (a UNIQUE ON CONFLICT REPLACE); CREATE TRIGGER g AFTER INSERT ON r BEGIN SELECT 1; END;"
      "CREATE TABLE two (k TEXT COLLATE NOCASE, PRIMARY KEY (k COLLATE BINARY)) WITHOUT ROWID;"
      "CREATE TABLE logs (a); CREATE TRIGGER l AFTER UPDATE ON logs BEGIN INSERT INTO gone VALUES (1); END");
  struct Case {
    const char* table;
    TableKind kind;
    const char* want;
  };
  for (const Case& one :
       {Case{"t", TableKind::Table, ""}, Case{"kept", TableKind::Table, ""},
        Case{"v", TableKind::View, "is a view; declare the rows of its tables"},
        Case{"broken", TableKind::View, "is a view; declare the rows of its tables"},
        Case{"f", TableKind::Virtual, "is a virtual table, whose rows are the module's own"},
        Case{"f_content", TableKind::Shadow, "is a shadow table, kept by its virtual table"},
        Case{"shadowed", TableKind::Table,
             "has columns called rowid, _rowid_ and oid and no INTEGER PRIMARY KEY, so that its rows cannot be told "
             "apart"},
        Case{"r", TableKind::Table,
             "has triggers and a constraint that says ON CONFLICT REPLACE: one of them would act unseen"},
        Case{"two", TableKind::Table,
             "has no row numbers, and its primary key compares text otherwise than its columns, so that its rows "
             "cannot be told apart"},
        Case{"logs", TableKind::Table, "cannot be written by us (no such table: main.gone)"}}) {
    const auto found = table(one.table);
    EXPECT_EQ(found->unsupported, one.want) << one.table;
    EXPECT_EQ(static_cast<int>(found->kind), static_cast<int>(one.kind)) << one.table;
  }
}

// The API registers functions and collations of its own; we do not have them (TRAPS 10).
TEST_F(InspectTest, WhatOnlyTheApplicationRegistersIsNamed) {
  sqlite3* api = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &api), SQLITE_OK);
  sqlite3_create_collation(api, "german", SQLITE_UTF8, nullptr, [](void*, int a, const void* x, int b, const void* y) {
    return a != b ? a - b : memcmp(x, y, a);
  });
  sqlite3_create_function(
      api, "slug", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
      [](sqlite3_context* context, int, sqlite3_value** values) { sqlite3_result_value(context, values[0]); }, nullptr,
      nullptr);
  ASSERT_EQ(sqlite3_exec(
                api,
                "CREATE TABLE fine (a); CREATE TABLE collated (a TEXT COLLATE german);"
                "CREATE TABLE indexed (a TEXT); CREATE INDEX i ON indexed (a COLLATE german);"
                "CREATE TABLE checked (a CHECK (slug(a) <> '')); CREATE TABLE generated (a, b AS (slug(a)));"
                "CREATE TABLE computed (a); CREATE INDEX c ON computed (slug(a));"
                "CREATE TABLE triggered (a); CREATE TRIGGER g AFTER DELETE ON triggered BEGIN SELECT slug(OLD.a); END",
                nullptr, nullptr, nullptr),
            SQLITE_OK)
      << sqlite3_errmsg(api);
  sqlite3_close(api);
  struct Case {
    const char* table;
    const char* want;
  };
  for (const Case& one :
       {Case{"fine", ""}, Case{"collated", "uses the collation german, which only the application registers"},
        Case{"indexed", "cannot be written by us (no such collation sequence: german)"},
        Case{"checked", "cannot be written by us (unknown function: slug())"},
        Case{"generated", "cannot be written by us (unknown function: slug())"},
        Case{"computed", "cannot be written by us (unknown function: slug())"},
        Case{"triggered", "cannot be written by us (no such function: slug)"}}) {
    EXPECT_EQ(table(one.table)->unsupported, one.want) << one.table;
  }
}

// Every table whose rows may depend on a managed one is found, in whatever order the tables are asked for.
TEST_F(InspectTest, DependentsAreFoundInAnyOrder) {
  make(
      "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY, a REFERENCES a, c REFERENCES "
      "c);"
      "CREATE TABLE c (id INTEGER PRIMARY KEY, a REFERENCES a); CREATE TABLE d (c REFERENCES c); CREATE TABLE other "
      "(x);"
      "CREATE TABLE self (id INTEGER PRIMARY KEY, up REFERENCES self); CREATE TABLE x (y REFERENCES y(id), id INTEGER "
      "PRIMARY KEY);"
      "CREATE TABLE y (x REFERENCES x(id), id INTEGER PRIMARY KEY)");
  EXPECT_THAT(names({"a"}), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(names({"b", "a"}), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(names({"d", "c"}), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(names({"d"}), ElementsAre("c", "d"));
  EXPECT_THAT(names({"self"}), ElementsAre("self"));
  EXPECT_THAT(names({"x"}), ElementsAre("x", "y"));
  EXPECT_THAT(names({"d", "d", "D", "nowhere"}), ElementsAre("c", "d"));
  EXPECT_EQ(schema({"a"}).find("c")->referenced_by.size(), 2U);
}

TEST_F(InspectTest, EverythingIsListedWithItsKind) {
  make(
      "CREATE TABLE b (id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE TABLE a (x); CREATE VIEW v AS SELECT 1;"
      "CREATE VIRTUAL TABLE f USING fts5(x); CREATE TABLE sqliteX (x)");
  const std::vector<ListedTable> listed = must(store().list_tables());
  const auto kind = [&](const std::string& name) {
    for (const ListedTable& one : listed) {
      if (one.name == name) return std::pair(static_cast<int>(one.kind), one.internal);
    }
    return std::pair(-1, false);
  };
  const auto want = [](TableKind known, bool internal) { return std::pair(static_cast<int>(known), internal); };
  EXPECT_EQ(kind("a"), want(TableKind::Table, false));
  EXPECT_EQ(kind("b"), want(TableKind::Table, false));
  EXPECT_EQ(kind("sqliteX"), want(TableKind::Table, false));
  EXPECT_EQ(kind("v"), want(TableKind::View, false));
  EXPECT_EQ(kind("f"), want(TableKind::Virtual, false));
  EXPECT_EQ(kind("f_data"), want(TableKind::Shadow, false));
  EXPECT_EQ(kind("sqlite_sequence"), want(TableKind::Table, true));
  EXPECT_EQ(kind("sqlite_schema").first, -1);
}

TEST_F(InspectTest, TheSetupOfATableIsItsOwnStatements) {
  make(
      "create table  if not exists Items(id integer primary key, -- the id\n name text unique) strict;"
      "CREATE UNIQUE INDEX by_both ON items (id, name) WHERE name > 'a'; CREATE INDEX one ON Items (name);"
      "CREATE TRIGGER t AFTER INSERT ON items BEGIN SELECT 1; END; CREATE TABLE other (a)");
  const std::string setup = must(store().setup_text(std::vector<std::string>{"items"}));
  EXPECT_EQ(setup,
            "CREATE TABLE IF NOT EXISTS Items(id integer primary key, -- the id\n name text unique) strict;\n"
            "CREATE UNIQUE INDEX IF NOT EXISTS by_both ON items (id, name) WHERE name > 'a';\n"
            "CREATE INDEX IF NOT EXISTS one ON Items (name);\n");
  EXPECT_THAT(check_setup(setup), testing::IsEmpty());
}

TEST_F(InspectTest, WithoutADatabaseNothingIsListed) {
  EXPECT_THAT(plain(message(store().list_tables())),
              testing::StartsWith("the database file is not there: popup (popup.db): "));
}

}  // namespace
}  // namespace holdfast::stores
