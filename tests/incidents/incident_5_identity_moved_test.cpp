// Incident 5: one campaign was re-created under id 14, later under id 1; reports by id and analytics of the old id were
// cut off. Here a row comes back under its own id, one that is there under another is told about and never overwritten,
// and a move is asked for.
#include <gtest/gtest.h>

#include "tests/scenario/popup.h"

namespace holdfast::testing {
namespace {

constexpr const char* schema =
    "CREATE TABLE campaigns (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, note TEXT);"
    "CREATE TABLE clicks (id INTEGER PRIMARY KEY, campaign_id INTEGER NOT NULL REFERENCES campaigns(id) ON DELETE "
    "CASCADE);";

std::string documents(std::string_view policy = "{}") {
  return row_set(
      "campaigns", "campaigns", "name",
      "  rows: [{id: 2, name: Tips, note: n}, {id: 3, name: Gold, note: n}]\n  policy: " + std::string(policy));
}

TEST(Incident5, ADeletedRowComesBackUnderItsOwnId) {
  const auto s = filled_popup();
  s->sql(
      "DELETE FROM campaigns WHERE id = 2; INSERT INTO campaigns (name, tune_url, logo_url, main_image_url) "
      "VALUES ('users', '', '', '')");
  EXPECT_EQ(s->apply().exit, 0);
  EXPECT_EQ(s->rows("SELECT id FROM campaigns WHERE name = 'Trading Tips'"), "2");
  EXPECT_EQ(s->rows("SELECT id FROM campaigns WHERE name = 'users'"), "13");
}

TEST(Incident5, DriftOfIdentityIsReportedNeverOverwritten) {
  struct Case {
    const char* what;
    const char* live;
    const char* changes;
  };
  const Case cases[] = {
      {"the key under another id", "INSERT INTO campaigns VALUES (14,'Tips','theirs'),(3,'Gold','n')",
       "identity none reported - name \"Tips\"\n"},
      {"the id under another key", "INSERT INTO campaigns VALUES (2,'Somebody else','theirs'),(3,'Gold','n')",
       "identity insert blocked identity name \"Tips\"\n"},
      {"two declared rows in each other's place", "INSERT INTO campaigns VALUES (3,'Tips','n'),(2,'Gold','n')",
       "identity none reported - name \"Gold\"\nidentity none reported - name \"Tips\"\n"},
  };
  for (const Case& one : cases) {
    Scenario s(std::string(schema) + one.live);
    s.documents(documents());
    const std::string before = s.dump();
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 2) << one.what;
    EXPECT_EQ(outcomes.changes(), one.changes) << one.what;
    EXPECT_EQ(s.dump(), before) << one.what;
  }
}

TEST(Incident5, MoveTakesEveryReferenceAlong) {
  struct Case {
    const char* what;
    const char* live;
    int exit;
    const char* rows;
    const char* clicks;
  };
  const Case cases[] = {
      {"to a free id",
       "INSERT INTO campaigns VALUES (14,'Tips','old'),(3,'Gold','n'); INSERT INTO clicks VALUES (1,14),(2,3)", 0,
       "2|Tips|n\n3|Gold|n", "1|2\n2|3"},
      {"a swap",
       "INSERT INTO campaigns VALUES (3,'Tips','n'),(2,'Gold','n'); INSERT INTO clicks VALUES (1,3),(2,2),(3,3)", 0,
       "2|Tips|n\n3|Gold|n", "1|2\n2|3\n3|2"},
      {"a chain", "INSERT INTO campaigns VALUES (3,'Tips','n'),(14,'Gold','n'); INSERT INTO clicks VALUES (1,3),(2,14)",
       0, "2|Tips|n\n3|Gold|n", "1|2\n2|3"},
      {"to an id of somebody else's row",
       "INSERT INTO campaigns VALUES (2,'Theirs','t'),(14,'Tips','n'),(3,'Gold','n');"
       "INSERT INTO clicks VALUES (1,14),(2,2)",
       2, "2|Theirs|t\n3|Gold|n\n14|Tips|n", "1|14\n2|2"},
  };
  for (const Case& one : cases) {
    Scenario s(std::string(schema) + one.live);
    s.documents(documents("{identity: Move}"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, one.exit) << one.what << "\n"
                                       << outcomes.all_errors() << outcomes.changes() << outcomes.messages();
    EXPECT_EQ(s.rows("SELECT * FROM campaigns ORDER BY id"), one.rows) << one.what;
    EXPECT_EQ(s.rows("SELECT * FROM clicks ORDER BY id"), one.clicks) << one.what;
    if (one.exit == 0) {
      EXPECT_EQ(s.apply().changes(), "") << one.what;
    }
  }
}

TEST(Incident5, AChildOfAParentUnderAnotherIdWaits) {
  Scenario s(std::string(schema) +
             "CREATE TABLE p (campaign_id INTEGER, code TEXT);"
             "INSERT INTO campaigns VALUES (14,'Tips','n'),(3,'Gold','n')");
  s.documents(documents() + row_set("p", "p", "campaign_id, code",
                                    "  references: {campaign_id: {rowSet: campaigns, by: name, column: id}}\n"
                                    "  rows: [{campaign_id: Tips, code: a}, {campaign_id: Gold, code: a}]"));
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 2);
  EXPECT_EQ(s.rows("SELECT * FROM p"), "3|a");
  EXPECT_NE(outcomes.changes().find("missing insert blocked identity"), std::string::npos) << outcomes.changes();
}

}  // namespace
}  // namespace holdfast::testing
