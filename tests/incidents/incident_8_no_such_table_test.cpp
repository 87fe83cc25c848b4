// Incident 8: the restore ran before the tables were made and failed half way. Here a table that is not there is waited
// for, by name, while the other sets go on; or the documents carry its definition; and nothing is half done.
#include <gtest/gtest.h>

#include "tests/scenario/popup.h"

namespace holdfast::testing {
namespace {

TEST(Incident8, ATableThatIsNotThereBlocksItsSetOnly) {
  Scenario s("CREATE TABLE there (id INTEGER PRIMARY KEY, name TEXT)");
  s.documents(row_set("missing", "campaigns", "id", "  rows: [{id: 1, name: a}]") +
              row_set("there", "there", "id", "  rows: [{id: 1, name: a}]"));
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 2);
  EXPECT_EQ(outcomes.changes(), "missing no-table\nmissing insert applied - id 1\n");
  EXPECT_EQ(outcomes.messages(),
            "table campaigns is not there; let the application create it first, or give the Database a setup\n");
  EXPECT_EQ(s.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '!_%' ESCAPE '!'"), "there");
}

TEST(Incident8, TheSetupMakesTheTablesThatAreNotThere) {
  const auto s = new_popup();
  const Outcomes planned = s->plan();
  EXPECT_EQ(planned.exit, 2);
  EXPECT_EQ(planned.report.plan.summary().insert, 28u)
      << planned.changes();  // 4 properties, 12 campaigns, 12 of them placed
  EXPECT_EQ(planned.report.plan.setup.size(), 6u);
  EXPECT_EQ(s->apply().exit, 0);
  EXPECT_EQ(s->rows("SELECT count(*) FROM campaigns"), "12");
}

TEST(Incident8, SetupLeavesATableThatIsThereAsItIs) {
  const auto s = new_popup();
  s->sql(
      "CREATE TABLE properties (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT UNIQUE NOT NULL, name TEXT NOT NULL,"
      "domain TEXT, active BOOLEAN, popup_enabled BOOLEAN, mine TEXT)");
  EXPECT_EQ(s->apply().exit, 0);
  EXPECT_EQ(s->rows("SELECT count(*) FROM pragma_table_info('properties')"), "7");
}

}  // namespace
}  // namespace holdfast::testing
