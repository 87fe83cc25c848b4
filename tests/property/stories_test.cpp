// What the properties found, each in a few words, so that it stays found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/scenario.h"

namespace holdfast::testing {
namespace {

// Two sets over one table: what the first frees, the second takes. It used to take two runs.
TEST(Stories, APrimaryKeyThatAnotherSetFreesIsTakenInTheSameRun) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, bad); INSERT INTO t VALUES (2, 'old', 1)");
  s.documents(row_set("rules", "t", "id", "  forbidden: [{bad: 1}]\n") +
              row_set("rows", "t", "name", "  rows: [{id: 2, name: new}]\n"));
  const Outcomes first = s.apply();
  EXPECT_EQ(first.exit, 0) << first.changes() << first.messages();
  EXPECT_EQ(s.rows("SELECT * FROM t"), "2|new|∅");
  EXPECT_EQ(s.apply().report.batches, 0U);
}

// A row that is referred to by a column which it leaves empty. It used to end the whole run.
TEST(Stories, ARowWithoutTheValueThatIsReferredToBlocksOnlyWhatRefersToIt) {
  for (const char* live : {"", "INSERT INTO p VALUES ('a', NULL)"}) {
    Scenario s(std::string("CREATE TABLE p (name TEXT, code INT); CREATE TABLE c (name TEXT, code INT);") + live);
    s.documents(row_set("p", "p", "name", "  rows: [{name: a}, {name: b, code: 7}]\n") +
                row_set("c", "c", "name",
                        "  references: {code: {rowSet: p, by: name, column: code}}\n"
                        "  rows: [{name: x, code: a}, {name: y, code: b}]\n"));
    const Outcomes first = s.apply();
    EXPECT_EQ(first.exit, 2) << first.all_errors();
    EXPECT_THAT(first.changes(), ::testing::HasSubstr("missing insert blocked reference name \"x\"\n"));
    EXPECT_EQ(s.rows("SELECT * FROM c"), "y|7");
    EXPECT_EQ(s.apply().report.batches, 0U);
  }
}

// A reference that the document leaves out and the table's default fills in: an orphan is one all the same.
TEST(Stories, ADefaultThatRefersToNothingIsNoWayToAddAnOrphan) {
  Scenario s(
      "CREATE TABLE p (id INTEGER PRIMARY KEY);"
      "CREATE TABLE c (name TEXT, p INTEGER DEFAULT 4 REFERENCES p(id) ON DELETE CASCADE)");
  s.documents(row_set("c", "c", "name", "  rows: [{name: x}, {name: y, p: ~}]\n"));
  const Outcomes first = s.apply();
  EXPECT_EQ(first.exit, 1);
  EXPECT_EQ(first.changes(), "missing insert failed constraint name \"x\"\nmissing insert applied - name \"y\"\n");
  EXPECT_EQ(first.messages(), "foreign key: p 4 has no row in p\n");
  EXPECT_EQ(s.rows("SELECT * FROM c"), "y|∅");
}

// What goes or changes along with a row of one set can be drift to another set. The second run used to mend it.
TEST(Stories, WhatADeleteTakesAlongIsPutRightInTheSameRun) {
  Scenario s(
      "CREATE TABLE p (id INTEGER PRIMARY KEY, bad);"
      "CREATE TABLE c (name TEXT, p INTEGER REFERENCES p(id) ON DELETE SET NULL, note);"
      "INSERT INTO p VALUES (1, 1), (2, 0); INSERT INTO c VALUES ('x', 1, 'kept')");
  s.documents(row_set("p", "p", "id", "  forbidden: [{bad: 1}]\n  policy: {dependents: FollowSchema}\n") +
              row_set("c", "c", "name", "  rows: [{name: y}]\n  forbidden: [{p: {isNull: true}, name: x}]\n"));
  const Outcomes first = s.apply();
  EXPECT_EQ(first.exit, 0) << first.changes() << first.messages();
  EXPECT_EQ(s.rows("SELECT * FROM c"), "y|∅|∅");
  EXPECT_EQ(s.apply().report.batches, 0U);
}

// Limits are for a run, however often it has to plan anew.
TEST(Stories, WhatIsForbiddenMeanwhileCountsAgainstTheSameLimit) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, bad, v); INSERT INTO t VALUES (1, 1, ''), (2, 1, ''), (3, 0, '')");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 3, v: new}]\n  forbidden: [{bad: 1}]\n  limits: {deletes: 2}\n"));
  s.between_read_and_lock([&] { s.sql("UPDATE t SET v = 'edited' WHERE id = 3; INSERT INTO t VALUES (4, 1, '')"); });
  const Outcomes first = s.apply();
  EXPECT_EQ(s.rows("SELECT * FROM t"), "3|0|new\n4|1|");
  EXPECT_EQ(first.messages(), "1 delete and 2 before, within 1h, limits.deletes is 2\n");
}

