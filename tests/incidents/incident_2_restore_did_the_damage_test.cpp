// Incident 2: "restore" was DELETE everything, then INSERT twelve. It ran on a miscount and wiped rows that users had
// made, for months. Here the same database is brought back without touching a row that no rule names.
#include <gtest/gtest.h>

#include "tests/scenario/popup.h"

namespace holdfast::testing {
namespace {

TEST(Incident2, RestoringTwelveCampaignsKeepsTheUsersOwn) {
  const auto s = filled_popup();
  s->sql(
      "INSERT INTO campaigns (id, name, tune_url, logo_url, main_image_url, description) "
      "VALUES (13, 'A user''s own', 'https://example.com/u', 'l', 'm', 'made in the admin page');"
      "INSERT INTO clicks (campaign_id, property_code) VALUES (13, 'mff'), (2, 'mmm');");
  const std::string users = s->rows("SELECT * FROM campaigns WHERE id = 13");
  const std::string clicks = s->rows("SELECT * FROM clicks");
  // The miscount: some of the twelve are gone, one has another address.
  s->sql(
      "DELETE FROM campaigns WHERE id IN (1, 4, 9); UPDATE campaigns SET tune_url = 'https://example.com' WHERE id = "
      "6");

  const Outcomes outcomes = s->apply();
  EXPECT_EQ(outcomes.exit, 0) << outcomes.messages();
  EXPECT_EQ(outcomes.report.plan.summary().insert, 3u);
  EXPECT_EQ(outcomes.report.plan.summary().update, 1u);
  EXPECT_EQ(outcomes.report.plan.summary().erase, 0u);
  EXPECT_EQ(s->rows("SELECT group_concat(id) FROM (SELECT id FROM campaigns ORDER BY id)"),
            "1,2,3,4,5,6,7,8,9,10,11,12,13");
  EXPECT_EQ(s->rows("SELECT * FROM campaigns WHERE id = 13"), users);
  EXPECT_EQ(s->rows("SELECT * FROM clicks"), clicks);
}

TEST(Incident2, AnEmptiedDatabaseGetsTheTwelveBackUnderTheirOwnIds) {
  const auto s = filled_popup();
  const std::string before = s->rows("SELECT id, name, offer_id, aff_id FROM campaigns ORDER BY id");
  s->sql("DELETE FROM campaigns; DELETE FROM campaign_properties; DELETE FROM properties");
  EXPECT_EQ(s->apply().exit, 0);
  EXPECT_EQ(s->rows("SELECT id, name, offer_id, aff_id FROM campaigns ORDER BY id"), before);
  EXPECT_EQ(s->rows("SELECT count(*) FROM campaign_properties p JOIN campaigns c ON c.id = p.campaign_id"), "12");
}

// The emergency endpoint: everything deleted, the twelve put back, and users' campaigns gone with nobody told, since
// twelve of twelve are there.
TEST(Incident2, TheEmergencyEndpointIsSeenAlthoughTwelveOfTwelveAreThere) {
  const auto s = filled_popup();
  s->sql(
      "INSERT INTO campaigns (id, name, tune_url, logo_url, main_image_url) VALUES (13, 'u', 'a', 'l', 'm'), (14, 'v', "
      "'a', 'l', 'm'), (15, 'w', 'a', 'l', 'm');");
  EXPECT_EQ(s->apply().exit, 0);
  s->sql(
      "CREATE TABLE known AS SELECT * FROM campaigns WHERE id < 13; DELETE FROM campaigns;"
      "INSERT INTO campaigns SELECT * FROM known; DROP TABLE known");
  const Outcomes outcomes = s->apply();
  EXPECT_EQ(outcomes.exit, 0);
  for (const SetPlan& set : outcomes.report.plan.sets) {
    if (set.name != "campaigns") continue;
    EXPECT_TRUE(set.changes.empty());
    ASSERT_TRUE(set.vanished);
    EXPECT_EQ(*set.vanished, (std::pair<std::uint64_t, std::uint64_t>(15, 12)));
    EXPECT_EQ(set.warnings.back(), "somebody else deleted 3 of 15 rows since the last run");
  }
}

}  // namespace
}  // namespace holdfast::testing
