// G5 with two at work: what somebody takes back while a run is under way stays taken back, and what that run writes
// down about held rows at its end does not speak of holds that it has never seen.
#include <gtest/gtest.h>

#include "tests/scenario/scenario.h"

namespace holdfast::testing {
namespace {

constexpr const char* schema =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, note TEXT); INSERT INTO t VALUES (1,'a','old')";

std::string t(const std::string& rows) { return row_set("t", "t", "name", "  rows: [" + rows + "]\n"); }

// The same database with other documents, as another person has it.
std::unique_ptr<Scenario> another(const Scenario& first, const std::string& documents) {
  auto scenario = std::make_unique<Scenario>();
  scenario->use(first.path());
  scenario->documents(documents);
  return scenario;
}

const std::string holds = "SELECT count(*) FROM _holdfast_holds";

// The run had read what is held, and found the row as the undo left it: it made the undone change again.
TEST(G5Races, AnUndoBeforeTheRowsAreReadIsSeen) {
  Scenario s(schema);
  s.documents(t("{name: a, note: new}"));
  ASSERT_EQ(s.apply().exit, 0);
  s.before_rows_are_read([&] { EXPECT_EQ(s.undo().exit, 0); });
  EXPECT_EQ(s.apply().changes(), "changed update held undo name \"a\"\n");
  EXPECT_EQ(s.rows("SELECT note FROM t"), "old");
  s.release();
  EXPECT_EQ(s.apply().exit, 0);
  s.before_rows_are_read([&] { EXPECT_EQ(s.undo().exit, 0); });
  EXPECT_EQ(s.plan().changes(), "changed update held undo name \"a\"\n");
}

// One run makes the row, a person takes that back, and the row is as missing as it was when another run looked.
TEST(G5Races, AnUndoThatLeavesTheRowAsItWasReadIsSeen) {
  for (const std::string& row : {std::string("{name: c}"), std::string("{name: a, note: new}")}) {
    Scenario s(schema);
    s.documents(t(row));
    const std::string before = s.dump();
    s.between_read_and_lock([&] {
      EXPECT_EQ(s.apply().exit, 0);
      EXPECT_EQ(s.undo().exit, 0);
    });
    EXPECT_EQ(s.apply().report.plan.summary().held, 1U);
    EXPECT_EQ(s.dump(), before);
    EXPECT_EQ(s.rows(holds), "1");
  }
}

// A run that somebody else's undo has nothing to do with goes on all the same, and once.
TEST(G5Races, AnUndoOfOtherRowsHoldsUpNothing) {
  Scenario s(schema);
  s.documents(t("{name: a, note: new}"));
  ASSERT_EQ(s.apply().exit, 0);
  auto more = another(s, t("{name: a, note: new}, {name: c}"));
  more->between_read_and_lock([&] { EXPECT_EQ(s.undo().exit, 0); });
  EXPECT_EQ(more->apply().changes(), "missing insert applied - name \"c\"\nchanged update held undo name \"a\"\n");
  EXPECT_EQ(s.history().size(), 3U);
}

// Taken back with documents that say nothing about the row: the next run ties the hold to its own, and wrote it anew
// from what it had read long before.
TEST(G5Races, AReleasedHoldDoesNotComeBack) {
  Scenario s(schema);
  s.documents(t("{name: a, note: new}"));
  ASSERT_EQ(s.apply().exit, 0);
  EXPECT_EQ(another(s, "")->undo().exit, 0);
  ASSERT_EQ(s.rows("SELECT digest IS NULL FROM _holdfast_holds"), "1");
  s.between_read_and_lock([&] { EXPECT_EQ(another(s, "")->release(), 1U); });
  EXPECT_EQ(s.apply().changes(), "changed update held undo name \"a\"\n");
  EXPECT_EQ(s.rows(holds), "0");
  EXPECT_EQ(s.apply().changes(), "changed update applied - name \"a\"\n");
}

// The documents of one run no longer declare the row, so it forgets the hold: the one that it has read, and not one
// that a later undo has placed for the same row.
TEST(G5Races, AHoldThatIsForgottenIsTheOneThatWasRead) {
  Scenario s(schema);
  s.documents(t("{name: a, note: new}"));
  ASSERT_EQ(s.apply().exit, 0);
  ASSERT_EQ(s.undo().exit, 0);
  auto without = another(s, t("{name: b}"));
  s.sql("INSERT INTO t VALUES (2,'b','x')");
  without->between_read_and_lock([&] {
    s.release();
    ASSERT_EQ(s.apply().exit, 0);
    ASSERT_EQ(s.undo().exit, 0);
  });
  EXPECT_EQ(without->apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT h.run = r.id FROM _holdfast_holds h, _holdfast_runs r ORDER BY r.number DESC LIMIT 1"), "1");
  EXPECT_EQ(s.apply().changes(), "changed update held undo name \"a\"\n");
}

}  // namespace
}  // namespace holdfast::testing
