// `holdfast init` as a user runs it: what it writes about a live database, and that a plan of it finds nothing to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "agent/commands/given_database.h"
#include "tests/agent/program.h"

namespace holdfast::agent {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class InitProgram : public testing::Test {
 protected:
  Finished holdfast(const std::vector<std::string>& arguments,
                    std::map<std::string, std::string> environment = {}) const {
    Program::Options options;
    options.folder = folder.path();
    options.environment = std::move(environment);
    return run(arguments, options);
  }
  Finished init(std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.begin(), {"init", "sqlite:popup.db"});
    return holdfast(arguments);
  }
  void expect_in_sync(const std::string& rows = "rows") const {
    const Finished plan = holdfast({"plan", "-f", rows, "--detailed-exitcode"});
    EXPECT_EQ(plan.exit, 0) << plan.out << plan.err;
    EXPECT_THAT(plan.out, EndsWith("Plan: nothing to do, everything is in sync.\n"));
    EXPECT_EQ(plan.err, "");
  }
  std::string text(const std::string& file) const {
    std::ifstream in(folder / file, std::ios::binary);
    std::ostringstream whole;
    whole << in.rdbuf();
    return whole.str();
  }
  std::vector<std::string> written(const std::string& rows = "rows") const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path() / rows)) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  ScratchFolder folder;
  std::string database = folder / "popup.db";
};

class PopupInit : public InitProgram {
 protected:
  // The popup database in use: the twelve campaigns, one that a user made, clicks.
  PopupInit() {
    const Finished applied = holdfast({"apply", "-f", HOLDFAST_POPUP, "--database", "popup=sqlite:popup.db"});
    EXPECT_EQ(applied.exit, 0) << applied.err;
    execute(database,
            "INSERT INTO campaigns (name, tune_url, logo_url, main_image_url) VALUES ('Their own', 'a', 'b', 'c');"
            "INSERT INTO campaign_properties (campaign_id, property_code) VALUES (13, 'mmd');"
            "INSERT INTO clicks (campaign_id, property_code) VALUES (1, 'mmm'), (13, 'mmd');"
            "INSERT INTO impressions (campaign_id, property_code) VALUES (13, 'mmd');");
  }
};

TEST_F(PopupInit, a_plan_of_what_it_wrote_finds_nothing_to_do) {
  const Finished done = init();
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(done.err, "");
  EXPECT_THAT(done.out, StartsWith("Wrote rows/database.yaml and 3 tables:\n"
                                   "  rows/campaign_properties.yaml  13 rows, found by campaign_id, property_code\n"
                                   "  rows/campaigns.yaml            13 rows, found by name\n"
                                   "  rows/properties.yaml           4 rows, found by code\n"
                                   "Left out:\n"));
  EXPECT_THAT(done.out,
              HasSubstr("  clicks, conversions, impressions: by the look of it rows that the application only "
                        "adds; --tables takes them in\n"));
  EXPECT_THAT(done.out, HasSubstr("_holdfast_runs, "));
  EXPECT_THAT(done.out, HasSubstr("  sqlite_sequence: the database's own\n"));
  EXPECT_THAT(done.out, HasSubstr("Nothing was written to the database. Next:\n  holdfast plan -f rows "));
  EXPECT_THAT(written(), ElementsAre("campaign_properties.yaml", "campaigns.yaml", "database.yaml", "properties.yaml"));
  const Finished validated = holdfast({"validate", "-f", "rows"});
  EXPECT_EQ(validated.out, "Valid: 1 Database, 3 RowSets with 30 rows.\n");
  expect_in_sync();
}

TEST_F(PopupInit, it_only_reads) {
  const std::string before = text("popup.db");
  const std::vector<std::string> files = folder.names();
  EXPECT_EQ(init({"--out", "a/b/rows"}).exit, 0);
  EXPECT_EQ(text("popup.db"), before);
  std::vector<std::string> more = files;
  more.insert(more.begin(), "a");
  EXPECT_EQ(folder.names(), more);
  expect_in_sync("a/b/rows");
}

