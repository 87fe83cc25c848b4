// The built program against small documents and real files: exit codes, streams, flags, and what is written where.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <csignal>

#include "tests/agent/program.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace json = boost::json;

constexpr const char* database_document = R"(apiVersion: holdfast.dev/v1alpha1
kind: Database
metadata: {name: shop}
spec:
  url: "sqlite:shop.db"
  setup: |
    CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price DECIMAL, email TEXT);
)";

std::string items(const std::string& rows, const std::string& more = {}, const std::string& mode = "Enforce") {
  return "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: items}\nspec:\n  table: items\n"
         "  key: [name]\n  mode: " +
         mode + "\n" + more + "  rows:\n" + rows;
}

const std::string two_rows = "    - {id: 1, name: \"Pen\", price: 1.5}\n    - {id: 2, name: \"Cup\", price: 4}\n";

class BuiltProgram : public testing::Test {
 protected:
  std::string shop(const std::string& set) const {
    folder.write("docs/database.yaml", database_document);
    folder.write("docs/items.yaml", set);
    return folder / "docs";
  }
  const std::string& database() const { return database_; }

  ScratchFolder folder;

 private:
  std::string database_ = folder / "docs/shop.db";
};

TEST_F(BuiltProgram, a_relative_path_is_relative_to_the_document) {
  const Finished done = run({"apply", "-f", shop(items(two_rows))});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(query(database(), "SELECT id, name, price FROM items ORDER BY id"), "1|Pen|1.5\n2|Cup|4");
}

TEST_F(BuiltProgram, several_files_are_one_desired_state) {
  shop(items(two_rows));
  const Finished done = run({"apply", "-f", folder / "docs/items.yaml", "-f", folder / "docs/database.yaml"});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(query(database(), "SELECT count(*) FROM items"), "2");
}

TEST_F(BuiltProgram, documents_come_from_the_environment_as_well) {
  shop(items(two_rows));
  Program::Options options;
  options.environment = {{"HOLDFAST_FILES", (folder / "docs/items.yaml") + ":" + (folder / "docs/database.yaml")}};
  EXPECT_EQ(run({"apply"}, options).exit, 0);
  EXPECT_EQ(query(database(), "SELECT count(*) FROM items"), "2");
}

TEST_F(BuiltProgram, a_database_of_the_command_line_is_relative_to_the_current_folder) {
  const std::string documents = shop(items(two_rows));
  Program::Options options;
  options.folder = folder.path();
  const Finished done = run({"apply", "-f", documents, "--database", "shop=sqlite:other.db"}, options);
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(query(folder / "other.db", "SELECT count(*) FROM items"), "2");
  EXPECT_FALSE(std::filesystem::exists(database()));
}

// A pull request's check has a copy of the database, and none of the service's variables.
TEST_F(BuiltProgram, a_database_of_the_command_line_needs_no_variable_of_the_document) {
  const std::string documents = shop(items(two_rows));
  folder.write(
      "docs/database.yaml",
      "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: shop}\n"
      "spec: {url: \"sqlite:${HOLDFAST_TEST_UNSET}/shop.db\", setup: \"CREATE TABLE IF NOT EXISTS items (id INTEGER "
      "PRIMARY KEY, name TEXT, price REAL)\"}\n");
  EXPECT_EQ(run({"validate", "-f", documents}).exit, 3);
  const std::string url = "shop=sqlite:" + (folder / "a $copy.db");
  const Finished done = run({"apply", "-f", documents, "--database", url});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(query(folder / "a $copy.db", "SELECT count(*) FROM items"), "2");
}

TEST_F(BuiltProgram, a_database_that_no_document_knows_is_wrong_usage) {
  const Finished done = run({"plan", "-f", shop(items(two_rows)), "--database", "shp=sqlite:other.db"});
  EXPECT_EQ(done.exit, 64);
  EXPECT_EQ(done.err, "error: there is no such Database: --database \"shp\": the documents have shop\n");
}

TEST_F(BuiltProgram, broken_documents_end_with_3_and_change_nothing) {
  const std::string documents = shop(items("    - {id: 1, name: \"Pen\", prize: 1.5}\n    - {id: x, name: \"Cup\"}\n"));
  for (const char* command : {"plan", "apply"}) {
    const Finished done = run({command, "-f", documents});
    EXPECT_EQ(done.exit, 3);
    EXPECT_EQ(done.out, "");
    EXPECT_THAT(done.err, testing::ContainsRegex("error: [^\n]*items\\.yaml:9:[0-9]+: [^\n]*prize[^\n]*price"));
    EXPECT_THAT(done.err, testing::EndsWith("; nothing was changed\n"));
  }
  EXPECT_FALSE(std::filesystem::exists(database()));
}

