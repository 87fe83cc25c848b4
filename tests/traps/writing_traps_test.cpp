// What SQLite really does to a writer: each test fails on the naive way, which its comment names.
#include <gtest/gtest.h>

#include "tests/scenario/scenario.h"

namespace holdfast::testing {
namespace {

// A plain INSERT into a table whose UNIQUE says ON CONFLICT REPLACE deletes another row, and its children with it.
TEST(WritingTraps, AConstraintThatReplacesDoesNot) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT UNIQUE ON CONFLICT REPLACE);"
      "CREATE TABLE c (id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t(id) ON DELETE CASCADE);"
      "INSERT INTO t VALUES (1,'a'); INSERT INTO c VALUES (1,1);");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 2, code: a}, {id: 3, code: b}]"));
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 1);
  EXPECT_EQ(outcomes.changes(), "missing insert failed constraint id 2\nmissing insert applied - id 3\n");
  EXPECT_EQ(s.rows("SELECT * FROM t ORDER BY id") + "/" + s.rows("SELECT * FROM c"), "1|a\n3|b/1|1");
}

// OR ABORT on our statement overrides the OR IGNORE inside the application's own trigger, which then fails.
TEST(WritingTraps, AnInsertOrIgnoreInsideATriggerStillIgnores) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, day TEXT); CREATE TABLE stats (day TEXT UNIQUE);"
      "INSERT INTO stats VALUES ('monday');"
      "CREATE TRIGGER counted AFTER INSERT ON t BEGIN INSERT OR IGNORE INTO stats VALUES (new.day); END");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1, day: monday}]\n  policy: {sideEffects: Allow}"));
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 0) << outcomes.messages();
  EXPECT_EQ(s.rows("SELECT count(*) FROM stats"), "1");
}

// Both at once cannot be had: such a table is refused beforehand, by name.
TEST(WritingTraps, ATriggerAndAReplacingConstraintTogetherAreRefused) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT UNIQUE ON CONFLICT REPLACE);"
      "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 2, code: a}]"));
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 2);
  EXPECT_EQ(outcomes.changes(), "t unsupported\n");
  EXPECT_NE(outcomes.messages().find("ON CONFLICT REPLACE"), std::string::npos) << outcomes.messages();
}

// A WHERE with = misses these edits: the collation, the blank, or the number calls them the same.
TEST(WritingTraps, EditsThatEqualsDoesNotSeeAreDrift) {
  struct Case {
    const char* column;
    const char* live;
    const char* declared;
    const char* want;
  };
  const Case cases[] = {
      {"TEXT COLLATE NOCASE", "'HULU'", "Hulu", "text|Hulu"},
      {"TEXT COLLATE RTRIM", "'a  '", "a", "text|a"},
      {"", "1.0", "1", "integer|1"},
      {"BLOB", "'ab'", "!!binary YWI=", "blob|x'6162'"},
  };
  for (const Case& one : cases) {
    Scenario s(std::string("CREATE TABLE t (id INTEGER PRIMARY KEY, v ") + one.column + "); INSERT INTO t VALUES (1," +
               one.live + ")");
    s.documents(row_set("t", "t", "id", std::string("  rows: [{id: 1, v: ") + one.declared + "}]"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.changes(), "changed update applied - id 1\n") << one.column;
    EXPECT_EQ(s.rows("SELECT typeof(v), v FROM t"), one.want) << one.column;
  }
}

// One UPDATE … CASE for a swap fails on the first row; so does one row after the other.
TEST(WritingTraps, UniqueValuesAreSwapped) {
  struct Case {
    const char* what;
    const char* column;
    const char* live;
    const char* rows;
    const char* want;
  };
  const Case cases[] = {
      {"two, nullable", "TEXT UNIQUE", "(1,'a'),(2,'b')", "{id: 1, code: b}, {id: 2, code: a}", "1|b\n2|a"},
      {"two, not null", "TEXT NOT NULL UNIQUE", "(1,'a'),(2,'b')", "{id: 1, code: b}, {id: 2, code: a}", "1|b\n2|a"},
      {"three in a circle", "INTEGER NOT NULL UNIQUE", "(1,1),(2,2),(3,3)",
       "{id: 1, code: 2}, {id: 2, code: 3}, {id: 3, code: 1}", "1|2\n2|3\n3|1"},
      {"a chain", "TEXT NOT NULL UNIQUE", "(1,'a'),(2,'b'),(3,'c')",
       "{id: 1, code: b}, {id: 2, code: c}, {id: 3, code: d}", "1|b\n2|c\n3|d"},
      {"two circles", "TEXT NOT NULL UNIQUE", "(1,'a'),(2,'b'),(3,'c'),(4,'d')",
       "{id: 1, code: b}, {id: 2, code: a}, {id: 3, code: d}, {id: 4, code: c}", "1|b\n2|a\n3|d\n4|c"},
  };
  for (const Case& one : cases) {
    Scenario s(std::string("CREATE TABLE t (id INTEGER PRIMARY KEY, code ") + one.column + "); INSERT INTO t VALUES " +
               one.live);
    s.documents(row_set("t", "t", "id", std::string("  rows: [") + one.rows + "]"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 0) << one.what << outcomes.all_errors() << outcomes.messages();
    EXPECT_EQ(s.rows("SELECT * FROM t ORDER BY id"), one.want) << one.what;
    EXPECT_EQ(outcomes.report.batches, 1u) << one.what;
  }
}

TEST(WritingTraps, ASwapWithARowOutsideThePlanFailsAndLeavesNothing) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE); INSERT INTO t VALUES "
      "(1,'a'),(2,'b'),(3,'c')");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1, code: c}, {id: 9, code: z}]"));
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 1);
  EXPECT_EQ(outcomes.changes(), "changed update failed constraint id 1\nmissing insert applied - id 9\n");
  EXPECT_EQ(s.rows("SELECT * FROM t ORDER BY id"), "1|a\n2|b\n3|c\n9|z");
}

