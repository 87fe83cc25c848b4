// What a review of the write path found: each test is the sequence of events that went wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/scenario.h"

namespace holdfast::testing {
namespace {

using ::testing::HasSubstr;

// Any DELETE of a trigger in the table of the deleted row counted as the deleted row's own: 3,000 rows went, and the
// run said "1 deleted".
TEST(WritePathTraps, ATriggerOfADeleteTakesNoOtherRowOfTheTableAlong) {
  Scenario s(
      "CREATE TABLE c (id INTEGER PRIMARY KEY, name TEXT, parent INTEGER);"
      "CREATE TRIGGER t AFTER DELETE ON c BEGIN DELETE FROM c WHERE parent = OLD.id; END;"
      "INSERT INTO c VALUES (1,'bad',NULL),(2,'x',1),(3,'y',1)");
  const std::string before = s.dump();
  s.documents(row_set("c", "c", "id", "  forbidden: [{name: bad}]\n"));
  const Outcomes refused = s.apply();
  EXPECT_EQ(refused.changes(), "forbidden delete blocked side-effect id 1\n");
  EXPECT_EQ(s.dump(), before);
  s.documents(row_set("c", "c", "id", "  forbidden: [{name: bad}]\n  policy: {sideEffects: Allow}\n"));
  EXPECT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT count(*) FROM c"), "0");
  EXPECT_EQ(s.undo().exit, 0);
  EXPECT_EQ(s.dump(), before);
}

TEST(WritePathTraps, ARowThatATriggerPutsBackIsNotDeleted) {
  for (const char* policy : {"Refuse", "Allow"}) {
    Scenario s(
        "CREATE TABLE c (id INTEGER PRIMARY KEY, name TEXT);"
        "CREATE TRIGGER t AFTER DELETE ON c BEGIN INSERT INTO c VALUES (OLD.id, OLD.name); END;"
        "INSERT INTO c VALUES (1,'bad')");
    s.documents(
        row_set("c", "c", "id", "  forbidden: [{name: bad}]\n  policy: {sideEffects: " + std::string(policy) + "}\n"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.changes(), "forbidden delete blocked not-convergent id 1\n") << policy;
    EXPECT_EQ(s.rows("SELECT * FROM c"), "1|bad");
  }
}

// Rows that swap unique values are parked; what comes after may still be refused.
TEST(WritePathTraps, AParkedRowIsNeverLeftWithItsReservedValue) {
  struct Case {
    const char* what;
    const char* column;
    const char* trigger;
  };
  const Case cases[] = {
      {"a trigger refuses the last value", "code TEXT UNIQUE",
       "CREATE TRIGGER t AFTER UPDATE ON c WHEN NEW.id = 1 AND NEW.code = '2' BEGIN SELECT RAISE(ABORT, 'no'); END;"},
      {"a trigger with a condition writes a log", "code INTEGER NOT NULL UNIQUE",
       "CREATE TRIGGER t AFTER UPDATE ON c WHEN NEW.code > OLD.code AND NEW.id = 1 BEGIN INSERT INTO log VALUES (1); "
       "END;"},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    Scenario s("CREATE TABLE c (id INTEGER PRIMARY KEY, " + std::string(one.column) + "); CREATE TABLE log (n);" +
               one.trigger + "INSERT INTO c VALUES (1,'1'),(2,'2'),(3,'3')");
    s.documents(row_set("c", "c", "id", "  rows: [{id: 1, code: '2'}, {id: 2, code: '1'}, {id: 3, code: '4'}]\n"));
    const Outcomes outcomes = s.apply();
    EXPECT_NE(outcomes.exit, 0);
    EXPECT_EQ(s.rows("SELECT code FROM c WHERE id < 3 ORDER BY id"), "1\n2") << outcomes.changes();
    EXPECT_EQ(s.rows("SELECT code FROM c WHERE id = 3"), "4");
  }
}

// Sender and receiver are the same user: rows met by one reference hid those beyond the limit of the other.
TEST(WritePathTraps, ChildrenThatReferInTwoWaysAreAllCounted) {
  Scenario s(
      "CREATE TABLE u (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE m (id INTEGER PRIMARY KEY, receiver INTEGER "
      "REFERENCES u(id) ON DELETE CASCADE, sender INTEGER REFERENCES u(id) ON DELETE CASCADE);"
      "INSERT INTO u VALUES (1,'bad');"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 14)"
      "INSERT INTO m SELECT i, 1, CASE WHEN i <= 6 THEN 1 END FROM n");
  const auto documents = [](int limit) {
    return row_set("u", "u", "id",
                   "  forbidden: [{name: bad}]\n  policy: {dependents: FollowSchema}\n  limits: {dependentDeletes: " +
                       std::to_string(limit) + "}\n");
  };
  s.documents(documents(10));
  EXPECT_EQ(s.apply().changes(), "forbidden delete blocked budget id 1\n");
  EXPECT_EQ(s.rows("SELECT count(*) FROM m"), "14");
  s.documents(documents(14));
  s.options.batch_rows = 5;
  EXPECT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT count(*) FROM m"), "0");
}

// The rest of the children came after the plan: the first batches used to go before that was seen.
TEST(WritePathTraps, ACascadeOverItsBudgetIsNotBegun) {
  Scenario s(
      "CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE c (p INTEGER REFERENCES p(id) ON DELETE "
      "CASCADE);"
      "CREATE INDEX ci ON c (p); INSERT INTO p VALUES (1,'bad');"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) INSERT INTO c SELECT 1 FROM n");
  s.documents(
      row_set("p", "p", "id",
              "  forbidden: [{name: bad}]\n  policy: {dependents: FollowSchema}\n  limits: {dependentDeletes: 60}\n"));
  s.options.batch_rows = 10;
  s.between_read_and_lock([&] {
    s.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) INSERT INTO c SELECT 1 FROM n");
  });
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.changes(), "forbidden delete blocked budget id 1\n");
  EXPECT_EQ(s.rows("SELECT count(*) FROM c"), "100");
}

