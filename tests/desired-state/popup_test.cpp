// The shipped documents: what the demo, the tests and the first user run.
#include <gtest/gtest.h>

#include "desired-state/database_url.h"
#include "desired-state/sources/file_source.h"
#include "desired-state/validate.h"
#include "tests/desired-state/decoding.h"

namespace holdfast::testing {
namespace {

class Popup : public ::testing::Test {
 protected:
  Popup() {
    sources::FileSource source({HOLDFAST_SOURCE "/desired-state/popup"});
    const sources::Snapshot snapshot = source.read(diagnostics);
    state = decode(
        snapshot.texts, [](std::string_view) { return std::nullopt; }, source.row_files(), diagnostics);
    validate(state, diagnostics);
  }

  const RowSetDocument& set(std::string_view name) const {
    for (const RowSetDocument& one : state.row_sets) {
      if (one.name.text == name) return one;
    }
    throw std::out_of_range(std::string(name));
  }
  std::string cell(const RowSetDocument& set, std::size_t row, std::string_view column) const {
    return std::string(set.rows->cell(row, set.rows->find_column(column)).bytes);
  }

  Diagnostics diagnostics;
  DesiredState state;
};

TEST_F(Popup, DecodesAndValidatesWithoutErrorOrWarning) {
  for (const Diagnostic& one : diagnostics.all()) ADD_FAILURE() << to_string(one);
  ASSERT_EQ(state.databases.size(), 1u);
  EXPECT_EQ(state.databases[0].name.text, "popup");
  EXPECT_EQ(parse_database_url(state.databases[0].url.text, state.databases[0].file).url->path,
            HOLDFAST_SOURCE "/desired-state/popup/popup_campaigns.db");
  for (const char* table : {"campaigns", "properties", "campaign_properties", "impressions", "clicks", "conversions"}) {
    EXPECT_NE(state.databases[0].setup->text.find("CREATE TABLE IF NOT EXISTS " + std::string(table) + " ("),
              std::string::npos)
        << table;
  }
}

TEST_F(Popup, TheTwelveCampaignsAreAsTheFactsSay) {
  struct Fact {
    const char* name;
    const char* property;
    const char* offer;
    const char* affiliate;
    const char* logo;
    const char* image;
    const char* action;
  };
  const Fact facts[] = {
      {"Money.com - Online Stock Brokers", "mmm", "7521", "43092", "4JoGdZr.png", "O81cPQJ.jpeg", "Compare Brokers"},
      {"Trading Tips", "mmm", "6998", "43045", "lHn301q.png", "ZVGOktR.png", "Get Trading Tips"},
      {"Behind The Markets", "mmm", "7521", "43045", "O3iEVP7.jpeg", "NA0o7iJ.png", "Learn More"},
      {"Brownstone Research", "mmm", "7389", "43045", "3KVDcV7.jpeg", "vzoiVpd.png", "View Research"},
      {"Hotsheets", "mmm", "7385", "43045", "5Yb0LJn.png", "O81cPQJ.jpeg", "Get Hotsheets"},
      {"Best Gold", "mmm", "7390", "43045", "5Yb0LJn.png", "EEOyDuZ.jpeg", "Learn About Gold"},
      {"Daily Goodie Box", "mff", "6571", "42946", "DH7Tp4A.jpeg", "JpKD9AX.png", "Claim Now!"},
      {"Free Samples Guide", "mff", "3907", "42946", "DH7Tp4A.jpeg", "vbgSfMi.jpeg", "Claim Now!"},
      {"UpLevel - Amazon Mystery Box", "mff", "4689", "42946", "Xmb1P8t.jpg", "tA8fYBO.jpg", "Get Box!"},
      {"Hulu - Hit Movies, TV and More!", "mff", "5555", "42946", "RHRuCvk.jpg", "SEu1NtW.jpg", "Get Hulu!"},
      {"Paramount", "mff", "5172", "42946", "2IpSLaY.jpg", "p8o0YSR.jpg", "Get Paramount+!"},
      {"Trend'n Daily", "mff", "4689", "42946", "Xmb1P8t.jpg", "tA8fYBO.jpg", "Get Deals!"},
  };
  const RowSetDocument& campaigns = set("campaigns");
  const RowSetDocument& placed = set("campaign-properties");
  ASSERT_EQ(campaigns.rows->size(), std::size(facts));
  ASSERT_EQ(placed.rows->size(), std::size(facts));
  for (std::size_t row = 0; row < std::size(facts); ++row) {
    const Fact& fact = facts[row];
    EXPECT_EQ(cell(campaigns, row, "id"), std::to_string(row + 1));
    EXPECT_EQ(cell(campaigns, row, "name"), fact.name);
    EXPECT_EQ(cell(campaigns, row, "tune_url"),
              std::string("https://track.modemobile.com/aff_c?offer_id=") + fact.offer + "&aff_id=" + fact.affiliate);
    EXPECT_EQ(cell(campaigns, row, "logo_url"), std::string("https://i.imgur.com/") + fact.logo);
    EXPECT_EQ(cell(campaigns, row, "main_image_url"), std::string("https://i.imgur.com/") + fact.image);
    EXPECT_EQ(cell(campaigns, row, "cta_text"), fact.action);
    EXPECT_EQ(cell(campaigns, row, "offer_id"), fact.offer);
    EXPECT_EQ(cell(campaigns, row, "aff_id"), fact.affiliate);
    EXPECT_EQ(cell(campaigns, row, "active"), "true");
    EXPECT_FALSE(cell(campaigns, row, "description").empty());
    EXPECT_EQ(cell(placed, row, "campaign_id"), fact.name);
    EXPECT_EQ(cell(placed, row, "property_code"), fact.property);
  }
}

TEST_F(Popup, EveryStringIsQuoted) {
  for (const RowSetDocument& one : state.row_sets) {
    for (std::size_t row = 0; row < one.rows->size(); ++row) {
      RowTable::Cursor cursor = one.rows->cursor(row);
      for (const std::string& column : one.rows->columns()) {
        const Cell cell = cursor.next();
        if (!cell.present() || column == "id" || column == "active") continue;
        EXPECT_EQ(cell.kind, CellKind::Text) << to_string(one.rows->where(row)) << " " << column;
      }
    }
  }
}

TEST_F(Popup, PoliciesAreThoseOfTheIssue) {
  const RowSetDocument& campaigns = set("campaigns");
  for (const RowSetDocument& one : state.row_sets) EXPECT_EQ(one.mode, Mode::Enforce);
  EXPECT_EQ(campaigns.policy.dependents, DependentsPolicy::FollowSchema);
  std::string initial;
  for (const Name& name : campaigns.initial) initial += name.text + " ";
  EXPECT_EQ(initial, "logo_url main_image_url description cta_text active ");
  const Matcher& prizies = campaigns.forbidden.at(0).columns.at(0).second;
  EXPECT_EQ(prizies.values.at(0).bytes, "Prizies");
  EXPECT_TRUE(prizies.ignore_case && prizies.trim && prizies.kind == Matcher::Kind::Equals);
  const Reference& reference = set("campaign-properties").references.at(0);
  EXPECT_EQ(reference.row_set + " " + reference.by + " " + reference.to_column, "campaigns name id");
  EXPECT_EQ(set("properties").rows->size(), 4u);
}

}  // namespace
}  // namespace holdfast::testing