TEST_F(PopupInit, the_document_of_a_table_that_is_referred_to) {
  ASSERT_EQ(init().exit, 0);
  const std::string campaigns = text("rows/campaigns.yaml");
  EXPECT_THAT(
      campaigns,
      StartsWith("# 13 rows of the table campaigns, written down as they were found.\n"
                 "# Observe only tells what differs, and changes nothing. Once a plan says what you expect, "
                 "write mode: Enforce.\n"
                 "apiVersion: holdfast.dev/v1alpha1\n"
                 "kind: RowSet\n"
                 "metadata: {name: campaigns}\n"
                 "spec:\n"
                 "  databaseRef: {name: popup}\n"
                 "  table: campaigns\n"
                 "  # Rows are found by name: no two of them share one today, though nothing in the schema says so.\n"
                 "  key: [name]\n"
                 "  mode: Observe\n"
                 "  # Judged by their names, people edit these in the application: they are written when a row is "
                 "inserted and are theirs\n"
                 "  # afterwards. Take out of the list what the documents should decide.\n"
                 "  initial: [logo_url, main_image_url, description, cta_text, active, featured]\n"
                 "  policy:\n"
                 "    # Where a row has to be deleted, rows that refer to it follow, as the schema says: "
                 "campaign_properties (ON DELETE\n"
                 "    # CASCADE), clicks (ON DELETE CASCADE), conversions (ON DELETE CASCADE), impressions (ON "
                 "DELETE CASCADE).\n"
                 "    dependents: FollowSchema\n"
                 "  # Left out of the rows, so that nobody here looks after them: created_at, updated_at (kept by "
                 "the application);\n"
                 "  # partner_name, advertiser_name, creative_file (no row has a value).\n"
                 "  rows:\n"
                 "    - id: 1\n"
                 "      name: \"Money.com - Online Stock Brokers\"\n"));
  EXPECT_THAT(campaigns, HasSubstr("      name: \"Hulu - Hit Movies, TV and More!\"\n"));
  EXPECT_THAT(campaigns, HasSubstr("      offer_id: \"7521\"\n"));
  EXPECT_THAT(campaigns, HasSubstr("      payout_amount: 0.45\n"));
  EXPECT_THAT(campaigns, HasSubstr("    - id: 13\n      name: \"Their own\"\n"));
}

TEST_F(PopupInit, references_give_names) {
  ASSERT_EQ(init().exit, 0);
  const std::string links = text("rows/campaign_properties.yaml");
  EXPECT_THAT(links, HasSubstr("  key: [campaign_id, property_code]\n"));
  EXPECT_THAT(links, HasSubstr("    campaign_id: {rowSet: campaigns, by: name, column: id}\n"));
  EXPECT_THAT(links, HasSubstr("campaign_id: \"Trend'n Daily\"\n"));
  EXPECT_THAT(links, Not(HasSubstr("campaign_id: 1")));
  EXPECT_THAT(links, Not(HasSubstr("policy")));
}

TEST_F(PopupInit, an_orphan_keeps_ids_in_its_table) {
  execute(database, "INSERT INTO campaign_properties (campaign_id, property_code) VALUES (99, 'mmm')");
  ASSERT_EQ(init().exit, 0);
  const std::string links = text("rows/campaign_properties.yaml");
  EXPECT_THAT(links, HasSubstr("  # campaign_id holds ids: not every value leads to a row of campaigns that a document "
                               "can name (1 does not).\n"));
  EXPECT_THAT(links, HasSubstr("campaign_id: 99"));
  EXPECT_THAT(links, Not(HasSubstr("references")));
  expect_in_sync();
}

TEST_F(PopupInit, every_later_change_is_drift) {
  ASSERT_EQ(init().exit, 0);
  for (const std::string change :
       {"UPDATE campaigns SET tune_url = 'x' WHERE id = 3", "DELETE FROM campaigns WHERE id = 13",
        "UPDATE properties SET domain = NULL WHERE code = 'mff'",
        "UPDATE campaign_properties SET visibility_percentage = 50 WHERE id = 2"}) {
    SCOPED_TRACE(change);
    execute(database, change);
    EXPECT_EQ(holdfast({"plan", "-f", "rows", "--detailed-exitcode"}).exit, 2);
    ASSERT_EQ(init({"--out", "again-" + std::to_string(folder.names().size())}).exit, 0);
    std::filesystem::remove_all(folder.path() / "rows");
    ASSERT_EQ(init().exit, 0);
    expect_in_sync();
  }
}