// Each round of waiting updates used to free one value only.
TEST(WritePathTraps, AShiftOfUniqueValuesTakesNoSquareOfItsLength) {
  for (const int by : {1, -1}) {
    Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, pos INTEGER UNIQUE)");
    s.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT i, i FROM "
        "n");
    std::string rows = "id,pos\n";
    for (int i = 1; i <= 2000; ++i) rows += std::to_string(i) + "," + std::to_string(i + by) + "\n";
    s.file("rows.csv", rows).documents(row_set("t", "t", "id", "  rowsFrom: [{file: rows.csv}]\n"));
    EXPECT_EQ(s.apply().exit, 0);
    EXPECT_EQ(s.rows("SELECT sum(pos - id) FROM t"), std::to_string(2000 * by));
    // Statements that were carried out: each row once, and a few that were parked.
    EXPECT_EQ(s.rows("SELECT updated < 2100 FROM _holdfast_runs"), "1");
  }
}

// SQLite compares with the parent's collation and type; a look-up in the child compares with the child's.
TEST(WritePathTraps, ChildrenAreFoundAsTheParentCompares) {
  struct Case {
    const char* parent;
    const char* child;
    const char* rows;
    const char* left;  // of c, once 'bad' is gone
  };
  const Case cases[] = {
      {"code TEXT PRIMARY KEY", "code TEXT COLLATE NOCASE",
       "INSERT INTO p VALUES ('us','bad'),('US','ok'); INSERT INTO c VALUES ('US'),('us')", "US"},
      {"code TEXT COLLATE NOCASE PRIMARY KEY", "code TEXT",
       "INSERT INTO p VALUES ('us','bad'),('de','ok'); INSERT INTO c VALUES ('US'),('us'),('De')", "De"},
      {"code INTEGER PRIMARY KEY", "code",
       "INSERT INTO p VALUES (1,'bad'),(2,'ok'); INSERT INTO c VALUES ('1'),(1),('01'),(1.0),('2'),(2)", "2\n2"},
      {"code REAL PRIMARY KEY", "code", "INSERT INTO p VALUES (1,'bad'),(2,'ok'); INSERT INTO c VALUES ('1.0'),(2)",
       "2"},
      {"code NUMERIC PRIMARY KEY", "code",
       "INSERT INTO p VALUES ('a','bad'),(2,'ok'); INSERT INTO c VALUES ('a'),('2'),(NULL)", "2\n∅"},
      {"code TEXT PRIMARY KEY", "code", "INSERT INTO p VALUES ('1','bad'),('2','ok'); INSERT INTO c VALUES (1),(2)",
       "2"},
      {"code TEXT PRIMARY KEY", "code INTEGER",
       "INSERT INTO p VALUES ('1','bad'),('2','ok'); INSERT INTO c VALUES (1),(2)", "2"},
      {"code PRIMARY KEY", "code TEXT", "INSERT INTO p VALUES ('1','bad'),('2','ok'); INSERT INTO c VALUES (1),(2)",
       "2"},
      {"code PRIMARY KEY", "code INTEGER", "INSERT INTO p VALUES (1,'bad'),('x','ok'); INSERT INTO c VALUES (1),('x')",
       "x"},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.parent + std::string(", ") + one.child);
    const std::string schema = "CREATE TABLE p (" + std::string(one.parent) + ", name TEXT); CREATE TABLE c (" +
                               one.child + " REFERENCES p(code) ON DELETE CASCADE);" + one.rows;
    Scenario s(schema);
    const std::string before = s.dump();
    s.documents(row_set("p", "p", "code", "  forbidden: [{name: bad}]\n"));
    EXPECT_EQ(s.apply().changes().find("forbidden delete blocked dependents"), 0U);
    EXPECT_EQ(s.dump(), before);
    s.documents(row_set("p", "p", "code", "  forbidden: [{name: bad}]\n  policy: {dependents: FollowSchema}\n"));
    EXPECT_EQ(s.apply().exit, 0);
    EXPECT_EQ(s.rows("SELECT * FROM c"), one.left);
    EXPECT_EQ(s.rows("PRAGMA foreign_key_check"), "");
    EXPECT_EQ(s.undo().exit, 0);
    EXPECT_EQ(s.dump(), before);
  }
}

