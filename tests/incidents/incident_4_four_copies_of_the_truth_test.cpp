// Incident 4: lists in code, a JSON backup, a "golden" backup and the database disagreed, and an old copy overwrote
// good values; an edit in the admin page would have been reverted too. Here there is one truth, it can be observed
// first, a column can be the users' own after the insert, and the other name is a rename.
#include <gtest/gtest.h>

#include "tests/scenario/popup.h"

namespace holdfast::testing {
namespace {

TEST(Incident4, EditsOfInitialColumnsStay) {
  const auto s = filled_popup();
  s->sql("UPDATE campaigns SET description = 'written by a person', active = 0, cta_text = 'Mine' WHERE id = 10");
  const Outcomes outcomes = s->apply();
  EXPECT_EQ(outcomes.exit, 0);
  EXPECT_EQ(outcomes.changes(), "");
  EXPECT_EQ(s->rows("SELECT description, active, cta_text FROM campaigns WHERE id = 10"), "written by a person|0|Mine");
}

TEST(Incident4, AColumnThatIsDeclaredIsMended) {
  const auto s = filled_popup();
  s->sql("UPDATE campaigns SET tune_url = 'https://example.com/old-backup' WHERE id = 10");
  EXPECT_EQ(s->plan().changes(), "changed update planned - name \"Hulu - Hit Movies, TV and More!\"\n");
  EXPECT_EQ(s->apply().exit, 0);
  EXPECT_EQ(s->rows("SELECT tune_url FROM campaigns WHERE id = 10"),
            "https://track.modemobile.com/aff_c?offer_id=5555&aff_id=42946");
}

TEST(Incident4, TheOldNameIsRenamedInPlace) {
  const char* schema =
      "CREATE TABLE campaigns (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, note TEXT);"
      "CREATE TABLE clicks (id INTEGER PRIMARY KEY, campaign_id INTEGER REFERENCES campaigns(id));"
      "INSERT INTO campaigns VALUES (10,'Hulu','kept'); INSERT INTO clicks VALUES (1,10)";
  const std::string spec =
      "  rows: [{id: 10, name: \"Hulu - Hit Movies, TV and More!\"}]\n"
      "  renames:\n    - {from: {name: Hulu}, to: {name: Hulu TV}}\n"
      "    - {from: {name: Hulu TV}, to: {name: \"Hulu - Hit Movies, TV and More!\"}}\n";
  Scenario s(schema);
  s.documents(row_set("campaigns", "campaigns", "name", spec));
  EXPECT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT * FROM campaigns"), "10|Hulu - Hit Movies, TV and More!|kept");
  EXPECT_EQ(s.rows("SELECT * FROM clicks"), "1|10");
  EXPECT_EQ(s.apply().changes(), "");

  // Both names there: nothing is overwritten, the old one is told about.
  s.sql("INSERT INTO campaigns VALUES (11,'Hulu','second')");
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 2);
  EXPECT_EQ(outcomes.changes(), "duplicate none reported - name \"Hulu - Hit Movies, TV and More!\"\n");
  EXPECT_EQ(s.rows("SELECT count(*) FROM campaigns"), "2");
}

TEST(Incident4, ObservingTellsWithoutWriting) {
  const auto s = filled_popup();
  s->sql("UPDATE campaigns SET tune_url = 'x' WHERE id = 10");
  std::string documents = popup_documents(*s);
  for (std::size_t at; (at = documents.find("mode: Enforce")) != std::string::npos;)
    documents.replace(at, 13, "mode: Observe");
  s->documents(documents);
  const std::string before = s->dump();
  EXPECT_EQ(s->apply().exit, 2);
  EXPECT_EQ(s->dump(), before);
}

}  // namespace
}  // namespace holdfast::testing