// The row that takes a forbidden one's unique value and id: deletes come first.
TEST(WritingTraps, DeletesMakeRoomForInserts) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT UNIQUE, name TEXT); INSERT INTO t VALUES (2,'a','Prizies')");
  s.documents(row_set("t", "t", "name", "  rows: [{id: 2, code: a, name: Tips}]\n  forbidden: [{name: Prizies}]"));
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 0) << outcomes.changes() << outcomes.messages();
  EXPECT_EQ(s.rows("SELECT * FROM t"), "2|a|Tips");
}

// A row that breaks a constraint is named; the rest is committed.
TEST(WritingTraps, OneBadRowDoesNotHoldBackTheOthers) {
  struct Case {
    const char* column;
    const char* bad;
    const char* message;
  };
  const Case cases[] = {
      {"v TEXT NOT NULL", "{id: 2, v: ~}", "it has no value for v, which must not be null and has no default\n"},
      {"v INTEGER CHECK (v > 0)", "{id: 2, v: 0}", "CHECK constraint failed: v > 0\n"},
      {"v INTEGER UNIQUE", "{id: 2, v: 1}", "UNIQUE constraint failed: t.v\n"},
      {"v INTEGER REFERENCES p(id)", "{id: 2, v: 8}", "foreign key: v 8 has no row in p\n"},
  };
  for (const Case& one : cases) {
    Scenario s(std::string("CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1),(3);"
                           "CREATE TABLE t (id INTEGER PRIMARY KEY, ") +
               one.column + ")");
    s.documents(row_set("t", "t", "id", std::string("  rows: [{id: 1, v: 1}, ") + one.bad + ", {id: 3, v: 3}]"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 1) << one.column << outcomes.all_errors();
    EXPECT_EQ(outcomes.messages(), one.message);
    EXPECT_EQ(s.rows("SELECT id FROM t ORDER BY id"), "1\n3") << one.column;
  }
}

TEST(WritingTraps, TablesOfEveryKind) {
  struct Case {
    const char* what;
    const char* schema;
    const char* table;
    const char* key;
    const char* rows;
    const char* query;
    const char* want;
  };
  const Case cases[] = {
      {"without a primary key", "CREATE TABLE t (a TEXT, b TEXT); INSERT INTO t VALUES ('x','old'),('u','user')", "t",
       "a", "{a: x, b: new}, {a: y, b: n}", "SELECT rowid, a, b FROM t ORDER BY 1", "1|x|new\n2|u|user\n3|y|n"},
      {"WITHOUT ROWID",
       "CREATE TABLE t (a TEXT, b INTEGER, c TEXT, PRIMARY KEY (b, a)) WITHOUT ROWID; INSERT INTO t VALUES "
       "('x',1,'old')",
       "t", "a, b", "{a: x, b: 1, c: new}, {a: x, b: 2, c: n}", "SELECT * FROM t ORDER BY b", "x|1|new\nx|2|n"},
      {"STRICT", "CREATE TABLE t (id INTEGER PRIMARY KEY, v ANY, n INT) STRICT; INSERT INTO t VALUES (1,'1',5)", "t",
       "id", "{id: 1, v: '1', n: 6}, {id: 2, v: 1, n: 7}", "SELECT id, typeof(v), n FROM t", "1|text|6\n2|integer|7"},
      {"generated columns",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, v AS (n * 2), n INT, s AS (n + 1) STORED); INSERT INTO t (id, n) "
       "VALUES (1,5)",
       "t", "id", "{id: 1, n: 6}, {id: 2, n: 7}", "SELECT * FROM t", "1|12|6|7\n2|14|7|8"},
      {"names from hell", "CREATE TABLE \"se;lect\" (\"or\"\"der\" INTEGER PRIMARY KEY, \"group by\" TEXT, \"ü\" TEXT)",
       "'se;lect'", "'or\"der'", "{'or\"der': 1, group by: a, ü: b}", "SELECT * FROM \"se;lect\"", "1|a|b"},
      {"columns called rowid", "CREATE TABLE t (rowid TEXT, v TEXT); INSERT INTO t VALUES ('a','old')", "t", "rowid",
       "{rowid: a, v: new}, {rowid: b, v: n}", "SELECT rowid, v FROM t ORDER BY 1", "a|new\nb|n"},
      {"an index on an expression, and a partial one",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, dead INT);"
       "CREATE UNIQUE INDEX i ON t(lower(name)); CREATE UNIQUE INDEX j ON t(name) WHERE dead = 0; INSERT INTO t VALUES "
       "(1,'a',0),(2,'b',1)",
       "t", "name", "{name: a, dead: 1}, {name: c, dead: 0}", "SELECT * FROM t", "1|a|1\n2|b|1\n3|c|0"},
  };
  for (const Case& one : cases) {
    Scenario s(one.schema);
    s.documents(row_set("set", one.table, one.key, std::string("  rows: [") + one.rows + "]"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 0) << one.what << outcomes.all_errors() << outcomes.changes() << outcomes.messages();
    EXPECT_EQ(s.rows(one.query), one.want) << one.what;
    EXPECT_EQ(s.apply().changes(), "") << one.what;
  }
}