TEST_F(BuiltProgram, G6_documents_that_are_not_there_or_empty_change_nothing) {
  shop(items(two_rows));
  ASSERT_EQ(run({"apply", "-f", folder / "docs"}).exit, 0);
  const std::string before = dump(database());
  folder.write("empty/readme.txt", "nothing here");
  folder.write("blank.yaml", "");
  folder.write("half.yaml",
               "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: items}\nspec:\n  rows: [{na");
  for (const char* path : {"not-there", "empty", "blank.yaml", "half.yaml"}) {
    const Finished done = run({"apply", "-f", folder / path});
    EXPECT_EQ(done.exit, 3) << path << done.out;
    EXPECT_THAT(done.err, StartsWith("error: ")) << path;
  }
  EXPECT_EQ(dump(database()), before);
}

TEST_F(BuiltProgram, validate_lists_every_mistake_as_text_and_as_json) {
  folder.write(
      "a.yaml",
      "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: a}\nspec: {tabel: t, mode: enforce}\n");
  const Finished text = run({"validate", "-f", folder / "a.yaml"});
  EXPECT_EQ(text.exit, 3);
  EXPECT_EQ(text.out, "");
  EXPECT_THAT(text.err, HasSubstr("error: " + (folder / "a.yaml") + ":4:8: "));
  EXPECT_THAT(text.err, testing::ContainsRegex("\n[0-9]+ errors\n$"));
  const Finished parsed = run({"validate", "-f", folder / "a.yaml", "-o", "json"});
  EXPECT_EQ(parsed.exit, 3);
  EXPECT_EQ(parsed.err, "");
  const json::value list = json::parse(parsed.out);
  EXPECT_EQ(list.at("valid"), false);
  EXPECT_GE(list.at("errors").as_array().size(), 2u);
  const json::object& first = list.at("errors").at(0).as_object();
  EXPECT_EQ(first.at("file").as_string(), folder / "a.yaml");
  EXPECT_EQ(first.at("line"), 4);
  EXPECT_EQ(first.at("column"), 7);
  for (const char* member : {"message", "hint"}) EXPECT_TRUE(first.at(member).is_string());
}

TEST_F(BuiltProgram, validate_of_sound_documents_as_json) {
  const Finished done = run({"validate", "-f", shop(items(two_rows)), "-o", "json"});
  EXPECT_EQ(done.exit, 0);
  EXPECT_EQ(json::parse(done.out).at("valid"), true);
  EXPECT_EQ(json::parse(done.out).at("errors"), json::array());
}

TEST_F(BuiltProgram, observe_reports_and_ends_with_2) {
  const std::string documents = shop(items(two_rows));
  ASSERT_EQ(run({"apply", "-f", documents}).exit, 0);
  execute(database(), "DELETE FROM items WHERE id = 2");
  folder.write("docs/items.yaml", items(two_rows, {}, "Observe"));
  const Finished done = run({"apply", "-f", documents});
  EXPECT_EQ(done.exit, 2) << done.err;
  EXPECT_THAT(done.out, HasSubstr("  + insert name \"Cup\"  (reported: mode is Observe)\n"));
  EXPECT_THAT(done.out, HasSubstr("  next: set mode: Enforce when these are to be corrected\n"));
  EXPECT_EQ(query(database(), "SELECT count(*) FROM items"), "1");
  EXPECT_EQ(run({"plan", "-f", documents}).exit, 0);
  EXPECT_EQ(run({"plan", "-f", documents, "--detailed-exitcode"}).exit, 2);
}

TEST_F(BuiltProgram, a_missing_file_without_setup_is_a_failure) {
  folder.write(
      "docs/database.yaml",
      "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: shop}\nspec: {url: \"sqlite:shop.db\"}\n");
  folder.write("docs/items.yaml", items(two_rows));
  for (const char* command : {"plan", "apply"}) {
    const Finished done = run({command, "-f", folder / "docs"});
    EXPECT_EQ(done.exit, 1);
    EXPECT_THAT(done.err, StartsWith("error: "));
    EXPECT_THAT(done.err, HasSubstr("shop.db"));
  }
  EXPECT_FALSE(std::filesystem::exists(database()));
}

// Documents with a setup make the file when they are applied. Whoever forgets --database, or stands in another folder,
// was told that no run had changed anything yet.
TEST_F(BuiltProgram, a_database_that_is_not_there_is_no_empty_history) {
  const std::string documents = shop(items(two_rows));
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"history"}, {"undo", "last"}, {"release"}}) {
    std::vector<std::string> arguments = command;
    arguments.insert(arguments.end(), {"-f", documents});
    const Finished done = run(arguments);
    EXPECT_EQ(done.exit, 1) << command.front();
    EXPECT_EQ(done.out, "");
    EXPECT_EQ(done.err,
              "error: the database file is not there: shop (" + database() +
                  "): check the Database's url, or name the file with --database NAME=URL; apply makes it, with "
                  "a setup\n");
  }
  ASSERT_EQ(run({"apply", "-f", documents}).exit, 0);
  EXPECT_EQ(run({"history", "-f", documents}).exit, 0);
}

