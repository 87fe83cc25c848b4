// The shipped documents and the built program, from an empty folder to a healed database: what a first user sees.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/agent/program.h"

namespace holdfast::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace json = boost::json;

class PopupProgram : public testing::Test {
 protected:
  Finished holdfast(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"-f", HOLDFAST_POPUP, "--database", "popup=sqlite:" + database});
    return run(arguments);
  }

  void apply() const {
    const Finished done = holdfast({"apply"});
    ASSERT_EQ(done.exit, 0) << done.err << done.out;
  }

  // What happened to the first user: a row lost, one changed, Prizies back with analytics, and a user's own campaign.
  void break_in_four_ways() const {
    execute(
        database,
        "DELETE FROM campaigns WHERE name = 'Trading Tips';"
        "UPDATE campaigns SET tune_url = 'https://example.com/wrong' WHERE id = 10;"
        "INSERT INTO campaigns (id, name, tune_url, logo_url, main_image_url) VALUES (13, ' pRiZiEs ', 'a', 'b', 'c');"
        "INSERT INTO clicks (campaign_id, property_code) VALUES (13, 'mff'), (13, 'mff'), (13, 'mmm');"
        "INSERT INTO campaigns (name, tune_url, logo_url, main_image_url) VALUES ('Their own', 'a', 'b', 'c');");
  }

  ScratchFolder folder;
  std::string database = folder / "popup.db";
};

TEST_F(PopupProgram, validate_needs_no_database) {
  const Finished done = run({"validate", "-f", HOLDFAST_POPUP});
  EXPECT_EQ(done.exit, 0);
  EXPECT_THAT(done.out, testing::MatchesRegex("Valid: 1 Database, [0-9]+ RowSets with [0-9]+ rows\\.\n"));
  EXPECT_EQ(done.err, "");
}

TEST_F(PopupProgram, plan_on_a_missing_file_shows_the_inserts_and_creates_nothing) {
  const Finished plan = holdfast({"plan"});
  EXPECT_EQ(plan.exit, 0) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("+ table campaigns would be created by the setup\n"));
  EXPECT_THAT(plan.out, HasSubstr("  + insert name \"Trading Tips\"\n"));
  EXPECT_THAT(plan.out, HasSubstr("Plan: 28 to insert, 0 to update, 0 to delete, 0 blocked.\n"));
  EXPECT_EQ(holdfast({"plan", "--detailed-exitcode"}).exit, 2);
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST_F(PopupProgram, apply_brings_the_twelve_under_their_ids_and_a_second_run_changes_nothing) {
  const Finished first = holdfast({"apply"});
  EXPECT_EQ(first.exit, 0) << first.err << first.out;
  EXPECT_THAT(first.out, HasSubstr("Applied: 28 inserted, 0 updated, 0 deleted, 0 blocked.\nRun "));
  EXPECT_THAT(first.out, HasSubstr("In sync: 12 of 12 declared\n"));
  EXPECT_EQ(query(database, "SELECT group_concat(id) FROM (SELECT id FROM campaigns ORDER BY id)"),
            "1,2,3,4,5,6,7,8,9,10,11,12");
  EXPECT_EQ(query(database, "SELECT name, offer_id, aff_id FROM campaigns WHERE id = 2"), "Trading Tips|6998|43045");
  EXPECT_EQ(query(database, "SELECT count(*) FROM campaign_properties p JOIN campaigns c ON c.id = p.campaign_id"),
            "12");
  const std::string before = dump(database);
  const Finished second = holdfast({"apply"});
  EXPECT_EQ(second.exit, 0) << second.err;
  EXPECT_THAT(second.out, HasSubstr("Applied: nothing to do, everything is in sync.\n"));
  EXPECT_EQ(dump(database), before);
  const Finished plan = holdfast({"plan", "--detailed-exitcode"});
  EXPECT_EQ(plan.exit, 0);
  EXPECT_THAT(plan.out, HasSubstr("Plan: nothing to do, everything is in sync.\n"));
  EXPECT_EQ(dump(database), before);
}

TEST_F(PopupProgram, plan_shows_what_was_broken_and_apply_heals_it) {
  apply();
  break_in_four_ways();
  const std::string broken = dump(database);
  const Finished plan = holdfast({"plan", "--detailed-exitcode"});
  EXPECT_EQ(plan.exit, 2) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("  - delete name \" pRiZiEs \" (id 13), forbidden, and 3 rows of clicks\n"));
  EXPECT_THAT(plan.out, HasSubstr("  ~ update name \"Hulu - Hit Movies, TV and More!\" (id 10)\n"
                                  "      tune_url  \"https://example.com/wrong\" → \"https://track.modemobile.com/"));
  EXPECT_THAT(plan.out, HasSubstr("  + insert name \"Trading Tips\"\n      id "));
  EXPECT_THAT(plan.out, HasSubstr("Plan: 1 to insert, 1 to update, 1 to delete (with 3 dependents), 0 blocked.\n"));
  EXPECT_EQ(dump(database), broken);

  const Finished healed = holdfast({"apply"});
  EXPECT_EQ(healed.exit, 0) << healed.err << healed.out;
  EXPECT_THAT(healed.out, HasSubstr("Applied: 1 inserted, 1 updated, 1 deleted (with 3 dependents), 0 blocked.\n"));
  EXPECT_EQ(query(database, "SELECT name FROM campaigns WHERE id = 2"), "Trading Tips");
  EXPECT_EQ(query(database, "SELECT count(*) FROM campaigns WHERE lower(trim(name)) = 'prizies'"), "0");
  EXPECT_EQ(query(database, "SELECT count(*) FROM clicks"), "0");
  EXPECT_EQ(query(database, "SELECT id FROM campaigns WHERE name = 'Their own'"), "14");
  EXPECT_EQ(holdfast({"plan", "--detailed-exitcode"}).exit, 0);
}

