// Incident 3: Prizies was deleted first; its children were then to be deleted by a sub-select on the parent that was
// already gone. Foreign keys were off. Here parent and children go together, counted, whatever the API's own setting
// is.
#include <gtest/gtest.h>

#include "tests/scenario/popup.h"

namespace holdfast::testing {
namespace {

constexpr const char* orphans =
    "SELECT (SELECT count(*) FROM clicks WHERE campaign_id NOT IN (SELECT id FROM campaigns)) +"
    "       (SELECT count(*) FROM impressions WHERE campaign_id NOT IN (SELECT id FROM campaigns)) +"
    "       (SELECT count(*) FROM conversions WHERE campaign_id NOT IN (SELECT id FROM campaigns)) +"
    "       (SELECT count(*) FROM campaign_properties WHERE campaign_id NOT IN (SELECT id FROM campaigns))";

TEST(Incident3, PriziesGoesWithEverythingThatHungOnIt) {
  for (const char* spelling : {"Prizies", "PRIZIES", "  prizies\t", "\xc2\xa0Prizies"}) {
    for (const char* setting : {"OFF", "ON"}) {
      const auto s = filled_popup();
      s->sql(std::string("PRAGMA foreign_keys=") + setting +
             ";"
             "INSERT INTO campaigns (id, name, tune_url, logo_url, main_image_url) VALUES (14, '" +
             spelling +
             "', '', '', '');"
             "INSERT INTO campaign_properties (campaign_id, property_code) VALUES (14, 'mff');"
             "INSERT INTO impressions (campaign_id, property_code) VALUES (14, 'mff'), (14, 'mff'), (2, 'mmm');"
             "INSERT INTO clicks (campaign_id, property_code) VALUES (14, 'mff'), (3, 'mmm');"
             "INSERT INTO conversions (campaign_id, property_code) VALUES (14, 'mff');");
      const Outcomes planned = s->plan();
      EXPECT_EQ(planned.report.plan.summary().erase, 1u) << spelling;
      EXPECT_EQ(planned.report.plan.summary().dependents, 5u) << spelling;
      EXPECT_EQ(s->apply().exit, 0) << spelling;
      EXPECT_EQ(s->rows("SELECT count(*) FROM campaigns"), "12");
      EXPECT_EQ(s->rows(orphans), "0");
      EXPECT_EQ(s->rows("SELECT (SELECT count(*) FROM impressions), (SELECT count(*) FROM clicks)"), "1|1");
    }
  }
}

// Orphans that the old cleaning left are somebody's data still: they are neither deleted nor in the way.
TEST(Incident3, OldOrphansAreLeftAndDoNotBlock) {
  const auto s = filled_popup();
  s->sql(
      "INSERT INTO clicks (campaign_id, property_code) VALUES (77, 'mff');"
      "INSERT INTO campaigns (id, name, tune_url, logo_url, main_image_url) VALUES (14, 'Prizies', '', '', '')");
  EXPECT_EQ(s->apply().exit, 0);
  EXPECT_EQ(s->rows(orphans), "1");
}

}  // namespace
}  // namespace holdfast::testing