TEST_F(PopupInit, what_people_edit_is_no_drift) {
  ASSERT_EQ(init().exit, 0);
  execute(database,
          "UPDATE campaigns SET description = 'theirs', active = 0, cta_text = NULL, updated_at = 'later' WHERE id = 3;"
          "INSERT INTO clicks (campaign_id, property_code) VALUES (3, 'mmm');"
          "INSERT INTO campaigns (name, tune_url, logo_url, main_image_url) VALUES ('New', 'a', 'b', 'c')");
  expect_in_sync();
}

TEST_F(PopupInit, no_file_is_overwritten) {
  folder.write("rows/properties.yaml", "mine\n");
  const std::string before = dump(database);
  const Finished refused = init();
  EXPECT_EQ(refused.exit, 1);
  EXPECT_EQ(refused.out, "");
  EXPECT_EQ(refused.err,
            "error: the file is there already: rows/properties.yaml: move it away, or name another folder with --out; "
            "nothing was written\n");
  EXPECT_THAT(written(), ElementsAre("properties.yaml"));
  EXPECT_EQ(text("rows/properties.yaml"), "mine\n");
  EXPECT_EQ(dump(database), before);
}

// README's first steps leave rows/shop.yaml, and the tutorial goes on with init: a folder with two Databases shop was
// written, no plan of which was possible, although the last line promised one.
TEST_F(PopupInit, a_folder_with_documents_is_left_alone) {
  const std::string database_document =
      "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: NAME}\nspec: {url: sqlite:../popup.db}\n";
  const std::string row_set =
      "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: mine}\n"
      "spec: {table: campaigns, key: [name], mode: Observe, rows: [{name: x}]}\n";
  std::string other = database_document, same = database_document;
  other.replace(other.find("NAME"), 4, "shop");
  same.replace(same.find("NAME"), 4, "popup");
  struct Row {
    std::string there, err;
  };
  const Row table[] = {
      {same, "the folder declares the Database \"popup\" already: rows/own.yaml: "},
      {other, "the folder declares the Database \"shop\" already: rows/own.yaml: "},
      {same + "---\n" + row_set, "the folder declares the Database \"popup\" already: rows/own.yaml: "},
      {row_set, "the folder declares the RowSet \"mine\" already: rows/own.yaml: "},
      {"services: {}\n", "a file that is there is no valid document: "},
  };
  for (const Row& row : table) {
    SCOPED_TRACE(row.there);
    folder.write("rows/own.yaml", row.there);
    const Finished refused = init();
    EXPECT_EQ(refused.exit, 1);
    EXPECT_EQ(refused.out, "");
    EXPECT_THAT(refused.err, StartsWith("error: " + row.err));
    EXPECT_THAT(refused.err, HasSubstr("rows/own.yaml"));
    EXPECT_THAT(refused.err, EndsWith("write into another folder with --out OTHER; nothing was written\n"));
    EXPECT_THAT(written(), ElementsAre("own.yaml"));
  }
  EXPECT_EQ(init({"--out", "other"}).exit, 0);
  expect_in_sync("other");
}

// Files that nobody reads as documents are in nobody's way.
TEST_F(PopupInit, a_folder_with_other_files_is_used) {
  folder.write("rows/notes.txt", "mine\n");
  folder.write("rows/older/database.yaml", "mine\n");
  EXPECT_EQ(init().exit, 0);
  expect_in_sync();
}

