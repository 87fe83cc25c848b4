// Documents that ask for what cannot be: names and values that a real database refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/scenario/scenario.h"

namespace holdfast::testing {
namespace {

using ::testing::HasSubstr;

TEST(BadDocuments, NamesWithQuotesAndSemicolonsAreOnlyNames) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1,'x')");
  for (const char* table : {"'t\"; DROP TABLE t; --'", "'t;'", "\"t'\"", "'sqlite_schema'"}) {
    s.documents(row_set("set", table, "id", "  rows: [{id: 1}]"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 2) << table;
    EXPECT_EQ(outcomes.changes(), "set no-table\n") << table;
  }
  s.documents(row_set("set", "t", "id", "  rows: [{id: 1, 'name\"; DROP TABLE t; --': x}]"));
  EXPECT_EQ(s.apply().exit, 3);
  EXPECT_EQ(s.rows("SELECT * FROM t"), "1|x");
}

TEST(BadDocuments, WhatOnlyTheApplicationHasIsNamed) {
  const auto collation = [](void*, int a, const void* x, int b, const void* y) {
    return std::string_view(static_cast<const char*>(x), static_cast<std::size_t>(a))
        .compare(std::string_view(static_cast<const char*>(y), static_cast<std::size_t>(b)));
  };
  {
    Scenario s;
    sqlite3_create_collation(s.outside(), "GERMAN", SQLITE_UTF8, nullptr, collation);
    s.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT COLLATE GERMAN); CREATE TABLE u (id INTEGER PRIMARY KEY)");
    s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: a}]") + row_set("u", "u", "id", "  rows: [{id: 1}]"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 2);
    EXPECT_EQ(outcomes.changes(), "t unsupported\nmissing insert applied - id 1\n");
    EXPECT_EQ(outcomes.messages(), "t uses the collation GERMAN, which only the application registers\n");
  }
  {
    Scenario s;
    sqlite3_create_function(
        s.outside(), "checked", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
        [](sqlite3_context* context, int, sqlite3_value**) { sqlite3_result_int(context, 1); }, nullptr, nullptr);
    s.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT CHECK (checked(name)))");
    s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: a}]"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.changes(), "t unsupported\n");
    EXPECT_EQ(outcomes.messages(), "t cannot be written by us (unknown function: checked())\n");
  }
}

TEST(BadDocuments, ViewsVirtualAndShadowTablesAreRefused) {
  struct Case {
    const char* schema;
    const char* table;
    const char* message;
  };
  const Case cases[] = {
      {"CREATE VIEW v AS SELECT 1 AS id", "v", "v is a view; declare the rows of its tables\n"},
      {"CREATE VIRTUAL TABLE f USING fts5(id)", "f", "f is a virtual table, whose rows are the module's own\n"},
      {"CREATE VIRTUAL TABLE f USING fts5(id)", "f_data", "f_data is a shadow table, kept by its virtual table\n"},
  };
  for (const Case& one : cases) {
    Scenario s(one.schema);
    s.documents(row_set("set", one.table, "id", "  rows: [{id: 1}]"));
    EXPECT_EQ(s.apply().messages(), one.message);
  }
}

TEST(BadDocuments, AValueThatIsTooLongFailsItsRowOnly) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT CHECK (length(name) < 1000))");
  s.file("rows.csv", "id,name\n1," + std::string(100'000, 'x') + "\n2,fine\n");
  s.documents(row_set("t", "t", "id", "  rowsFrom: [{file: rows.csv}]"));
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 1);
  EXPECT_EQ(outcomes.messages(), "CHECK constraint failed: length(name) < 1000\n");
  EXPECT_EQ(s.rows("SELECT id FROM t"), "2");
}

TEST(BadDocuments, ExpectationsThatDoMoreThanReadAreRefused) {
  struct Case {
    const char* query;
    const char* error;
  };
  const Case cases[] = {
      {"DELETE FROM t RETURNING 1",
       "the query does more than read: db (test.db), expectation e: write one SELECT that gives one number"},
      {"ATTACH '/tmp/x.db' AS x",
       "the query does more than read: db (test.db), expectation e: write one SELECT that gives one number"},
      {"PRAGMA query_only=0",
       "the query does more than read: db (test.db), expectation e: write one SELECT that gives one number"},
      {"SELECT 1; DELETE FROM t",
       "there is more than one statement: db (test.db), expectation e: write one SELECT that gives one number"},
      {"SELECT 1, 2",
       "the query gives more than one column: db (test.db), expectation e: write one SELECT that gives one number"},
      {"SELECT id FROM t WHERE 0",
       "the query gives no row: db (test.db), expectation e: write one SELECT that gives one number"},
      {"SELECT 'x'", "the query gives no number: db (test.db), expectation e: write one SELECT that gives one number"},
      {"SELECT count(*) FROM t", "e is 1, expected at most 0"},
      {"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT count(*) FROM n",
       "the query took longer than 50ms: db (test.db), expectation e: make it cheaper, or raise its timeout"},
  };
  for (const Case& one : cases) {
    Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)");
    s.documents(row_set("t", "t", "id",
                        "  rows: [{id: 1}]\n  expect: [{name: e, query: \"" + std::string(one.query) +
                            "\", atMost: 0, timeout: 50ms}]"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 0) << one.query << outcomes.all_errors();  // told about, and nothing else
    ASSERT_EQ(outcomes.report.unmet.size(), 1u) << one.query;
    std::string message = outcomes.report.unmet[0].message;
    if (const auto at = message.find(s.folder() + "/"); at != std::string::npos)
      message.erase(at, s.folder().size() + 1);
    EXPECT_EQ(message, one.error) << one.query;
    EXPECT_EQ(s.rows("SELECT count(*) FROM t"), "1");
  }
}

// An INTEGER PRIMARY KEY takes no text, and a null would become the next free number.
TEST(BadDocuments, ARowsOwnNumberIsAWholeNumberOrLeftOut) {
  for (const char* id : {"~", "1.5", "'x'"}) {
    Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
    s.documents(row_set("t", "t", "name", "  rows: [{id: " + std::string(id) + ", name: a}]"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 3) << id;
    EXPECT_THAT(outcomes.all_errors(), HasSubstr("column id")) << id;
    EXPECT_EQ(s.rows("SELECT count(*) FROM t"), "0") << id;
  }
}

TEST(BadDocuments, ASetupThatDoesMoreThanCreateIsRefused) {
  for (const char* setup :
       {"DROP TABLE t", "INSERT INTO t VALUES (2)", "CREATE TABLE u (a)", "CREATE TABLE IF NOT EXISTS u AS SELECT 1",
        "CREATE TEMP TABLE IF NOT EXISTS u (a)", "ATTACH 'x' AS x", "PRAGMA user_version=3",
        "CREATE TRIGGER IF NOT EXISTS x AFTER INSERT ON t BEGIN SELECT 1; END", "no sql at all"}) {
    Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)");
    const std::string before = s.dump();
    s.documents("apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: db}\nspec:\n  url: \"sqlite:" +
                s.path() + "\"\n  setup: \"" + setup + "\"\n---\n" + row_set("t", "t", "id", "  rows: [{id: 5}]"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 3) << setup;
    EXPECT_THAT(outcomes.error, HasSubstr("line 1 of setup")) << setup;
    EXPECT_EQ(s.dump(), before) << setup;
  }
}

}  // namespace
}  // namespace holdfast::testing
