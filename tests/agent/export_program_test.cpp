// `holdfast export` as a user runs it: every row of one table, as a document or as CSV.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/agent/program.h"

namespace holdfast::agent {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ExportProgram : public testing::Test {
 protected:
  ExportProgram() {
    execute(
        database,
        "CREATE TABLE campaigns (id INTEGER PRIMARY KEY, name TEXT, note, active BOOLEAN, created_at TIMESTAMP DEFAULT "
        "CURRENT_TIMESTAMP, twice INT AS (id * 2)); "
        "INSERT INTO campaigns VALUES (1, 'Hulu - Hit Movies, TV and More!', 'yes', 1, '2025-01-01'), (2, 'it''s "
        "\"b\"', 7, 0, NULL);"
        "CREATE TABLE doubles (a TEXT); INSERT INTO doubles VALUES ('x'), ('x');"
        "CREATE TABLE bytes (name TEXT PRIMARY KEY, b BLOB); INSERT INTO bytes VALUES ('x', x'00ff');"
        "CREATE VIEW shown AS SELECT 1");
  }
  Finished holdfast(const std::vector<std::string>& arguments,
                    std::map<std::string, std::string> environment = {}) const {
    Program::Options options;
    options.folder = folder.path();
    options.environment = std::move(environment);
    return run(arguments, options);
  }
  void expect_in_sync() const {
    const Finished plan = holdfast({"plan", "-f", "rows", "--detailed-exitcode"});
    EXPECT_EQ(plan.exit, 0) << plan.out << plan.err;
    EXPECT_THAT(plan.out, EndsWith("Plan: nothing to do, everything is in sync.\n"));
  }
  static std::string database_document(const std::string& name, const std::string& url) {
    return "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: " + name + "}\nspec: {url: \"" + url +
           "\"}\n";
  }