TEST_F(PopupInit, only_the_tables_that_are_named) {
  const Finished done = init({"--tables", "CLICKS,properties"});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_THAT(written(), ElementsAre("clicks.yaml", "database.yaml", "properties.yaml"));
  EXPECT_THAT(done.out, Not(HasSubstr("Left out")));
  EXPECT_THAT(
      text("rows/clicks.yaml"),
      HasSubstr(
          "  # Rows are found by the primary key: nothing else tells each of them from the others.\n  key: [id]\n"));
  EXPECT_THAT(text("rows/clicks.yaml"), HasSubstr("campaign_id: 1"));
  expect_in_sync();
}

TEST_F(PopupInit, with_the_setup_a_lost_database_is_made_anew) {
  ASSERT_EQ(init({"--setup"}).exit, 0);
  expect_in_sync();
  EXPECT_THAT(text("rows/database.yaml"),
              HasSubstr("  setup: |\n    CREATE TABLE IF NOT EXISTS campaign_properties (\n"));
  const std::string columns =
      "SELECT id, name, tune_url, logo_url, main_image_url, description, cta_text, active, offer_id, "
      "aff_id, featured, payout_amount FROM campaigns ORDER BY id";
  const std::string before = query(database, columns);
  for (const std::string name : {"campaigns", "campaign_properties", "properties"}) {
    std::string document = text("rows/" + name + ".yaml");
    const std::size_t mode = document.find("mode: Observe\n");
    folder.write("rows/" + name + ".yaml", document.replace(mode, 13, "mode: Enforce"));
  }
  std::filesystem::remove(database);
  const Finished healed = holdfast({"apply", "-f", "rows"});
  EXPECT_EQ(healed.exit, 0) << healed.err << healed.out;
  EXPECT_EQ(query(database, columns), before);
  EXPECT_EQ(query(database, "SELECT count(*) FROM campaign_properties p JOIN campaigns c ON c.id = p.campaign_id"),
            "13");
}

TEST_F(PopupInit, the_url_means_the_same_from_the_folder) {
  std::filesystem::create_directories(folder.path() / "some/where");
  std::filesystem::create_directory_symlink("some/where", folder.path() / "link");
  struct Row {
    std::string url, out, want;
  };
  const Row table[] = {
      {"sqlite:popup.db", "rows", "sqlite:../popup.db"},
      {"sqlite:./popup.db", "a/b/", "sqlite:../../popup.db"},
      {"sqlite:a/../popup.db", ".", "sqlite:a/../popup.db"},
      {"sqlite:popup.db", "link/rows", "sqlite:../../../popup.db"},
      {"sqlite:" + database, "absolute", "sqlite:" + database},
      {"sqlite:${HERE}/popup.db", "variable", "sqlite:${HERE}/popup.db"},
      {"sqlite:${NAME:-popup.db}", "", ""},
      {"sqlite:./${DOT:-.}/popup.db", "dot", "sqlite:../${DOT:-.}/popup.db"},
      {"${WHOLE}", "whole", "${WHOLE}"},
  };
  const std::map<std::string, std::string> environment = {{"HERE", folder.path().string()},
                                                          {"WHOLE", "sqlite:" + database}};
  for (const Row& row : table) {
    SCOPED_TRACE(row.url + " " + row.out);
    const Finished done = holdfast({"init", row.url, "--out", row.want.empty() ? "none" : row.out}, environment);
    if (row.want.empty()) {
      EXPECT_EQ(done.exit, 64);
      EXPECT_THAT(done.err, HasSubstr("error: the URL's variable holds a relative path: "));
      continue;
    }
    EXPECT_EQ(done.exit, 0) << done.err;
    EXPECT_THAT(text(row.out + "/database.yaml"), HasSubstr("  url: \"" + row.want + "\"\n"));
    const Finished plan = holdfast({"plan", "-f", row.out, "--detailed-exitcode"}, environment);
    EXPECT_EQ(plan.exit, 0) << plan.err;
  }
}

