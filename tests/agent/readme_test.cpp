// README.md is what a new user tries first: its documents, its commands and the errors it shows are tried here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "tests/agent/page.h"
#include "tests/agent/program.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;

class Readme : public testing::Test {
 protected:
  std::string yaml(const std::string& heading) const {
    const auto blocks = code_blocks(section(text, heading), "yaml");
    return blocks.size() == 1 ? blocks[0] : "";
  }

  // One line of a shell block; only what the README uses. The exit code of holdfast, 0 for anything else.
  int type(const std::string& line) {
    const std::string sqlite = "sqlite3 shop.db \"";
    if (line.starts_with(sqlite)) {
      std::string sql = line.substr(sqlite.size(), line.rfind('"') - sqlite.size());
      if (const auto copy = sql.find("copy.db"); copy != std::string::npos) sql.replace(copy, 7, folder / "copy.db");
      execute(folder / "shop.db", sql);
      return 0;
    }
    if (!line.starts_with("holdfast ")) return line == "mkdir -p rows" ? 0 : -1;
    std::istringstream words(line.substr(9, line.find(" #") - 9));
    std::vector<std::string> arguments;
    for (std::string word; words >> word;) arguments.push_back(word);
    Program::Options options;
    options.folder = folder.path();
    last = run(arguments, options);
    return last.exit;
  }

  void type_block(const std::string& block) {
    std::istringstream lines(block);
    for (std::string line; std::getline(lines, line);) EXPECT_EQ(type(line), 0) << line << "\n" << last.err;
  }

  ScratchFolder folder;
  std::string text = page("README.md");
  Finished last;
};

TEST_F(Readme, first_steps_and_use) {
  const std::string steps = "## First steps with your own database";
  const auto commands = code_blocks(section(text, steps), "sh");
  ASSERT_EQ(commands.size(), 4u) << "build, a database, look, apply";
  EXPECT_THAT(commands[0], HasSubstr("export PATH=\"$PWD/build/release/bin:$PATH\""));
  std::string documents = yaml(steps);

  type_block(commands[1]);
  folder.write("rows/shop.yaml", documents);
  type_block(commands[2]);
  EXPECT_THAT(last.out, HasSubstr("delete name \"Test 7\" (id 3), forbidden  (reported: mode is Observe)"));
  EXPECT_THAT(last.out, HasSubstr("update name \"Basic\" (id 2)  (reported: mode is Observe)"));
  EXPECT_THAT(last.out, HasSubstr("insert name \"Pro\"  (reported: mode is Observe)"));
  const std::string before = dump(folder / "shop.db");
  EXPECT_EQ(type("holdfast apply -f rows/"), 2);
  EXPECT_EQ(dump(folder / "shop.db"), before);
  EXPECT_EQ(query(folder / "shop.db", "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%holdfast%'"), "0");

  documents.replace(documents.find("mode: Observe"), 13, "mode: Enforce");
  folder.write("rows/shop.yaml", documents);
  type_block(commands[3]);
  EXPECT_EQ(query(folder / "shop.db", "SELECT name, price FROM plans ORDER BY id"),
            "Free|0\nBasic|990\nTheir own|5\nPro|2900");
  EXPECT_NE(query(folder / "shop.db", "SELECT count(*) FROM _holdfast_changes"), "0");

  const auto use = code_blocks(section(text, "## Using it"), "sh");
  ASSERT_EQ(use.size(), 1u);
  type_block(use[0]);
  EXPECT_EQ(query(folder / "copy.db", "SELECT count(*) FROM plans"), "4");
}

TEST_F(Readme, errors_look_as_it_shows) {
  std::string documents = yaml("## First steps with your own database");
  folder.write("rows/shop.yaml", documents);
  EXPECT_EQ(type("holdfast plan -f rows/"), 1);
  const std::string missing = last.err;
  documents.replace(documents.find("mode: Observe"), 13, "mode: enforce");
  folder.write("rows/shop.yaml", documents);
  EXPECT_EQ(type("holdfast plan -f rows/"), 3);
  const auto shown = code_blocks(section(text, "## Using it"), "text");
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_EQ(last.err.substr(0, last.err.find('\n') + 1) + missing, shown[0]);
}

TEST_F(Readme, its_document_fits_the_popup_database) {
  const std::string database = folder / "popup.db", url = "popup=sqlite:" + database;
  ASSERT_EQ(run({"apply", "-f", HOLDFAST_POPUP, "--database", url}).exit, 0);
  execute(database,
          "INSERT INTO campaigns (id, name, tune_url, logo_url, main_image_url) VALUES (13, ' prizies', 'a', 'b', 'c');"
          "INSERT INTO clicks (campaign_id, property_code) VALUES (13, 'mff');");
  std::string document = yaml("## How documents look");
  folder.write("rows/popup.yaml", document);
  const Finished applied = run({"apply", "-f", folder / "rows", "--database", url});
  EXPECT_EQ(applied.exit, 0) << applied.err;
  EXPECT_THAT(applied.out, HasSubstr("0 inserted, 0 updated, 1 deleted (with 1 dependent), 0 blocked."));
}

TEST_F(Readme, a_forbidden_row_that_others_refer_to_is_blocked_without_its_policy) {
  const std::string database = folder / "popup.db", url = "popup=sqlite:" + database;
  ASSERT_EQ(run({"apply", "-f", HOLDFAST_POPUP, "--database", url}).exit, 0);
  execute(database,
          "INSERT INTO campaigns (id, name, tune_url, logo_url, main_image_url) VALUES (13, ' prizies', 'a', 'b', 'c');"
          "INSERT INTO clicks (campaign_id, property_code) VALUES (13, 'mff');");
  const std::string document = yaml("## How documents look");
  ASSERT_NE(document.find("  policy:\n"), std::string::npos);
  folder.write("rows/popup.yaml", document.substr(0, document.find("  policy:\n")));
  const Finished applied = run({"apply", "-f", folder / "rows", "--database", url});
  EXPECT_EQ(applied.exit, 2) << applied.err;
  EXPECT_THAT(applied.out, HasSubstr("policy.dependents is Restrict"));
  EXPECT_EQ(query(database, "SELECT count(*) FROM campaigns WHERE id = 13"), "1");
}

}  // namespace
}  // namespace holdfast::agent