// One call a level used to end in a crash, already in plan.
// ON DELETE SET NULL changes a key that others refer to, and their ON UPDATE says what becomes of them.
TEST(WritePathTraps, WhatIsClearedMayBeReferredToItself) {
  for (const char* on_update : {"NO ACTION", "SET NULL", "CASCADE"}) {
    SCOPED_TRACE(on_update);
    Scenario s(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);"
        "CREATE TABLE c (id INTEGER PRIMARY KEY, t INTEGER UNIQUE REFERENCES t(id) ON DELETE SET NULL);"
        "CREATE TABLE g (id INTEGER PRIMARY KEY, c INTEGER REFERENCES c(t) ON UPDATE " +
        std::string(on_update) +
        ");"
        "INSERT INTO t VALUES (1,'bad'); INSERT INTO c VALUES (5,1); INSERT INTO g VALUES (7,1)");
    s.documents(row_set("t", "t", "id", "  forbidden: [{name: bad}]\n  policy: {dependents: FollowSchema}\n"));
    const bool blocked = on_update == std::string("NO ACTION");
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.changes(),
              blocked ? "forbidden delete blocked dependents id 1\n" : "forbidden delete applied - id 1\n")
        << outcomes.messages();
    EXPECT_EQ(s.rows("SELECT t FROM c") + "/" + s.rows("SELECT c FROM g"), blocked ? "1/1" : "∅/∅");
    EXPECT_EQ(s.rows("PRAGMA foreign_key_check"), "");
    if (blocked) continue;
    EXPECT_EQ(s.undo().exit, 0);
    EXPECT_EQ(s.rows("SELECT t FROM c") + "/" + s.rows("SELECT c FROM g"), "1/1");
  }
}

TEST(WritePathTraps, AVeryLongChainIsBlocked) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t(id) ON DELETE CASCADE, name TEXT)");
  s.sql(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
      "INSERT INTO t SELECT i, nullif(i - 1, 0), CASE WHEN i = 1 THEN 'bad' END FROM n; CREATE INDEX tu ON t (up)");
  s.documents(row_set(
      "t", "t", "id",
      "  forbidden: [{name: bad}]\n  policy: {dependents: FollowSchema}\n  limits: {dependentDeletes: 50000}\n"));
  EXPECT_EQ(s.plan().messages(), "rows hang on it in a chain of more than 1,000\n");
}