TEST_F(PopupProgram, json_has_the_members_of_the_contract) {
  apply();
  break_in_four_ways();
  const Finished plan = holdfast({"plan", "-o", "json"});
  ASSERT_EQ(plan.exit, 0) << plan.err;
  const json::value planned = json::parse(plan.out);
  EXPECT_EQ(planned.at("hash").as_string().size(), 64u);
  EXPECT_EQ(planned.at("summary").at("delete"), 1);
  EXPECT_EQ(planned.at("summary").at("dependents"), 3);
  const json::value* campaigns = nullptr;
  for (const json::value& set : planned.at("rowsets").as_array()) {
    if (set.at("name") == "campaigns") campaigns = &set;
  }
  ASSERT_NE(campaigns, nullptr);
  EXPECT_EQ(campaigns->at("in_sync"), false);
  std::vector<std::string> actions;
  for (const json::value& change : campaigns->at("changes").as_array()) {
    actions.emplace_back(change.at("action").as_string());
    EXPECT_EQ(change.at("outcome"), "planned");
    EXPECT_TRUE(change.at("reason").is_null());
  }
  EXPECT_THAT(actions, ElementsAre("delete", "update", "insert"));
  const json::value& erase = campaigns->at("changes").at(0);
  EXPECT_EQ(erase.at("class"), "forbidden");
  EXPECT_EQ(erase.at("before").at("id"), 13);
  EXPECT_TRUE(erase.at("after").is_null());
  EXPECT_EQ(erase.at("dependents"), json::parse(R"([{"table": "clicks", "rows": 3}])"));
  const json::value& update = campaigns->at("changes").at(1);
  EXPECT_EQ(update.at("before"), json::parse(R"({"tune_url": "https://example.com/wrong"})"));
  EXPECT_EQ(update.at("after").as_object().size(), 1u);
  EXPECT_EQ(campaigns->at("changes").at(2).at("after").at("id"), 2);

  EXPECT_EQ(json::parse(holdfast({"plan", "-o", "json"}).out).at("hash"), planned.at("hash"));
  const Finished applied = holdfast({"apply", "-o", "json"});
  ASSERT_EQ(applied.exit, 0) << applied.err;
  const json::value done = json::parse(applied.out);
  EXPECT_EQ(done.at("exit"), 0);
  EXPECT_EQ(done.at("run").as_string().size(), 26u);
  EXPECT_EQ(done.at("summary").at("insert"), 1);
}

TEST_F(PopupProgram, markdown_is_for_a_pull_request) {
  const Finished plan = holdfast({"plan", "-o", "markdown"});
  EXPECT_EQ(plan.exit, 0) << plan.err;
  EXPECT_THAT(plan.out, testing::StartsWith("### Holdfast plan: 28 to insert, "));
  EXPECT_THAT(plan.out, HasSubstr("<details><summary><code>campaigns</code>: 12 changes</summary>\n"));
  EXPECT_LT(plan.out.size(), 60'000u);
}

TEST_F(PopupProgram, hostile_values_in_the_database_write_no_escape) {
  apply();
  execute(database,
          "INSERT INTO campaigns (name, tune_url, logo_url, main_image_url) VALUES ('Prizies', "
          "char(27) || '[2J' || char(10) || 'Plan: nothing to do', char(155) || '31m', char(8238) || cast(x'ff1b' AS "
          "TEXT));");
  for (const char* format : {"text", "json", "markdown"}) {
    const Finished plan = holdfast({"plan", "-o", format});
    EXPECT_EQ(plan.exit, 0) << plan.err;
    for (const char* bad : {"\x1b", "\xc2\x9b", "\xe2\x80\xae", "\xff", "\nPlan: nothing"}) {
      EXPECT_THAT(plan.out, Not(HasSubstr(bad))) << format;
    }
  }
}

TEST_F(PopupProgram, is_coloured_only_when_asked_without_a_terminal) {
  EXPECT_THAT(holdfast({"plan"}).out, Not(HasSubstr("\x1b[")));
  EXPECT_THAT(holdfast({"plan", "--color", "always"}).out, HasSubstr("\x1b[32m+ insert\x1b[0m"));
  EXPECT_THAT(holdfast({"plan", "--color", "never"}).out, Not(HasSubstr("\x1b[")));
}

}  // namespace
}  // namespace holdfast::agent