TEST_F(InitProgram, what_cannot_be_done_is_said) {
  execute(database, "CREATE TABLE campaigns (name TEXT); CREATE VIEW shown AS SELECT * FROM campaigns");
  struct Row {
    std::vector<std::string> arguments;
    int exit;
    std::string err;
  };
  const Row table[] = {
      {{"init"}, 64, "error: no URL given: init: say where the database is: holdfast init sqlite:PATH\n"},
      {{"init", "popup.db"}, 64, "error: the URL has no scheme: the URL of the command line: sqlite:PATH, "},
      {{"init", "sqlite:${NOT_SET}"}, 64, "error: the environment variable NOT_SET is not set: "},
      {{"init", "sqlite:missing.db"}, 1, "error: the database file is not there: missing ("},
      {{"init", "sqlite:missing.db"},
       1,
       "error: the database file is not there: missing (" + folder / "missing.db" +
           "): check the path; init makes no database\n"},
      {{"init", "postgres://u:hidden@h/shop"}, 1, "error: unsupported engine: shop (postgres://u:***@h/shop)"},
      {{"init", "sqlite:popup.db", "--tables", "campaings"}, 1, "error: there is no table \"campaings\": popup ("},
      {{"init", "sqlite:popup.db", "--tables", "shown"},
       1,
       "error: the table \"shown\" cannot be written down (a view): "},
      {{"init", "sqlite:popup.db", "--tables", ","}, 64, "error: wrong value: --tables: "},
      {{"init", "sqlite:popup.db", "--out", "popup.db"},
       1,
       "error: cannot make the folder (Not a directory): popup.db: "},
      {{"init", "sqlite:popup.db", "-f", "x"}, 64, "error: a URL and documents: init: "},
      {{"init", "sqlite:popup.db", "-o", "json"},
       64,
       "error: init writes YAML and CSV files: --output: leave it out\n"},
      {{"init", "sqlite:popup.db", "more"},
       64,
       "error: unexpected argument \"more\": init: see holdfast init --help\n"},
  };
  for (const Row& row : table) {
    SCOPED_TRACE(testing::PrintToString(row.arguments));
    const Finished done = holdfast(row.arguments);
    EXPECT_EQ(done.exit, row.exit);
    EXPECT_THAT(done.err, StartsWith(row.err));
    EXPECT_THAT(done.err, Not(HasSubstr("hidden")));
    EXPECT_EQ(done.out, "");
    EXPECT_THAT(folder.names(), ElementsAre("popup.db"));
  }
}

TEST(WithoutDocument, no_hint_speaks_of_one) {
  const std::pair<const char*, const char*> table[] = {
      {"another process kept the lock longer than lockTimeout (10s); shorten its transactions, or raise lockTimeout of "
       "the Database",
       "another process kept the lock too long (10s); shorten its transactions, or run it again when it is done"},
      {"another process keeps the lock longer than lockTimeout; shorten its transactions or raise lockTimeout",
       "another process keeps the lock too long; shorten its transactions or run it again when it is done"},
      {"check the path in the Database's url", "check the path in the URL"},
      {"restore it from a backup", "restore it from a backup"},
  };
  for (const auto& [with, without] : table) {
    EXPECT_EQ(without_document({ErrorKind::Transient, "what", "where", with}).hint, without);
  }
}

TEST_F(InitProgram, a_database_without_tables_is_said) {
  execute(database, "PRAGMA user_version = 1");
  const Finished done = init();
  EXPECT_EQ(done.exit, 1);
  EXPECT_THAT(done.err, StartsWith("error: there is no table to write down: popup ("));
  EXPECT_THAT(done.err, EndsWith("): the database is empty\n"));
}