TEST_F(BuiltProgram, G10_other_engines_are_refused_without_showing_the_password) {
  for (const char* url : {"postgres://user:s3cr3t@host/db", "mysql://user:s3cr3t@host/db"}) {
    folder.write("docs/database.yaml",
                 "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: shop}\nspec: {url: \"" +
                     std::string(url) + "\"}\n");
    folder.write("docs/items.yaml", items(two_rows));
    const Finished valid = run({"validate", "-f", folder / "docs"});
    EXPECT_EQ(valid.exit, 0) << valid.err;
    for (const char* format : {"text", "json", "markdown"}) {
      const Finished plan = run({"plan", "-f", folder / "docs", "-o", format});
      EXPECT_EQ(plan.exit, 1);
      EXPECT_THAT(plan.err, StartsWith("error: unsupported engine: shop ("));
      EXPECT_THAT(plan.out + plan.err, Not(HasSubstr("s3cr3t")));
    }
    const Finished apply = run({"apply", "-f", shop(items(two_rows)), "--database", "shop=" + std::string(url)});
    EXPECT_EQ(apply.exit, 1);
    EXPECT_THAT(apply.out + apply.err, Not(HasSubstr("s3cr3t")));
  }
}

TEST_F(BuiltProgram, G10_sensitive_columns_are_masked) {
  const std::string documents =
      shop(items("    - {id: 1, name: \"Pen\", email: \"s3cr3t@new\"}\n", "  sensitive: [email]\n"));
  ASSERT_EQ(run({"apply", "-f", documents}).exit, 0);
  execute(database(), "UPDATE items SET email = 's3cr3t@old'");
  for (const char* format : {"text", "json", "markdown"}) {
    const Finished plan = run({"plan", "-f", documents, "-o", format});
    EXPECT_EQ(plan.exit, 0);
    EXPECT_THAT(plan.out + plan.err, Not(HasSubstr("s3cr3t"))) << format;
  }
  EXPECT_THAT(run({"plan", "-f", documents}).out, HasSubstr("      email  *** → ***\n"));
}

TEST_F(BuiltProgram, an_unmet_expectation_is_a_line_on_stderr_and_no_drift) {
  const Finished done = run(
      {"apply", "-f",
       shop(items(two_rows, "  expect:\n    - {name: no-items, query: \"SELECT count(*) FROM items\", atMost: 0}\n"))});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_THAT(done.err, testing::MatchesRegex("warning: expectation not met: items: [^\n]*no-items[^\n]*\n"));
}

// Two databases: `shop` as always, `second` as given.
std::string second_database(const ScratchFolder& folder, const std::string& spec, const std::string& rows) {
  folder.write("docs/database.yaml", database_document);
  std::string first = items(two_rows, "  databaseRef: {name: shop}\n");
  folder.write("docs/items.yaml", first);
  folder.write("docs/second.yaml",
               "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: second}\nspec:\n" + spec +
                   "---\napiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: more}\nspec:\n  "
                   "databaseRef: {name: second}\n"
                   "  table: more\n  key: [id]\n  mode: Enforce\n  rows:\n" +
                   rows);
  return folder / "docs";
}

constexpr const char* second_setup =
    "  url: \"sqlite:second.db\"\n  setup: |\n    CREATE TABLE IF NOT EXISTS more (id INTEGER PRIMARY KEY, note "
    "TEXT);\n";

TEST_F(BuiltProgram, several_databases_are_reconciled_in_turn) {
  const std::string documents = second_database(folder, second_setup, "    - {id: 7, note: \"x\"}\n");
  const Finished done = run({"apply", "-f", documents, "-o", "json"});
  EXPECT_EQ(done.exit, 0) << done.err;
  const json::value parsed = json::parse(done.out);
  EXPECT_EQ(parsed.at("rowsets").as_array().size(), 2u);
  EXPECT_EQ(parsed.at("runs").as_array().size(), 2u);
  EXPECT_EQ(parsed.at("summary").at("insert"), 3);
  EXPECT_EQ(query(database(), "SELECT count(*) FROM items"), "2");
  EXPECT_EQ(query(folder / "docs/second.db", "SELECT note FROM more"), "x");
}

