// What a new user runs into is told where it is written, in every format, before anything is changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/agent/program.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;

namespace json = boost::json;

class ToldEarly : public testing::Test {
 protected:
  std::string shop(const std::string& set, const std::string& database = "") const {
    folder.write("database.yaml",
                 "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: shop}\nspec:\n  url: "
                 "\"sqlite:shop.db\"\n  setup: |\n    CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, name "
                 "TEXT NOT NULL);\n" +
                     database);
    folder.write("items.yaml",
                 "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: items}\nspec:\n  table: items\n"
                 "  key: [id]\n  mode: Enforce\n" +
                     set);
    return folder / "";
  }
  ScratchFolder folder;
};

TEST_F(ToldEarly, a_separator_that_is_no_comma) {
  struct Row {
    const char* header;
    const char* what;
  };
  for (const Row& one : {Row{"id;name", "a semicolon"}, Row{"id\tname", "a tab"}}) {
    folder.write("rows.csv", std::string(one.header) + "\n1;Pen\n");
    const Finished done = run({"validate", "-f", shop("  rowsFrom: [{file: rows.csv}]\n")});
    EXPECT_EQ(done.exit, 3);
    EXPECT_THAT(done.err, HasSubstr("rows.csv:1:1: the header has one column"));
    EXPECT_THAT(done.err, HasSubstr(std::string("with ") + one.what + " in it (separate values with commas)"));
  }
}

TEST_F(ToldEarly, a_pattern_that_is_none) {
  const Finished done = run({"validate", "-f", shop("  forbidden:\n    - {name: {regex: \"a(b\"}}\n")});
  EXPECT_EQ(done.exit, 3);
  EXPECT_THAT(done.err, HasSubstr("items.yaml:9:14: not a regular expression: missing ): a(b"));
}

TEST_F(ToldEarly, a_query_that_does_not_run_is_not_an_expectation_that_is_not_met) {
  const std::string rows = "  rows: [{id: 1, name: Pen}]\n  expect:\n    - {name: few, query: \"SELECT count(*) FROM ";
  const Finished broken = run({"apply", "-f", shop(rows + "nothing\", atMost: 0}\n"), "-o", "json"});
  EXPECT_THAT(broken.err, HasSubstr("expectation few could not be checked: items: the query does not run"));
  EXPECT_TRUE(json::parse(broken.out).at("expectations").at(0).at("met").is_null());
  const Finished unmet = run({"apply", "-f", shop(rows + "items\", atMost: 0}\n"), "-o", "json"});
  EXPECT_THAT(unmet.err, HasSubstr("expectation not met: items: few is 1, expected at most 0"));
  EXPECT_FALSE(json::parse(unmet.out).at("expectations").at(0).at("met").as_bool());
}

TEST_F(ToldEarly, a_journal_mode_that_would_be_switched) {
  const std::string rows = "  rows: [{id: 1, name: Pen}]\n";
  ASSERT_EQ(run({"apply", "-f", shop(rows)}).exit, 0);
  const std::string where = shop(rows, "  journalMode: Wal\n");
  const Finished plan = run({"plan", "-f", where, "--detailed-exitcode"});
  EXPECT_EQ(plan.exit, 2);
  EXPECT_THAT(plan.out, HasSubstr("~ journal mode of shop would be switched from delete to wal\n"));
  EXPECT_THAT(run({"plan", "-f", where, "-o", "markdown"}).out, HasSubstr("would be switched from delete to wal"));
  EXPECT_EQ(query(folder / "shop.db", "PRAGMA journal_mode"), "delete");
  const Finished apply = run({"apply", "-f", where, "-o", "json"});
  EXPECT_EQ(apply.exit, 0);
  const json::value parsed = json::parse(apply.out);
  EXPECT_EQ(json::serialize(parsed.at("journal_mode")), R"([{"database":"shop","from":"delete","to":"wal"}])");
  EXPECT_EQ(query(folder / "shop.db", "PRAGMA journal_mode"), "wal");
  EXPECT_EQ(run({"plan", "-f", where, "--detailed-exitcode"}).exit, 0);
}

TEST_F(ToldEarly, a_row_that_the_table_would_refuse) {
  const Finished plan = run({"plan", "-f", shop("  rows: [{id: 1}, {id: 2, name: Cup}]\n")});
  EXPECT_THAT(plan.out, HasSubstr("it has no value for name, which must not be null and has no default"));
  EXPECT_THAT(plan.out, HasSubstr("Plan: 1 to insert, 0 to update, 0 to delete, 0 blocked, 1 failed."));
  EXPECT_EQ(run({"apply", "-f", folder / ""}).exit, 1);
  EXPECT_EQ(query(folder / "shop.db", "SELECT name FROM items"), "Cup");
}

TEST_F(ToldEarly, mistakes_are_told_to_programs_as_well) {
  struct Row {
    const char* set;
    const char* message;
  };
  const Row rows[] = {
      {"  rows: [{id: 1, name: Pen}]\n  modee: x\n", "spec has no field \"modee\""},  // seen without the database
      {"  rows: [{id: 1, nmae: Pen}]\n", "table items has no column \"nmae\""},       // seen with it
  };
  for (const Row& one : rows) {
    for (const char* command : {"plan", "apply"}) {
      const Finished done = run({command, "-f", shop(one.set), "-o", "json"});
      EXPECT_EQ(done.exit, 3);
      const json::value parsed = json::parse(done.out);
      EXPECT_FALSE(parsed.at("valid").as_bool());
      EXPECT_THAT(std::string(parsed.at("errors").at(0).at("message").as_string()), HasSubstr(one.message));
      EXPECT_THAT(std::string(parsed.at("errors").at(0).at("file").as_string()), HasSubstr("items.yaml"));
      EXPECT_THAT(done.err, HasSubstr(one.message));
      const Finished markdown = run({command, "-f", shop(one.set), "-o", "markdown"});
      EXPECT_THAT(markdown.out, HasSubstr("### Holdfast: the documents are invalid, 1 error\n\n- "));
      EXPECT_EQ(run({command, "-f", shop(one.set)}).out, "");
    }
  }
}

}  // namespace
}  // namespace holdfast::agent