TEST(WritePathTraps, UndoKnowsEachStepOfARowThatChangedTwice) {
  Scenario s(
      "CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT, n INTEGER); CREATE TABLE c (id INTEGER PRIMARY KEY, a "
      "INTEGER "
      "REFERENCES p(id) ON DELETE SET NULL, b INTEGER REFERENCES p(id) ON DELETE SET NULL);"
      "CREATE TABLE d (p INTEGER REFERENCES p(id) ON DELETE CASCADE);"
      "CREATE TRIGGER t AFTER DELETE ON d BEGIN UPDATE p SET n = n - 1 WHERE id = OLD.p; END;"
      "INSERT INTO p VALUES (1,'bad',2); INSERT INTO c VALUES (1,1,1); INSERT INTO d VALUES (1),(1)");
  const std::string before = s.dump();
  s.documents(row_set("p", "p", "id",
                      "  forbidden: [{name: bad}]\n  policy: {dependents: FollowSchema, sideEffects: Allow}\n"));
  const Outcomes applied = s.apply();
  EXPECT_EQ(applied.exit, 0) << applied.messages();
  const Outcomes undone = s.undo();
  EXPECT_EQ(undone.exit, 0) << undone.messages();
  EXPECT_EQ(s.dump(), before);
}

// A search index that triggers keep: what its module writes has depth 0 and was taken for our own.
TEST(WritePathTraps, ASearchIndexBehindATriggerEndsNoRun) {
  for (const char* policy : {"Refuse", "Allow"}) {
    Scenario s(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); CREATE VIRTUAL TABLE f USING fts5(name);"
        "CREATE TRIGGER a AFTER INSERT ON t BEGIN INSERT INTO f(rowid, name) VALUES (new.id, new.name); END;"
        "CREATE TRIGGER b AFTER UPDATE ON t BEGIN UPDATE f SET name = new.name WHERE rowid = new.id; END;"
        "INSERT INTO t VALUES (5, 'old'); CREATE TABLE other (id INTEGER PRIMARY KEY)");
    s.documents(row_set("t", "t", "id",
                        "  rows: [{id: 5, name: new}, {id: 9, name: more}]\n  policy: {sideEffects: " +
                            std::string(policy) + "}\n") +
                row_set("other", "other", "id", "  rows: [{id: 1}]\n"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.all_errors(), "") << policy;
    EXPECT_EQ(outcomes.changes(),
              "changed update blocked side-effect id 5\nmissing insert blocked side-effect id 9\n"
              "missing insert applied - id 1\n")
        << policy;
  }
}

TEST(WritePathTraps, KeysBesideRealColumnsInATableWithoutRowNumbers) {
  Scenario s(
      "CREATE TABLE w (price REAL, id INTEGER PRIMARY KEY, name TEXT) WITHOUT ROWID;"
      "CREATE TABLE v (a TEXT, k REAL PRIMARY KEY) WITHOUT ROWID; INSERT INTO w VALUES (2, 5, 'a'); INSERT INTO v "
      "VALUES ('a', 3)");
  s.documents(row_set("w", "w", "id", "  rows: [{id: 5, name: b, price: 7}]\n") +
              row_set("v", "v", "k", "  rows: [{k: 3, a: b}]\n"));
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 0) << outcomes.all_errors() << outcomes.changes();
  EXPECT_EQ(s.rows("SELECT * FROM w"), "7.0|5|b");
  EXPECT_EQ(s.undo().exit, 0);
  EXPECT_EQ(s.rows("SELECT * FROM v"), "a|3.0");
}

// The hook gives NULL where a SELECT gives the default of a column that came after the row.
TEST(WritePathTraps, ARowOlderThanItsColumnIsNotTakenBackWrongly) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE o (id INTEGER PRIMARY KEY);"
      "INSERT INTO o VALUES (1); ALTER TABLE o ADD COLUMN status TEXT DEFAULT 'live';"
      "CREATE TRIGGER a AFTER INSERT ON t BEGIN UPDATE o SET status = 'gone' WHERE id = 1; END;");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: a}]\n  policy: {sideEffects: Allow}\n"));
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.changes(), "missing insert blocked side-effect id 1\n");
  EXPECT_EQ(s.rows("SELECT * FROM o"), "1|live");
}