TEST_F(BuiltProgram, one_database_that_fails_does_not_stop_the_others) {
  const std::string documents = second_database(folder, "  url: \"sqlite:second.db\"\n", "    - {id: 7}\n");
  const Finished done = run({"apply", "-f", documents, "-o", "json"});
  EXPECT_EQ(done.exit, 1);
  EXPECT_THAT(done.err, HasSubstr("second.db"));
  const json::value parsed = json::parse(done.out);
  EXPECT_EQ(parsed.at("failures").at(0).at("database"), "second");
  EXPECT_EQ(parsed.at("exit"), 1);
  EXPECT_EQ(query(database(), "SELECT count(*) FROM items"), "2");
}

TEST_F(BuiltProgram, G6_a_mistake_in_the_second_database_changes_nothing_in_the_first) {
  const std::string documents = second_database(folder, second_setup, "    - {id: 7, note: \"x\", colour: red}\n");
  const Finished done = run({"apply", "-f", documents});
  EXPECT_EQ(done.exit, 3) << done.out;
  EXPECT_THAT(done.err, HasSubstr("colour"));
  EXPECT_EQ(done.out, "");
  EXPECT_FALSE(std::filesystem::exists(database()));
}

TEST_F(BuiltProgram, output_that_cannot_be_written_is_a_failure_and_no_crash) {
  const std::string documents = shop(items(two_rows));
  Program::Options full;
  full.out_file = "/dev/full";
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"plan", "-f", documents},
                                             {"plan", "-f", documents, "-o", "json"},
                                             {"version"},
                                             {"--help"},
                                             {"validate", "-f", documents}}) {
    const Finished done = run(arguments, full);
    EXPECT_EQ(done.exit, 1) << arguments[0];
    EXPECT_EQ(done.err, "error: the output could not be written: standard output: No space left on device\n");
  }
}

TEST_F(BuiltProgram, a_signal_ends_it_at_once_and_leaves_the_database_as_it_was) {
  const std::string documents = shop(items(two_rows));
  ASSERT_EQ(run({"apply", "-f", documents}).exit, 0);
  execute(database(), "DELETE FROM items");
  const std::string before = dump(database());
  for (const auto& [signal, exit] : {std::pair(SIGTERM, 143), std::pair(SIGINT, 130)}) {
    const WriteLock lock(database());  // apply waits for it
    Program program({"apply", "-f", documents});
    ASSERT_TRUE(program.has_opened(database()));
    program.signal(signal);
    const Finished done = program.finish();
    EXPECT_EQ(done.exit, exit);
    EXPECT_THAT(done.err, HasSubstr("error: interrupted"));
  }
  EXPECT_EQ(dump(database()), before);
}

TEST_F(BuiltProgram, a_constraint_that_fails_ends_with_1_and_the_rest_is_done) {
  const std::string documents = shop(items("    - {id: 1, name: \"Pen\", price: 1.5}\n"));
  ASSERT_EQ(run({"apply", "-f", documents}).exit, 0);
  execute(database(),
          "CREATE UNIQUE INDEX one_price ON items (price); DELETE FROM items; INSERT INTO items VALUES (9, 'Theirs', "
          "1.5, NULL)");
  folder.write("docs/items.yaml", items(two_rows));
  const Finished done = run({"apply", "-f", documents});
  EXPECT_EQ(done.exit, 1) << done.err;
  EXPECT_THAT(done.out, HasSubstr("  + insert name \"Pen\"  (failed: constraint)\n"));
  EXPECT_THAT(done.out, HasSubstr("  + inserted name \"Cup\"\n"));
  EXPECT_EQ(query(database(), "SELECT name FROM items ORDER BY id"), "Cup\nTheirs");
}

TEST_F(BuiltProgram, version_says_what_it_is_made_of) {
  const Finished text = run({"version"});
  EXPECT_EQ(text.exit, 0);
  EXPECT_THAT(text.out, StartsWith("holdfast "));
  EXPECT_THAT(text.out, HasSubstr("\ndocuments  holdfast.dev/v1alpha1\n"));
  EXPECT_THAT(text.out, HasSubstr("sqlite 3."));
  const json::value parsed = json::parse(run({"version", "-o", "json"}).out);
  EXPECT_EQ(parsed.at("formats").at("documents"), json::array({"holdfast.dev/v1alpha1"}));
  EXPECT_TRUE(parsed.at("libraries").as_object().contains("sqlite"));
  EXPECT_THAT(run({"--version"}).out, testing::MatchesRegex("holdfast [0-9.]+( \\([^)]*\\))?\n"));
}

TEST_F(BuiltProgram, wrong_usage_ends_with_64_on_stderr) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{}, {"plan"}, {"aply", "-f", "x"}, {"plan", "-f", "x", "-o", "xml"}}) {
    const Finished done = run(arguments);
    EXPECT_EQ(done.exit, 64);
    EXPECT_THAT(done.err, StartsWith("error: "));
    EXPECT_EQ(done.out, "");
  }
}

}  // namespace
}  // namespace holdfast::agent
