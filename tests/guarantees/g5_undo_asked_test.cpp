// G5: undo of a part of a run, of one that is not known, and of one that the journal does not hold whole any more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/scenario.h"

namespace holdfast::testing {
namespace {

using ::testing::HasSubstr;

// Reading past the steps that are not wanted takes longer than a transaction may.
TEST(G5Undo, OneRowOfAManyTimesLongerRun) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
  std::string csv = "id,name\n";
  for (int i = 1; i <= 3000; ++i) csv += std::to_string(i) + ",row\n";
  s.file("rows.csv", csv).documents(row_set("t", "t", "id", "  rowsFrom: [{file: rows.csv}]"));
  ASSERT_EQ(s.apply().exit, 0);
  s.options.batch_time = std::chrono::milliseconds(0);
  UndoRequest one;
  one.row_set = "t";
  one.key = "1";
  EXPECT_EQ(s.undo(one).exit, 0);
  EXPECT_EQ(s.rows("SELECT count(*), min(id) FROM t"), "2999|2");
}

TEST(G5Undo, TakesNoRowForAnotherThatIsWrittenAlike) {
  Scenario s("CREATE TABLE t (id BLOB PRIMARY KEY, name TEXT)");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1}, {id: '1'}, {id: 2}]"));
  ASSERT_EQ(s.apply().exit, 0);
  UndoRequest request;
  request.run = s.history().front().id;
  request.row_set = "t";
  request.key = "1";
  EXPECT_THAT(s.undo(request).error, HasSubstr("several rows of the run are called so: 1"));
  EXPECT_EQ(s.rows("SELECT count(*) FROM t"), "3");
  request.key = "2";
  EXPECT_EQ(s.undo(request).exit, 0);
  EXPECT_EQ(s.rows("SELECT count(*) FROM t"), "2");
}

TEST(G5Undo, SaysWhenTheRunKnowsNoSuchRow) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: a}]"));
  ASSERT_EQ(s.apply().exit, 0);
  for (const auto& [set, key] :
       std::initializer_list<std::pair<std::string, std::string>>{{"t", "99"}, {"nosuch", ""}}) {
    UndoRequest request;
    request.run = s.history().front().id;
    request.row_set = set;
    if (!key.empty()) request.key = key;
    const Outcomes undone = s.undo(request);
    EXPECT_EQ(undone.exit, 1);
    EXPECT_THAT(undone.error, HasSubstr("the run has changed no such row: " + set));
  }
  UndoRequest request;
  request.run = s.history().front().id;
  request.row_set = "t";
  request.key = "1";
  EXPECT_EQ(s.undo(request).exit, 0);
  EXPECT_EQ(s.undo(request).exit, 0);  // taken back already
}

// A run that is partly forgotten is not taken back in part.
TEST(G5Undo, RefusesARunThatTheJournalDoesNotHoldWhole) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
  std::string csv = "id,name\n";
  for (int i = 1; i <= 3000; ++i) csv += std::to_string(i) + "," + std::string(50, 'x') + "\n";
  s.file("rows.csv", csv).documents(row_set("t", "t", "id", "  rowsFrom: [{file: rows.csv}]"));
  ASSERT_EQ(s.apply().exit, 0);
  for (const char* lost : {"block = 2", "1"}) {
    s.sql("DELETE FROM _holdfast_changes WHERE " + std::string(lost));
    const Outcomes undone = s.undo();
    EXPECT_EQ(undone.exit, 1) << lost;
    EXPECT_THAT(undone.error, HasSubstr("a part of the run is not in the journal any more")) << lost;
    EXPECT_EQ(s.rows("SELECT count(*) FROM t"), "3000") << lost;
  }
}

// Somebody frees space by dropping the journal; what comes after is kept as ever.
TEST(G5Undo, AJournalThatSomebodyEmptiedFillsAgain) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
  const auto documents = [&](const std::string& name) {
    return "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: db}\nspec:\n  url: \"sqlite:test.db\"\n"
           "  journal: {maxSize: 64KiB}\n---\n" +
           row_set("t", "t", "id", "  rows: [{id: 1, name: '" + name + "'}]\n");
  };
  for (const char letter : {'a', 'b'}) {
    s.documents(documents(std::string(100'000, letter)));
    ASSERT_EQ(s.apply().exit, 0);
  }
  s.sql("DROP TABLE _holdfast_runs; DROP TABLE _holdfast_changes");
  for (const char* name : {"c", "d", "e", "f"}) {
    s.documents(documents(name));
    ASSERT_EQ(s.apply().exit, 0);
  }
  EXPECT_EQ(s.history().size(), 3u);  // the first of the four still holds the long value
}

// Who undoes whom stands in a table that anybody can write.
TEST(G5Undo, ARunThatSaysItUndoesItselfEndsNothing) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1}]\n"));
  ASSERT_EQ(s.apply().exit, 0);
  s.sql("UPDATE _holdfast_runs SET undoes = id");
  EXPECT_EQ(s.undo().exit, 0);
  EXPECT_EQ(s.rows("SELECT count(*) FROM t"), "0");
}

}  // namespace
}  // namespace holdfast::testing