// Foreign keys are off while we write, for the application's triggers as well.
TEST(WritePathTraps, TriggersLeaveNoOrphansAndSpendTheBudget) {
  const std::string allow = "  policy: {sideEffects: Allow}\n  limits: {dependentDeletes: 2}\n";
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY, t INTEGER);"
      "CREATE TABLE c (id INTEGER PRIMARY KEY, b INTEGER REFERENCES b(id) ON DELETE CASCADE);"
      "CREATE TRIGGER a AFTER INSERT ON t BEGIN DELETE FROM b WHERE t = new.id; END;"
      "INSERT INTO b VALUES (1,1),(2,2),(3,2),(4,2),(5,3); INSERT INTO c VALUES (1,1)");
  const std::string before = s.dump();
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1}]\n" + allow) + row_set("c", "c", "id", "  rows: [{id: 1}]\n"));
  EXPECT_THAT(s.apply().messages(), HasSubstr("rows of c would be left without the row they refer to"));
  EXPECT_EQ(s.dump(), before);
  s.documents(row_set("t", "t", "id", "  rows: [{id: 2}]\n" + allow) + row_set("c", "c", "id", "  rows: [{id: 1}]\n"));
  EXPECT_EQ(s.apply().changes(), "missing insert blocked budget id 2\n");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 3}]\n" + allow) + row_set("c", "c", "id", "  rows: [{id: 1}]\n"));
  EXPECT_EQ(s.apply().exit, 0);
}

TEST(WritePathTraps, ARowThatATriggerMakesIsNotMadeTwice) {
  Scenario s(
      "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (name TEXT);"
      "CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO b VALUES ('x'); END;");
  s.documents(row_set("a", "a", "id", "  rows: [{id: 1}]\n  policy: {sideEffects: Allow}\n") +
              row_set("b", "b", "name", "  rows: [{name: x}]\n"));
  EXPECT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT * FROM b"), "x");
}

TEST(WritePathTraps, AnOldOrphanInAnotherColumnBlocksNothing) {
  Scenario s(
      "CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE c (id INTEGER PRIMARY KEY, a INTEGER "
      "REFERENCES "
      "p(id) ON DELETE SET NULL, b INTEGER REFERENCES p(id)); INSERT INTO p VALUES (1,'bad'); INSERT INTO c VALUES "
      "(1,1,99)");
  s.documents(row_set("p", "p", "id", "  forbidden: [{name: bad}]\n  policy: {dependents: FollowSchema}\n"));
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 0) << outcomes.changes();
  EXPECT_EQ(s.rows("SELECT * FROM c"), "1|∅|99");
}

TEST(WritePathTraps, TwoParentsWithOneKeyThatGoTogetherTakeTheirChild) {
  Scenario s(
      "CREATE TABLE g (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE p (code TEXT, g INTEGER REFERENCES g(id) ON "
      "DELETE "
      "CASCADE); CREATE TABLE c (code TEXT REFERENCES p(code) ON DELETE CASCADE);"
      "INSERT INTO g VALUES (1,'bad'); INSERT INTO p VALUES ('x',1),('x',1); INSERT INTO c VALUES ('x')");
  s.documents(row_set("g", "g", "id", "  forbidden: [{name: bad}]\n  policy: {dependents: FollowSchema}\n"));
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 0) << outcomes.messages();
  EXPECT_EQ(s.rows("SELECT count(*) FROM c"), "0");
}

TEST(WritePathTraps, AChangeOfCaseThatTheCollationIgnoresClearsNoChild) {
  Scenario s(
      "CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT COLLATE NOCASE UNIQUE); CREATE TABLE c (code TEXT COLLATE "
      "NOCASE "
      "REFERENCES p(code) ON UPDATE SET NULL); INSERT INTO p VALUES (1,'us'); INSERT INTO c VALUES ('us')");
  s.documents(row_set("p", "p", "id", "  rows: [{id: 1, code: US}]\n"));
  EXPECT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT * FROM c"), "us");
}

}  // namespace
}  // namespace holdfast::testing
