// G3: a second run right after a first changes nothing, and what would come back for ever is blocked instead.
#include <gtest/gtest.h>

#include "tests/scenario/popup.h"

namespace holdfast::testing {
namespace {

TEST(G3SecondRun, ThePopupDatabaseIsTheSameToTheByte) {
  const auto s = filled_popup();
  const std::string before = s->dump();
  const Outcomes again = s->apply();
  EXPECT_EQ(again.exit, 0);
  EXPECT_EQ(again.changes(), "");
  EXPECT_EQ(again.report.batches, 0u);  // not even a transaction
  EXPECT_EQ(s->dump(), before);
  EXPECT_EQ(s->plan().exit, 0);
}

// Every type of TRAPS 13, written in every spelling that is allowed: no phantom drift.
TEST(G3SecondRun, EveryTypeAndSpellingSettlesAtOnce) {
  struct Case {
    const char* type;
    const char* value;
    const char* stored;
  };
  const Case cases[] = {
      {"TEXT", "1.10", "text|1.10"},
      {"TEXT", "0450", "text|0450"},
      {"TEXT", "no", "text|no"},
      {"TEXT", "true", "text|true"},
      {"TEXT", "7521", "text|7521"},
      {"TEXT", "'7521'", "text|7521"},
      {"TEXT", "''", "text|"},
      {"TEXT", "~", "null|∅"},
      {"TEXT", "!!binary AAE=", "blob|x'0001'"},
      {"INTEGER", "7", "integer|7"},
      {"INTEGER", "'7'", "integer|7"},
      {"INTEGER", "7.0", "integer|7"},
      {"INTEGER", "7.5", "real|7.5"},
      {"INTEGER", "0x10", "integer|16"},
      {"INTEGER", "true", "integer|1"},
      {"DECIMAL(10,2)", "0.450", "real|0.45"},
      {"DECIMAL(10,2)", "0.45", "real|0.45"},
      {"DECIMAL(10,2)", "3.00", "integer|3"},
      {"REAL", "3", "real|3.0"},
      {"REAL", "1e3", "real|1000.0"},
      {"REAL", "-0.0", "real|0.0"},
      {"BOOLEAN", "true", "integer|1"},
      {"BOOLEAN", "'FALSE'", "integer|0"},
      {"BOOLEAN", "1", "integer|1"},
      {"TIMESTAMP", "2025", "integer|2025"},
      {"TIMESTAMP", "'2025-08-01 10:00:00'", "text|2025-08-01 10:00:00"},
      {"STRING", "7", "integer|7"},
      {"STRING", "abc", "text|abc"},
      {"", "7521", "integer|7521"},
      {"", "'7521'", "text|7521"},
      {"BLOB", "1.5", "real|1.5"},
      {"INTEGER", "9223372036854775807", "integer|9223372036854775807"},
  };
  for (const Case& one : cases) {
    Scenario s(std::string("CREATE TABLE t (id INTEGER PRIMARY KEY, v ") + one.type + ")");
    s.documents(row_set("t", "t", "id", std::string("  rows: [{id: 1, v: ") + one.value + "}]"));
    const Outcomes first = s.apply();
    EXPECT_EQ(first.exit, 0) << one.type << " " << one.value << "\n" << first.all_errors() << first.messages();
    EXPECT_EQ(s.rows("SELECT typeof(v), v FROM t"), one.stored) << one.type << " " << one.value;
    const Outcomes second = s.apply();
    EXPECT_EQ(second.changes(), "") << one.type << " " << one.value;
  }
}

TEST(G3SecondRun, BooleansThatTheApplicationSpellsOtherwiseAreNoDrift) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, active BOOLEAN);"
      "INSERT INTO t VALUES (1,'true'),(2,'TRUE'),(3,1),(4,'1'),(5,0)");
  s.documents(
      row_set("t", "t", "id", "  defaults: {active: true}\n  rows: [{id: 1}, {id: 2}, {id: 3}, {id: 4}, {id: 5}]"));
  EXPECT_EQ(s.plan().changes(), "changed update planned - id 5\n");
}

TEST(G3SecondRun, WhatATriggerRewritesIsBlockedNotRepeated) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1,'old');"
      "CREATE TRIGGER lowered AFTER UPDATE OF name ON t WHEN new.name <> lower(new.name) BEGIN "
      "UPDATE t SET name = lower(name) WHERE id = new.id; END");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: New}]"));
  const std::string before = s.dump();
  for (int run = 0; run < 2; ++run) {
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 2);
    EXPECT_EQ(outcomes.changes(), "changed update blocked not-convergent id 1\n");
    EXPECT_EQ(outcomes.messages(), "column name does not stay as written: \"New\" became \"new\"\n");
    EXPECT_EQ(s.dump(), before);
  }
}

TEST(G3SecondRun, WhatATriggerRefusesIsBlockedNotRepeated) {
  for (const char* raise : {"RAISE(IGNORE)", "RAISE(ABORT, 'no')", "RAISE(FAIL, 'no')", "RAISE(ROLLBACK, 'no')"}) {
    Scenario s(std::string("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);"
                           "CREATE TRIGGER refused BEFORE INSERT ON t WHEN new.id = 1 BEGIN SELECT ") +
               raise + "; END");
    s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: a}, {id: 2, name: b}]"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 2) << raise << outcomes.all_errors();
    EXPECT_EQ(outcomes.changes(), "missing insert blocked refused-by-trigger id 1\nmissing insert applied - id 2\n")
        << raise;
    EXPECT_EQ(s.rows("SELECT id FROM t"), "2") << raise;
  }
}

TEST(G3SecondRun, ATriggerThatOnlyTouchesTheRowItselfIsNoHindrance) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, updated_at TEXT); INSERT INTO t VALUES (1,'old','');"
      "CREATE TRIGGER stamped AFTER UPDATE OF name ON t BEGIN UPDATE t SET updated_at = 'now' WHERE id = new.id; END");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: new}]"));
  EXPECT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT * FROM t"), "1|new|now");
  EXPECT_EQ(s.apply().changes(), "");
}

// Each finds the row that both want by a key of its own; it is made once, and the other set adds to it.
TEST(G3SecondRun, TwoSetsOfOneTableMakeARowOnce) {
  for (const char* index : {"", "CREATE INDEX i ON t(name);"}) {
    Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, c TEXT);" + std::string(index));
    s.documents(row_set("a", "t", "id", "  rows: [{id: 1, name: n}]\n") +
                row_set("b", "t", "name", "  rows: [{name: n, c: x}]\n"));
    const Outcomes first = s.apply();
    EXPECT_EQ(first.exit, 0) << first.changes() << first.messages();
    EXPECT_EQ(s.rows("SELECT * FROM t"), "1|n|x");
    EXPECT_EQ(s.apply().report.batches, 0u);
  }
}

}  // namespace
}  // namespace holdfast::testing
