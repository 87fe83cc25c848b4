// G1: nothing that no rule names is changed or deleted, dependents included unless the policy says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/popup.h"

namespace holdfast::testing {
namespace {

constexpr const char* schema =
    "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, note TEXT, extra BLOB);"
    "CREATE TABLE child (id INTEGER PRIMARY KEY, t_id INTEGER NOT NULL REFERENCES t(id) ON DELETE CASCADE);"
    "INSERT INTO t VALUES (1,'kept','mine',x'00ff'),(2,'bad','x',NULL),(7,'managed','old',x'01');"
    "INSERT INTO child VALUES (1,1),(2,2),(3,2);";

TEST(G1NothingElse, UnmanagedRowsAndColumnsStay) {
  Scenario s(schema);
  s.documents(row_set("t", "t", "name", "  rows: [{id: 7, name: managed, note: new}, {id: 9, name: added}]"));
  EXPECT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT * FROM t ORDER BY id"), "1|kept|mine|x'00FF'\n2|bad|x|∅\n7|managed|new|x'01'\n9|added|∅|∅");
  EXPECT_EQ(s.rows("SELECT * FROM child"), "1|1\n2|2\n3|2");
}

TEST(G1NothingElse, DependentsDecideAboutADelete) {
  struct Case {
    const char* policy;
    int exit;
    const char* changes;
    const char* rows;
    const char* children;
  };
  const Case cases[] = {
      {"Restrict", 2, "forbidden delete blocked dependents name \"bad\"\n", "1\n2\n7", "1\n2\n3"},
      {"FollowSchema", 0, "forbidden delete applied - name \"bad\"\n", "1\n7", "1"},
      {"Delete", 0, "forbidden delete applied - name \"bad\"\n", "1\n7", "1"},
      {"Keep", 0, "forbidden delete applied - name \"bad\"\n", "1\n7", "1\n2\n3"},
  };
  for (const Case& one : cases) {
    Scenario s(schema);
    s.documents(row_set("t", "t", "name",
                        "  forbidden: [{name: bad}]\n  policy: {dependents: " + std::string(one.policy) + "}"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, one.exit) << one.policy << outcomes.all_errors();
    EXPECT_EQ(outcomes.changes(), one.changes) << one.policy;
    EXPECT_EQ(s.rows("SELECT id FROM t ORDER BY id"), one.rows) << one.policy;
    EXPECT_EQ(s.rows("SELECT id FROM child ORDER BY id"), one.children) << one.policy;
  }
}

TEST(G1NothingElse, AForbiddenRuleDeletesOnlyWhatItNames) {
  struct Case {
    const char* rule;
    const char* left;
  };
  const Case cases[] = {
      {"{name: Prizies}", "2| prizies \n3|PRIZIES\n4|Prizies2\n5|∅"},
      {"{name: {equals: Prizies, ignoreCase: true, trim: true}}", "4|Prizies2\n5|∅"},
      {"{name: {like: 'Priz%'}}", "2| prizies \n3|PRIZIES\n5|∅"},
      {"{name: {regex: '^[Pp]rizies[0-9]$'}}", "1|Prizies\n2| prizies \n3|PRIZIES\n5|∅"},
      {"{name: {in: [PRIZIES, Prizies2]}}", "1|Prizies\n2| prizies \n5|∅"},
      {"{name: {isNull: true}}", "1|Prizies\n2| prizies \n3|PRIZIES\n4|Prizies2"},
      {"{name: {ignoreCase: true, equals: prizies}, id: 3}", "1|Prizies\n2| prizies \n4|Prizies2\n5|∅"},
  };
  for (const Case& one : cases) {
    Scenario s(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);"
        "INSERT INTO t VALUES (1,'Prizies'),(2,' prizies '),(3,'PRIZIES'),(4,'Prizies2'),(5,NULL)");
    s.documents(row_set("t", "t", "id", "  forbidden: [" + std::string(one.rule) + "]"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 0) << one.rule << outcomes.all_errors() << outcomes.messages();
    EXPECT_EQ(s.rows("SELECT * FROM t ORDER BY id"), one.left) << one.rule;
  }
}

TEST(G1NothingElse, NoConstraintReplacesARow) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT UNIQUE ON CONFLICT REPLACE, note TEXT);"
      "INSERT INTO t VALUES (1,'a','mine')");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 2, code: a}]"));
  const std::string before = s.dump();
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 1);
  EXPECT_EQ(outcomes.changes(), "missing insert failed constraint id 2\n");
  EXPECT_EQ(s.dump(), before);
}