// Two sets that find the same row by different keys and want it otherwise would change it for ever.
TEST(Stories, SetsThatDisagreeAboutARowDoNotUndoEachOther) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, note TEXT); INSERT INTO t VALUES (1, 'a', 'old')");
  s.documents(row_set("one", "t", "id", "  rows: [{id: 1, note: this}]\n") +
              row_set("two", "t", "name", "  rows: [{name: a, note: that}]\n"));
  for (int run = 0; run < 2; ++run) {
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.changes(), "changed update blocked declared id 1\nchanged update blocked declared name \"a\"\n");
    EXPECT_EQ(outcomes.messages(),
              "the row would be one for which two declares another note\n"
              "the row would be one for which one declares another note\n");
    EXPECT_EQ(s.rows("SELECT * FROM t"), "1|a|old");
  }
}

// A row that moves to its declared primary key takes nothing else over than its policy allows.
TEST(Stories, AMoveLeavesTheColumnsThatAreNotToBeChanged) {
  for (const char* changed : {"Ignore", "Report"}) {
    Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, note TEXT); INSERT INTO t VALUES (7, 'a', 'mine')");
    s.documents(row_set("t", "t", "name",
                        "  rows: [{id: 1, name: a, note: theirs}]\n  policy: {identity: Move, changed: " +
                            std::string(changed) + "}\n"));
    const Outcomes first = s.apply();
    EXPECT_EQ(s.rows("SELECT * FROM t"), "1|a|mine");
    EXPECT_EQ(first.exit, changed == std::string_view("Ignore") ? 0 : 2) << first.changes();
  }
}

// The same by a trigger of the application's own, whose reference the engine does not look at here.
TEST(Stories, ATriggerIsNoWayToAddAnOrphanEither) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, up INTEGER REFERENCES t(id)); INSERT INTO t VALUES (1, '', "
      "1);"
      "CREATE TRIGGER lost AFTER UPDATE OF name ON t BEGIN UPDATE t SET up = 7 WHERE id = new.id; END");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: new}]\n"));
  EXPECT_EQ(s.apply().changes(), "changed update failed constraint id 1\n");
  EXPECT_EQ(s.rows("SELECT * FROM t"), "1||1");
}

// Seen from the parent: what refers to it must not be left behind, whoever takes the value away.
TEST(Stories, AParentThatGoesLeavesNobodyBehind) {
  struct Case {
    const char* what;
    const char* schema;
    const char* spec;
    const char* changes;
  };
  const Case cases[] = {
      {"the default leads to the row that goes",
       "CREATE TABLE c (p TEXT DEFAULT 'bad' REFERENCES t(name) ON DELETE SET DEFAULT); INSERT INTO c VALUES ('bad')",
       "  forbidden: [{name: bad}]\n  policy: {dependents: FollowSchema}\n",
       "forbidden delete blocked dependents id 1\n"},
      {"a trigger takes the value away",
       "CREATE TABLE c (p TEXT REFERENCES t(name)); INSERT INTO c VALUES ('bad');"
       "CREATE TRIGGER gone AFTER UPDATE ON t BEGIN UPDATE t SET name = NULL WHERE id = new.id; END",
       "  rows: [{id: 1, note: new}]\n", "changed update failed constraint id 1\n"},
      {"a trigger sets the child back",
       "CREATE TABLE c (p TEXT REFERENCES t(name) ON UPDATE CASCADE); INSERT INTO c VALUES ('bad');"
       "CREATE TRIGGER back AFTER UPDATE ON c BEGIN UPDATE c SET p = 'bad' WHERE rowid = new.rowid; END",
       "  rows: [{id: 1, name: good}]\n", "changed update failed constraint id 1\n"},
      {"a trigger deletes the parent",
       "CREATE TABLE c (p TEXT REFERENCES t(name)); INSERT INTO c VALUES ('bad'); INSERT INTO t VALUES (2, 'x', '');"
       "CREATE TRIGGER gone AFTER UPDATE ON t BEGIN DELETE FROM t WHERE name = 'bad'; END",
       "  rows: [{id: 2, note: new}]\n  policy: {sideEffects: Allow}\n", "changed update failed constraint id 2\n"},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    Scenario s(std::string("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE, note); INSERT INTO t VALUES "
                           "(1, 'bad', '');") +
               one.schema);
    const std::string before = s.dump();
    s.documents(row_set("t", "t", "id", one.spec));
    EXPECT_EQ(s.apply().changes(), one.changes);
    EXPECT_EQ(s.dump(), before);
  }
}

// A trigger that rewrites a declared column which the update does not write. The run called it applied, and the next
// one found the row changed.
TEST(Stories, WhatATriggerRewritesBesideTheUpdateIsBlockedAtOnce) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, seen INTEGER); INSERT INTO t VALUES (1, 'old', 0);"
      "CREATE TRIGGER seen AFTER UPDATE ON t BEGIN UPDATE t SET seen = 3 WHERE id = new.id; END");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: new, seen: 0}]\n"));
  for (int run = 0; run < 2; ++run) {
    EXPECT_EQ(s.apply().changes(), "changed update blocked not-convergent id 1\n");
    EXPECT_EQ(s.rows("SELECT * FROM t"), "1|old|0");
  }
}

}  // namespace
}  // namespace holdfast::testing
