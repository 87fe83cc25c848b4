// G5 where many rules forbid rows: which of them the documents had when a row was taken back is kept once, not with
// each row; and a rule that was there then says nothing new when it comes to match the row.
#include <gtest/gtest.h>

#include "tests/scenario/scenario.h"

namespace holdfast::testing {
namespace {

constexpr const char* schema =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, note TEXT);"
    "INSERT INTO t VALUES (1,'bad','old'),(2,'worse','old'),(3,'mine','old')";

std::string t(const std::string& rules) { return row_set("t", "t", "name", "  forbidden: [" + rules + "]\n"); }

constexpr const char* kept = "SELECT count(*) FROM _holdfast_meta WHERE name LIKE 'rules:%'";

TEST(G5Rules, AreKeptOnceHoweverManyRowsAreHeld) {
  std::string rules = "{name: {in: [bad, worse]}}";
  for (int i = 0; i < 400; ++i) rules += ", {name: nobody " + std::to_string(i) + "}";
  Scenario s(schema);
  s.documents(t(rules));
  ASSERT_EQ(s.apply().exit, 0);
  ASSERT_EQ(s.undo().exit, 0);
  EXPECT_EQ(s.rows("SELECT count(*), max(length(digest)) < 100 FROM _holdfast_holds"), "2|1");
  EXPECT_EQ(s.rows(kept), "1");
  EXPECT_EQ(s.apply().report.plan.summary().held, 2U);
  EXPECT_EQ(s.rows(kept), "1");
  EXPECT_EQ(s.release(), 2U);
  EXPECT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows(kept), "0");  // nobody needs it any more
}

TEST(G5Rules, ThatWereThereSayNothingNewWhenAUsersEditMakesThemMatch) {
  Scenario s(schema);
  s.documents(t("{note: x}, {name: bad}"));
  ASSERT_EQ(s.apply().exit, 0);
  ASSERT_EQ(s.undo().exit, 0);
  s.sql("UPDATE t SET note = 'x' WHERE id = 1");
  EXPECT_EQ(s.apply().changes(), "forbidden delete held undo name \"bad\"\n");
  // Nor when others come and go beside them.
  s.documents(t("{name: nobody}, {note: x}"));
  EXPECT_EQ(s.apply().changes(), "forbidden delete held undo name \"bad\"\n");
  s.sql("UPDATE t SET note = 'y' WHERE id = 1");
  EXPECT_EQ(s.apply().exit, 0);
  s.documents(t("{name: nobody}, {note: y}"));  // this one is new
  EXPECT_EQ(s.apply().changes(), "forbidden delete applied - name \"bad\"\n");
  EXPECT_EQ(s.rows("SELECT count(*) FROM _holdfast_holds"), "0");
}

TEST(G5Rules, AreKeptAsTheyWereWithEachUndo) {
  Scenario s(schema);
  s.documents(t("{name: bad}"));
  ASSERT_EQ(s.apply().exit, 0);
  ASSERT_EQ(s.undo().exit, 0);
  s.documents(t("{name: bad}, {name: worse}"));
  ASSERT_EQ(s.apply().changes(),
            "forbidden delete held undo name \"bad\"\nforbidden delete applied - name \"worse\"\n");
  ASSERT_EQ(s.undo().exit, 0);
  EXPECT_EQ(s.rows(kept), "2");
  s.documents(t("{name: {like: 'ba%'}}, {name: worse}"));
  EXPECT_EQ(s.apply().changes(),
            "forbidden delete applied - name \"bad\"\nforbidden delete held undo name \"worse\"\n");
  EXPECT_EQ(s.apply().report.batches, 0U);
  EXPECT_EQ(s.rows(kept), "1");
}

// The hold of an undo that knew nothing of the table is tied to rules that are kept already, by nobody at that moment.
TEST(G5Rules, ThatAHoldComesToNameAreNotTakenAway) {
  Scenario s(schema);
  s.documents(t("{name: bad}"));
  ASSERT_EQ(s.apply().exit, 0);
  ASSERT_EQ(s.undo().exit, 0);
  s.sql("UPDATE _holdfast_holds SET digest = NULL");
  for (int run = 0; run < 3; ++run) {
    EXPECT_EQ(s.apply().changes(), "forbidden delete held undo name \"bad\"\n");
    EXPECT_EQ(s.rows(kept), "1");
  }
}

// Somebody has deleted what they did not know, or changed it: the rows stay held, by what the documents say next.
TEST(G5Rules, ThatAreLostLetNothingGo) {
  for (const char* loss : {"DELETE FROM _holdfast_meta WHERE name LIKE 'rules:%'",
                           "UPDATE _holdfast_meta SET value = 'rule 0123456789abcdef' WHERE name LIKE 'rules:%'"}) {
    Scenario s(schema);
    s.documents(t("{name: bad}"));
    ASSERT_EQ(s.apply().exit, 0);
    ASSERT_EQ(s.undo().exit, 0);
    s.sql(loss);
    EXPECT_EQ(s.plan().changes(), "forbidden delete held undo name \"bad\"\n");
    EXPECT_EQ(s.apply().changes(), "forbidden delete held undo name \"bad\"\n");
    EXPECT_EQ(s.rows(kept), "1");
    s.documents(t("{note: old, name: bad}"));
    EXPECT_EQ(s.apply().changes(), "forbidden delete applied - name \"bad\"\n");
  }
}

}  // namespace
}  // namespace holdfast::testing
