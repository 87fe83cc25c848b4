// The state in the database: made once, upgraded from an older version, refused from a newer one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/scenario.h"

namespace holdfast::testing {
namespace {

const std::string documents = row_set("t", "t", "id", "  rows: [{id: 1, name: a}]\n");
constexpr const char* schema = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)";

TEST(State, AnOlderOneGetsWhatItLacksAndKeepsWhatItHas) {
  Scenario s(schema);
  s.documents(documents);
  ASSERT_EQ(s.apply().exit, 0);
  s.sql(
      "ALTER TABLE _holdfast_runs DROP COLUMN bytes; DROP TABLE _holdfast_holds;"
      "DELETE FROM _holdfast_meta WHERE name = 'format'; UPDATE t SET name = 'b'");
  EXPECT_EQ(s.plan().exit, 2);  // reads what is there, and makes nothing
  EXPECT_EQ(s.rows("SELECT count(*) FROM sqlite_schema WHERE name = '_holdfast_holds'"), "0");
  ASSERT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.history().size(), 2U);
  EXPECT_EQ(s.rows("SELECT value FROM _holdfast_meta WHERE name = 'format'"), "2");
  EXPECT_EQ(s.undo().exit, 0);
  EXPECT_EQ(s.rows("SELECT name FROM t"), "b");
}

TEST(State, ANewerOneIsLeftAlone) {
  Scenario s(schema);
  s.documents(documents);
  ASSERT_EQ(s.apply().exit, 0);
  s.sql("UPDATE _holdfast_meta SET value = '3' WHERE name = 'format'; UPDATE t SET name = 'b'");
  const Outcomes refused = s.apply();
  EXPECT_EQ(refused.exit, 1);
  EXPECT_THAT(refused.error, ::testing::HasSubstr("has format 3, this version knows 2"));
  EXPECT_EQ(s.rows("SELECT name FROM t"), "b");
}

// People delete what they do not know. What is lost with it is lost; runs go on, and old numbers mean nothing new.
TEST(State, PartsThatSomebodyDroppedAreMadeAgain) {
  for (const char* lost : {"meta", "runs", "changes", "shapes", "owned", "holds", "documents"}) {
    SCOPED_TRACE(lost);
    Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1,'old')");
    s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: a}]\n"));
    ASSERT_EQ(s.apply().exit, 0);
    s.sql(std::string("DROP TABLE _holdfast_") + lost);
    s.sql("UPDATE t SET name = 'broken'");
    EXPECT_EQ(s.plan().changes(), "changed update planned - id 1\n");
    EXPECT_EQ(s.history().size(), std::string(lost) == "runs" ? 0U : 1U);
    const Outcomes healed = s.apply();
    EXPECT_EQ(healed.exit, 0) << healed.all_errors() << healed.messages();
    EXPECT_EQ(s.rows("SELECT name FROM t"), "a");
    EXPECT_EQ(s.undo().exit, 0);
    EXPECT_EQ(s.rows("SELECT name FROM t"), "broken");
  }
}

// What is still there counts, for a plan as for an apply.
TEST(State, APlanSeesWhatAnApplySees) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1,'old')");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: a}]\n"));
  ASSERT_EQ(s.apply().exit, 0);
  ASSERT_EQ(s.undo().exit, 0);
  s.sql("DROP TABLE _holdfast_owned; DROP TABLE _holdfast_documents");
  EXPECT_EQ(s.plan().changes(), "changed update held undo id 1\n");
  EXPECT_EQ(s.apply().changes(), "changed update held undo id 1\n");
  s.sql("DROP TABLE _holdfast_owned");
  EXPECT_EQ(s.release(), 1U);
  EXPECT_EQ(s.apply().exit, 0);
}

TEST(State, ThatSomebodyChangedIsNotWrittenTo) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: a}]\n"));
  ASSERT_EQ(s.apply().exit, 0);
  s.sql("ALTER TABLE _holdfast_owned RENAME COLUMN row_set TO other; DELETE FROM t");
  UndoRequest request;
  request.run = "0";
  for (const Outcomes& refused : {s.plan(), s.apply(), s.undo(request)}) {
    EXPECT_EQ(refused.exit, 1);
    EXPECT_THAT(refused.error, ::testing::HasSubstr("table _holdfast_owned is not as Holdfast made it"));
  }
  EXPECT_EQ(s.rows("SELECT count(*) FROM t"), "0");
}

TEST(State, IsNobodysRows) {
  for (const char* table : {"_holdfast_meta", "_HOLDFAST_runs"}) {
    Scenario s(schema);
    s.documents(documents);
    ASSERT_EQ(s.apply().exit, 0);
    s.documents(row_set("x", table, "name", "  rows: [{name: format, value: '7'}]\n"));
    const Outcomes refused = s.apply();
    EXPECT_EQ(refused.exit, 3) << table;
    EXPECT_THAT(refused.all_errors(), ::testing::HasSubstr("is Holdfast's own"));
  }
}

}  // namespace
}  // namespace holdfast::testing