TEST(G1NothingElse, SideEffectsOfTriggersAreRefusedUnlessAllowed) {
  const std::string trigger =
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE log (what TEXT);"
      "CREATE TRIGGER noted AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.name); END;";
  {
    Scenario s(trigger);
    s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: a}]"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 2);
    EXPECT_EQ(outcomes.changes(), "missing insert blocked side-effect id 1\n");
    EXPECT_EQ(outcomes.messages(), "a trigger would change rows of log, and policy.sideEffects is Refuse\n");
    EXPECT_EQ(s.rows("SELECT count(*) FROM t") + s.rows("SELECT count(*) FROM log"), "00");
  }
  {
    Scenario s(trigger);
    s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: a}]\n  policy: {sideEffects: Allow}"));
    EXPECT_EQ(s.apply().exit, 0);
    EXPECT_EQ(s.rows("SELECT * FROM log"), "a");
  }
}

// The new row gets the number of the one that the trigger deleted, and is another row all the same.
TEST(G1NothingElse, ATriggerThatMakesRoomForTheNewRowIsASideEffect) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1,'old');"
      "CREATE TRIGGER a BEFORE INSERT ON t BEGIN DELETE FROM t WHERE name = 'old'; END");
  s.documents(row_set("t", "t", "name", "  rows: [{name: new}]\n"));
  EXPECT_EQ(s.apply().changes(), "missing insert blocked side-effect name \"new\"\n");
  EXPECT_EQ(s.rows("SELECT * FROM t"), "1|old");
}

TEST(G1NothingElse, ATriggerThatDeletesTheRowThatWasClearedIsRefused) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);"
      "CREATE TABLE c (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t(id) ON DELETE SET NULL);"
      "CREATE TRIGGER a AFTER UPDATE ON c BEGIN DELETE FROM c WHERE t IS NULL; END;"
      "INSERT INTO t VALUES (1,'bad'); INSERT INTO c VALUES (5,1)");
  s.documents(row_set("t", "t", "id", "  forbidden: [{name: bad}]\n  policy: {dependents: FollowSchema}\n"));
  EXPECT_EQ(s.apply().changes(), "forbidden delete blocked not-convergent id 1\n");
  EXPECT_EQ(s.rows("SELECT * FROM t") + "/" + s.rows("SELECT * FROM c"), "1|bad/5|1");
}

TEST(G1NothingElse, OnlyExtraDeleteTakesRowsThatNobodyNames) {
  struct Case {
    const char* extra;
    int exit;
    const char* left;
  };
  for (const Case& one : {Case{"Keep", 0, "1\n2\n3"}, Case{"Report", 2, "1\n2\n3"}, Case{"Delete", 0, "2"}}) {
    Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1,'a'),(2,'b'),(3,'c')");
    s.documents(row_set("t", "t", "id", "  rows: [{id: 2}]\n  policy: {extra: " + std::string(one.extra) + "}"));
    EXPECT_EQ(s.apply().exit, one.exit) << one.extra;
    EXPECT_EQ(s.rows("SELECT id FROM t"), one.left) << one.extra;
  }
}

// The declared row's key is a name that leads nowhere (its parent was deleted by hand): its live row looks like an
// extra one.
TEST(G1NothingElse, AnExactSetDeletesNothingWhileAKeyIsNotKnown) {
  Scenario s(
      "CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE c (p_id INTEGER, code TEXT);"
      "INSERT INTO c VALUES (7,'a'),(8,'b')");
  s.documents(row_set("p", "p", "id", "  rows: []") +
              row_set("c", "c", "p_id, code",
                      "  references: {p_id: {rowSet: p, by: name, column: id}}\n"
                      "  rows: [{p_id: gone, code: a}]\n  policy: {extra: Delete}"));
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 2) << outcomes.all_errors();
  EXPECT_EQ(s.rows("SELECT * FROM c"), "7|a\n8|b") << outcomes.changes();
}

TEST(G1NothingElse, ARowThatAnotherSetDeclaresIsNobodysDependent) {
  Scenario s(schema);
  s.documents(row_set("t", "t", "name", "  forbidden: [{name: bad}]\n  policy: {dependents: Delete}") +
              row_set("children", "child", "id", "  rows: [{id: 3}]"));
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 2);
  EXPECT_EQ(outcomes.messages(), "a row of child that refers to it is declared in children\n");
  EXPECT_EQ(s.rows("SELECT id FROM t") + "/" + s.rows("SELECT id FROM child"), "1\n2\n7/1\n2\n3");
}

TEST(G1NothingElse, ObserveWritesNothing) {
  Scenario s(schema);
  s.documents(row_set("t", "t", "name",
                      "  rows: [{name: managed, note: new}, {name: added}]\n  forbidden: [{name: bad}]", "Observe"));
  const std::string before = s.dump();
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 2);
  EXPECT_EQ(outcomes.changes(),
            "forbidden none reported - name \"bad\"\nchanged none reported - name \"managed\"\n"
            "missing none reported - name \"added\"\n");
  EXPECT_EQ(s.dump(), before);
}

}  // namespace
}  // namespace holdfast::testing