  ScratchFolder folder;
  std::string database = folder / "popup.db";
};

TEST_F(ExportProgram, a_document_of_every_row_and_column_is_in_sync) {
  const std::string before = dump(database);
  const Finished done = holdfast({"export", "sqlite:popup.db", "--table", "CAMPAIGNS"});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(
      done.out,
      "# 2 rows of the table campaigns, written down as they were found.\n"
      "# Observe only tells what differs, and changes nothing. Once a plan says what you expect, write mode: Enforce.\n"
      "apiVersion: holdfast.dev/v1alpha1\n"
      "kind: RowSet\n"
      "metadata: {name: campaigns}\n"
      "spec:\n"
      "  table: campaigns\n"
      "  # Rows are found by name: no two of them share one today, though nothing in the schema says so.\n"
      "  key: [name]\n"
      "  mode: Observe\n"
      "  # Left out of the rows, so that nobody here looks after them: twice (computed by the database).\n"
      "  rows:\n"
      "    - {id: 1, name: \"Hulu - Hit Movies, TV and More!\", note: \"yes\", active: true, created_at: "
      "\"2025-01-01\"}\n"
      "    - {id: 2, name: \"it's \\\"b\\\"\", note: 7, active: false, created_at: null}\n");
  EXPECT_EQ(dump(database), before);
  folder.write("rows/database.yaml", database_document("popup", "sqlite:../popup.db"));
  folder.write("rows/campaigns.yaml", done.out);
  expect_in_sync();
  execute(database, "UPDATE campaigns SET note = '7' WHERE id = 2");
  EXPECT_EQ(holdfast({"plan", "-f", "rows", "--detailed-exitcode"}).exit, 2);
}

TEST_F(ExportProgram, csv_is_a_file_of_rows) {
  const Finished done = holdfast({"export", "sqlite:popup.db", "--table", "campaigns", "-o", "csv"});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(done.out,
            "\"id\",\"name\",\"note\",\"active\",\"created_at\"\n"
            "1,\"Hulu - Hit Movies, TV and More!\",\"yes\",true,\"2025-01-01\"\n"
            "2,\"it's \"\"b\"\"\",7,false,\n");
  folder.write("rows/campaigns.csv", done.out);
  folder.write("rows/campaigns.yaml",
               database_document("popup", "sqlite:../popup.db") +
                   "---\napiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: campaigns}\n"
                   "spec: {table: campaigns, key: [id], mode: Observe, rowsFrom: [{file: campaigns.csv}]}\n");
  expect_in_sync();
}

TEST_F(ExportProgram, csv_needs_no_key_but_has_no_bytes) {
  const Finished doubles = holdfast({"export", "sqlite:popup.db", "--table", "doubles", "-o", "csv"});
  EXPECT_EQ(doubles.out, "\"a\"\n\"x\"\n\"x\"\n") << doubles.err;
  const Finished bytes = holdfast({"export", "sqlite:popup.db", "--table", "bytes", "-o", "csv"});
  EXPECT_EQ(bytes.exit, 1);
  EXPECT_EQ(bytes.out, "");
  EXPECT_THAT(bytes.err, StartsWith("error: the table \"bytes\" has values that CSV cannot hold: popup ("));
  EXPECT_THAT(holdfast({"export", "sqlite:popup.db", "--table", "bytes"}).out,
              HasSubstr("- {name: \"x\", b: !!binary \"AP8=\"}\n"));
}

TEST_F(ExportProgram, the_documents_may_say_where_the_database_is) {
  folder.write("rows/database.yaml", database_document("popup", "sqlite:${POPUP}"));
  const Finished one = holdfast({"export", "-f", "rows", "--table", "bytes"}, {{"POPUP", database}});
  EXPECT_EQ(one.exit, 0) << one.err;
  EXPECT_THAT(one.out, Not(HasSubstr("databaseRef")));
  const Finished other =
      holdfast({"export", "--table", "bytes", "--database", "popup=sqlite:popup.db"}, {{"HOLDFAST_FILES", "rows"}});
  EXPECT_EQ(other.out, one.out) << other.err;

  folder.write("rows/another.yaml", database_document("another", "sqlite:another.db"));
  const Finished which = holdfast({"export", "-f", "rows", "--table", "bytes"}, {{"POPUP", database}});
  EXPECT_EQ(which.exit, 1);
  EXPECT_EQ(which.err, "error: the documents have several Databases: export: give the URL of one instead of -f\n");
  folder.write("rows/set.yaml",
               "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: bytes}\n"
               "spec: {databaseRef: {name: popup}, table: Bytes, key: [name], mode: Observe, rows: []}\n");
  const Finished named = holdfast({"export", "-f", "rows", "--table", "bytes"}, {{"POPUP", database}});
  EXPECT_EQ(named.exit, 0) << named.err;
  EXPECT_THAT(named.out, HasSubstr("  databaseRef: {name: popup}\n  table: bytes\n"));
}

TEST_F(ExportProgram, what_cannot_be_done_is_said) {
  folder.write("wrong.yaml", "kind: Nothing\n");
  struct Row {
    std::vector<std::string> arguments;
    int exit;
    std::string err;
  };
  const Row table[] = {
      {{"export", "popup.db", "--table", "a"}, 64, "error: the URL has no scheme: the URL of the command line: "},
      {{"export", "sqlite:missing.db", "--table", "a"},
       1,
       "error: the database file is not there: missing (" + folder / "missing.db" + "): check the path\n"},
      {{"export", "sqlite:popup.db", "--table", "campaing"}, 1, "error: there is no table \"campaing\": popup ("},
      {{"export", "sqlite:popup.db", "--table", "shown"},
       1,
       "error: the table \"shown\" cannot be exported (is a view; "},
      {{"export", "sqlite:popup.db", "--table", "doubles"},
       1,
       "error: the table \"doubles\" has rows that nothing tells apart: "},
      {{"export", "-f", "wrong.yaml", "--table", "a"}, 3, "error: wrong.yaml:1:"},
  };
  for (const Row& row : table) {
    SCOPED_TRACE(testing::PrintToString(row.arguments));
    const Finished done = holdfast(row.arguments);
    EXPECT_EQ(done.exit, row.exit);
    EXPECT_THAT(done.err, StartsWith(row.err));
    EXPECT_EQ(done.out, "");
  }
}

TEST_F(ExportProgram, a_full_disk_is_told) {
  Program::Options options;
  options.folder = folder.path();
  options.out_file = "/dev/full";
  EXPECT_EQ(run({"export", "sqlite:popup.db", "--table", "campaigns"}, options).exit, 1);
}

}  // namespace
}  // namespace holdfast::agent
