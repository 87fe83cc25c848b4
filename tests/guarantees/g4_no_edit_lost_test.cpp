// G4: no concurrent edit is overwritten unseen. Another connection acts between our read and our write lock.
#include <gtest/gtest.h>

#include "tests/scenario/scenario.h"

namespace holdfast::testing {
namespace {

TEST(G4NoEditLost, WhatMovedSinceTheReadIsPlannedAnew) {
  struct Case {
    const char* what;
    const char* edit;
    const char* want;  // the table afterwards
    int exit;
  };
  const Case cases[] = {
      {"an unmanaged column of the row to update", "UPDATE t SET note = 'theirs' WHERE id = 1",
       "1|declared|theirs\n3|user|x\n5|new|∅", 0},
      {"a managed column of it", "UPDATE t SET name = 'theirs' WHERE id = 1", "1|declared|n\n3|user|x\n5|new|∅", 0},
      {"the row to update is gone", "DELETE FROM t WHERE id = 1", "1|declared|∅\n3|user|x\n5|new|∅", 0},
      {"the row to insert is there", "INSERT INTO t VALUES (5,'new','theirs')", "1|declared|n\n3|user|x\n5|new|theirs",
       0},
      {"the row to insert is there, otherwise", "INSERT INTO t VALUES (5,'other','theirs')",
       "1|declared|n\n3|user|x\n5|new|theirs", 0},
      {"the row to delete was renamed", "UPDATE t SET name = 'Good' WHERE id = 2",
       "1|declared|n\n2|Good|p\n3|user|x\n5|new|∅", 0},
      {"the row to delete was edited", "UPDATE t SET note = 'edited' WHERE id = 2", "1|declared|n\n3|user|x\n5|new|∅",
       0},
      {"the row to delete is gone", "DELETE FROM t WHERE id = 2", "1|declared|n\n3|user|x\n5|new|∅", 0},
      {"another row altogether", "UPDATE t SET note = 'theirs' WHERE id = 3", "1|declared|n\n3|user|theirs\n5|new|∅",
       0},
      {"only the storage class moved", "UPDATE t SET note = x'6e' WHERE id = 1", "1|declared|x'6E'\n3|user|x\n5|new|∅",
       0},
  };
  for (const char* mode : {"DELETE", "WAL"}) {
    for (const Case& one : cases) {
      Scenario s(std::string("PRAGMA journal_mode=") + mode +
                 "; CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, note TEXT);"
                 "INSERT INTO t VALUES (1,'old','n'),(2,'Prizies','p'),(3,'user','x')");
      s.documents(row_set("t", "t", "id",
                          "  rows: [{id: 1, name: declared}, {id: 5, name: new}]\n  forbidden: [{name: Prizies}]"));
      s.between_read_and_lock([&] { s.sql(one.edit); });
      const Outcomes outcomes = s.apply();
      EXPECT_EQ(outcomes.exit, one.exit) << mode << ": " << one.what << "\n"
                                         << outcomes.all_errors() << outcomes.changes();
      EXPECT_EQ(s.rows("SELECT * FROM t ORDER BY id"), one.want) << mode << ": " << one.what;
    }
  }
}

// Keys that no index finds: the look-up under the lock is then a scan (TRAPS 6 for the collation).
TEST(G4NoEditLost, AKeyWithoutIndexIsLookedForUnderTheLock) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE)");
  s.documents(row_set("t", "t", "name", "  rows: [{name: Hulu}, {name: Paramount}]"));
  s.between_read_and_lock([&] { s.sql("INSERT INTO t VALUES (4,'HULU')"); });
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 0) << outcomes.all_errors() << outcomes.changes();
  EXPECT_EQ(s.rows("SELECT * FROM t ORDER BY id"), "4|Hulu\n5|Paramount");
}

// Whether a key without an index is there by now is not asked under the lock when the table is long: it is planned
// anew.
TEST(G4NoEditLost, AKeyWithoutAnIndexIsLookedForAgain) {
  for (const int rows : {10, 20'000}) {
    Scenario s(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, v TEXT);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < " +
        std::to_string(rows) + ") INSERT INTO t SELECT i, 'user ' || i, 'x' FROM n;");
    s.documents(row_set("t", "t", "name", "  rows: [{name: a, v: mine}, {name: b, v: mine}]"));
    s.between_read_and_lock([&] { s.sql("INSERT INTO t (name, v) VALUES ('a', 'theirs')"); });
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 0) << rows << outcomes.all_errors();
    EXPECT_EQ(s.rows("SELECT name, v FROM t WHERE name IN ('a', 'b') ORDER BY name"), "a|mine\nb|mine") << rows;
  }
}

TEST(G4NoEditLost, ANewDependentIsCountedUnderTheLock) {
  const std::string schema =
      "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);"
      "CREATE TABLE clicks (id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t(id) ON DELETE CASCADE);"
      "INSERT INTO t VALUES (1,'Prizies'); INSERT INTO clicks VALUES (1,1);";
  {
    Scenario s(schema);
    s.documents(row_set("t", "t", "id", "  forbidden: [{name: Prizies}]\n  policy: {dependents: FollowSchema}"));
    s.between_read_and_lock([&] { s.sql("INSERT INTO clicks VALUES (2,1)"); });
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 0) << outcomes.all_errors();
    EXPECT_EQ(s.rows("SELECT count(*) FROM clicks"), "0");
    EXPECT_EQ(outcomes.report.plan.summary().dependents, 2u);
  }
  {
    Scenario s(schema);
    s.documents(row_set("t", "t", "id",
                        "  forbidden: [{name: Prizies}]\n  policy: {dependents: FollowSchema}\n"
                        "  limits: {dependentDeletes: 1}"));
    s.between_read_and_lock([&] { s.sql("INSERT INTO clicks VALUES (2,1)"); });
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.changes(), "forbidden delete blocked budget id 1\n");
    EXPECT_EQ(s.rows("SELECT count(*) FROM clicks"), "2");
  }
}

// Found by the simulation. A row was taken for the declared one although somebody had given it another key since the
// table was looked through: their new key was written over, in a row that nothing names.
TEST(G4NoEditLost, AKeyThatIsEditedBetweenTheLookAndTheReading) {
  struct Case {
    const char* what;
    const char* row;
    const char* edit;
    const char* want;
  };
  const Case cases[] = {
      {"of the row to update", "'a','x'", "UPDATE t SET name = 'theirs'", "1|theirs|x\n2|a|1"},
      {"of the row to rename", "'old','x'", "UPDATE t SET name = 'theirs'", "1|theirs|x\n2|a|1"},
      {"of a forbidden row, to a declared one", "'x','bad'", "UPDATE t SET name = 'a'", "1|a|1"},
      {"to null", "'a','x'", "UPDATE t SET name = NULL", "1|∅|x\n2|a|1"},
  };
  for (const Case& one : cases) {
    Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, v TEXT)");
    s.sql("INSERT INTO t(name, v) VALUES (" + std::string(one.row) + ")");
    s.documents(row_set("t", "t", "name",
                        "  rows: [{name: a, v: \"1\"}]\n  forbidden: [{v: bad}]\n"
                        "  renames: [{from: {name: old}, to: {name: a}}]\n"));
    s.before_rows_are_read_whole([&] { s.sql(one.edit); });
    EXPECT_EQ(s.apply().exit, 0) << one.what;
    EXPECT_EQ(s.rows("SELECT * FROM t ORDER BY id"), one.want) << one.what;
  }
}

}  // namespace
}  // namespace holdfast::testing