TEST_F(InitProgram, many_rows_go_to_a_csv_file) {
  execute(database,
          "CREATE TABLE words (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, size REAL, raw, flag BOOLEAN);"
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001) "
          "INSERT INTO words SELECT i, 'a \"word\", ' || i || char(10), i / 8.0, CASE i % 4 WHEN 0 THEN NULL WHEN 1 "
          "THEN '' "
          "WHEN 2 THEN i ELSE '007' END, i % 2 FROM n;"
          "UPDATE words SET raw = x'00ff' WHERE id IN (7, 900); UPDATE words SET size = 9e999 WHERE id = 8");
  const Finished done = init();
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("  rows/words.yaml  1,001 rows, found by name; 998 of them in words.csv\n"));
  EXPECT_THAT(written(), ElementsAre("database.yaml", "words.csv", "words.yaml"));
  EXPECT_THAT(text("rows/words.csv"),
              StartsWith("\"id\",\"name\",\"size\",\"raw\",\"flag\"\n1,\"a \"\"word\"\", 1\n\",0.125,\"\",true\n"));
  const std::string document = text("rows/words.yaml");
  EXPECT_THAT(document, HasSubstr("  rowsFrom:\n    - file: words.csv\n"));
  EXPECT_THAT(document, HasSubstr("raw: !!binary \"AP8=\""));
  EXPECT_THAT(document, HasSubstr("- {id: 8, name: \"a \\\"word\\\", 8\\n\", raw: null, flag: false}\n"))
      << "an infinite number is not named";
  EXPECT_THAT(document, HasSubstr("  # 1 value left out: "));
  expect_in_sync();
  execute(database, "UPDATE words SET raw = 7 WHERE id = 1000");
  EXPECT_EQ(holdfast({"plan", "-f", "rows", "--detailed-exitcode"}).exit, 2);
}

TEST_F(InitProgram, a_thousand_rows_stay_in_the_document) {
  execute(database,
          "CREATE TABLE words (name TEXT PRIMARY KEY); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
          "WHERE i < 1000) INSERT INTO words SELECT i FROM n");
  EXPECT_EQ(init().exit, 0);
  EXPECT_THAT(written(), ElementsAre("database.yaml", "words.yaml"));
  expect_in_sync();
}

TEST_F(InitProgram, in_wal_mode_nothing_is_left_behind) {
  execute(database,
          "PRAGMA journal_mode = WAL; CREATE TABLE words (name TEXT PRIMARY KEY); INSERT INTO words VALUES ('a')");
  const std::string before = text("popup.db");
  EXPECT_EQ(init().exit, 0);
  EXPECT_THAT(folder.names(), ElementsAre("popup.db", "rows"));
  EXPECT_EQ(text("popup.db"), before);
  expect_in_sync();
}

TEST_F(InitProgram, columns_that_look_like_secrets_are_left_out) {
  execute(database,
          "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE NOT NULL, password_hash TEXT, api_key TEXT "
          "NOT NULL "
          "DEFAULT '', plan TEXT); INSERT INTO users VALUES (1, 'a@example.com', 'hunter2', 'sk-123', 'free')");
  EXPECT_EQ(init().exit, 0);
  const std::string users = text("rows/users.yaml");
  EXPECT_THAT(users, HasSubstr("password_hash, api_key (looks like a secret, which does\n"));
  EXPECT_THAT(users, HasSubstr("- {id: 1, email: \"a@example.com\", plan: \"free\"}\n"));
  EXPECT_THAT(users, Not(HasSubstr("hunter2")));
  EXPECT_THAT(users, Not(HasSubstr("sk-123")));
  expect_in_sync();
}

TEST_F(InitProgram, views_and_virtual_tables_are_left_out_by_name) {
  execute(database,
          "CREATE TABLE words (name TEXT PRIMARY KEY); CREATE VIEW shown AS SELECT * FROM words; CREATE VIRTUAL TABLE "
          "found "
          "USING fts5(x); CREATE TABLE doubles (a); INSERT INTO doubles VALUES (1), (1)");
  const Finished done = init();
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("  found: a virtual table\n"));
  EXPECT_THAT(
      done.out,
      HasSubstr("  found_config, found_content, found_data, found_docsize, found_idx: kept by a virtual table\n"));
  EXPECT_THAT(done.out, HasSubstr("  shown: a view\n"));
  EXPECT_THAT(done.out, HasSubstr("  doubles: has rows that nothing tells apart\n"));
  EXPECT_THAT(written(), ElementsAre("database.yaml", "words.yaml"));
  const Finished named = init({"--tables", "doubles", "--out", "other"});
  EXPECT_EQ(named.exit, 1);
  EXPECT_THAT(named.err, StartsWith("error: the table \"doubles\" has rows that nothing tells apart: "));
}

}  // namespace
}  // namespace holdfast::agent