TEST(WritingTraps, WhatCannotBeManagedIsRefusedByName) {
  struct Case {
    const char* schema;
    const char* message;
  };
  const Case cases[] = {
      {"CREATE VIEW x AS SELECT 1 AS id", "x is a view"},
      {"CREATE VIRTUAL TABLE x USING fts5(id)", "x is a virtual table"},
  };
  for (const Case& one : cases) {
    Scenario s(one.schema);
    s.documents(row_set("x", "x", "id", "  rows: [{id: 1}]"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 2) << one.schema;
    EXPECT_EQ(outcomes.changes(), "x unsupported\n");
    EXPECT_EQ(outcomes.messages().substr(0, std::string_view(one.message).size()), one.message);
  }
}

TEST(WritingTraps, DuplicatesAreToldAndLeft) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, note TEXT);"
      "INSERT INTO t VALUES (5,'a','first'),(7,'a','second'),(9,'a','third'),(11,'b','one'),(12,'b','two')");
  s.documents(row_set("t", "t", "name", "  rows: [{id: 7, name: a, note: n}, {name: b, note: n}]"));
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 2);
  EXPECT_EQ(outcomes.changes(),
            "duplicate none reported - name \"a\"\nduplicate none reported - name \"a\"\nchanged update applied - name "
            "\"a\"\n"
            "duplicate none reported - name \"b\"\nchanged update applied - name \"b\"\n");
  EXPECT_EQ(s.rows("SELECT * FROM t"), "5|a|first\n7|a|n\n9|a|third\n11|b|n\n12|b|two");
}

}  // namespace
}  // namespace holdfast::testing
