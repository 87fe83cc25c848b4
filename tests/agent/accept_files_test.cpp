// `holdfast accept`: files of rows, what is refused, and how files are put in place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "tests/agent/accept_fixture.h"

namespace holdfast::agent {
namespace {

using namespace accepting;  // NOLINT(google-build-using-namespace)
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

namespace json = boost::json;
namespace fs = std::filesystem;

class AcceptFiles : public Accept {};

// --- files of rows

TEST_F(AcceptFiles, files_of_rows_are_edited_as_well) {
  folder.write("docs/a.csv", "name,price,email\r\nPen,1.5,\"a, b\"\r\nCup,,\r\n");
  folder.write("docs/b.ndjson", "{\"name\": \"Box\", \"price\": 1}\n{\"name\": \"Tin\"}\n");
  folder.write("docs/rows/c.yaml", "# more\n- {name: Jar, price: 2}   # glass\n");
  shop(items("", "  defaults: {active: true}\n  rowsFrom: [{file: a.csv}, {file: b.ndjson}, {file: rows/c.yaml}]\n"));
  execute(
      database(),
      "UPDATE items SET price = 7, email = NULL WHERE name = 'Pen'; UPDATE items SET email = 'x\"y' WHERE name = 'Cup';"
      "UPDATE items SET price = 'dear' WHERE name = 'Box'; UPDATE items SET active = 0 WHERE name = 'Tin';"
      "UPDATE items SET price = NULL, active = 0 WHERE name = 'Jar'");
  const Finished done = accept();
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(read(folder / "docs/a.csv"), "name,price,email\r\nPen,7,\r\nCup,,\"x\"\"y\"\r\n");
  EXPECT_EQ(read(folder / "docs/b.ndjson"),
            "{\"name\": \"Box\", \"price\": \"dear\"}\n{\"name\": \"Tin\", \"active\": false}\n");
  EXPECT_EQ(read(folder / "docs/rows/c.yaml"), "# more\n- {name: Jar, price: null, active: false}   # glass\n");
  EXPECT_EQ(document(), before());
  EXPECT_EQ(done.err, "Accepted 7 values of 5 rows in 3 files.\n");
  EXPECT_EQ(drift(), 0);
}

// -f FOLDER reads it as a document first, and finds that it is none.
TEST_F(AcceptFiles, a_yaml_file_of_rows_may_lie_among_the_documents) {
  folder.write("docs/a-rows.yaml", "- {name: Pen, price: 1}   # blue\n");
  shop(items("", "  rowsFrom: [{file: a-rows.yaml}]\n"));
  execute(database(), "UPDATE items SET price = 2");
  const Finished done = accept();
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(read(folder / "docs/a-rows.yaml"), "- {name: Pen, price: 2}   # blue\n");
  EXPECT_EQ(drift(), 0);
}

TEST_F(AcceptFiles, what_csv_cannot_say_is_refused_and_nothing_is_written) {
  folder.write("docs/a.csv", "name,price\nPen,1\nCup,2\n");
  shop(items("", "  defaults: {active: 1}\n  rowsFrom: [{file: a.csv}]\n"));
  execute(database(), "UPDATE items SET price = 5 WHERE name = 'Pen'; UPDATE items SET active = 0 WHERE name = 'Cup'");
  Finished done = accept();
  EXPECT_EQ(done.exit, 1);
  EXPECT_EQ(done.err,
            "error: items name \"Cup\": column active: the CSV file has no such column: " + (folder / "docs/a.csv") +
                ":3:1: add it to the file, with a value for every row\nnothing was written\n");
  EXPECT_EQ(read(folder / "docs/a.csv"), "name,price\nPen,1\nCup,2\n");
  done = accept({"-o", "json"});
  EXPECT_EQ(json::parse(done.out).at("refused").as_array().size(), 1u);
  EXPECT_EQ(json::parse(done.out).at("written"), false);
  EXPECT_EQ(accept({"items/Pen"}).exit, 0) << "the other row alone can be taken over";
  EXPECT_EQ(read(folder / "docs/a.csv"), "name,price\nPen,5\nCup,2\n");
}

// One file of rows may be named by two sets: a value that only one of them wants would change the other.
TEST_F(AcceptFiles, a_file_that_another_set_shares_is_not_changed_under_it) {
  folder.write("docs/a.csv", "name,price\nPen,1\n");
  const std::string other =
      "---\napiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: kinds}\nspec:\n"
      "  table: others\n  key: [name]\n  mode: Enforce\n  rowsFrom: [{file: a.csv}]\n";
  folder.write("docs/others.sql", "");
  shop(items("", "  rowsFrom: [{file: a.csv}]\n"));
  execute(database(), "CREATE TABLE others (name TEXT, price DECIMAL); INSERT INTO others VALUES ('Pen', 1)");
  folder.write("docs/items.yaml", before() + other);
  execute(database(), "UPDATE items SET price = 2");
  const Finished done = accept();
  EXPECT_EQ(done.exit, 1);
  EXPECT_THAT(done.err, HasSubstr("error: rows of kinds would not be as wanted: "));
  execute(database(), "UPDATE others SET price = 2");
  EXPECT_EQ(accept().exit, 0) << "both have changed in the same way";
  EXPECT_EQ(read(folder / "docs/a.csv"), "name,price\nPen,2\n");
}

// --- what must not be done

TEST_F(AcceptFiles, a_value_that_would_make_the_documents_invalid_is_refused) {
  shop(items(two_rows, "  forbidden: [{email: \"evil\"}, {price: 13}]\n"));
  execute(database(), "UPDATE items SET price = 13 WHERE id = 2");
  const Finished done = accept();
  EXPECT_EQ(done.exit, 1);
  EXPECT_THAT(done.err,
              AllOf(HasSubstr("is both declared and forbidden"), HasSubstr("error: the documents would be invalid"),
                    HasSubstr("\nnothing was written\n")));
  EXPECT_EQ(document(), before());
}

TEST_F(AcceptFiles, a_row_under_the_key_that_it_had_before_is_refused) {
  shop(items("    - {id: 1, name: \"Old\", price: 1}\n"));
  folder.write("docs/items.yaml", items("    - {id: 1, name: \"New\", price: 1}\n",
                                        "  renames: [{from: {name: Old}, to: {name: New}}]\n"));
  const std::string written = document();
  const Finished done = accept();
  EXPECT_EQ(done.exit, 1);
  EXPECT_THAT(done.err, HasSubstr("error: items name \"New\": the row is still there under its old key: "));
  EXPECT_EQ(document(), written);
}

TEST_F(AcceptFiles, text_that_no_document_can_hold_is_refused) {
  shop(items("    - {id: 1, name: \"Pen\", email: \"a\"}\n"));
  for (const char* statement :
       {"UPDATE items SET email = CAST(x'61FF' AS TEXT)", "UPDATE items SET email = CAST(x'610062' AS TEXT)"}) {
    execute(database(), statement);
    const Finished done = accept();
    EXPECT_EQ(done.exit, 1) << statement;
    EXPECT_THAT(done.err,
                HasSubstr("column email: the live value cannot be written so that the column would store it again"));
    EXPECT_EQ(document(), before());
  }
}

TEST_F(AcceptFiles, invalid_documents_end_with_3) {
  shop(items(two_rows));
  folder.write("docs/items.yaml", items("    - {id: 1, nmae: \"Pen\"}\n"));
  EXPECT_EQ(accept().exit, 3);
}

TEST_F(AcceptFiles, a_database_that_cannot_be_read_ends_with_1) {
  shop(items(two_rows));
  fs::remove(database());
  fs::create_directory(database());
  const Finished done = accept();
  EXPECT_EQ(done.exit, 1);
  EXPECT_EQ(document(), before());
}

// --- files

TEST_F(AcceptFiles, a_link_is_followed_inside_of_its_folder_and_not_out_of_it) {
  shop(items(two_rows));
  folder.write("docs/real/items.txt", before());
  fs::remove(folder / "docs/items.yaml");
  fs::create_symlink("real/items.txt", folder / "docs/items.yaml");
  execute(database(), "UPDATE items SET price = 9 WHERE id = 2");
  EXPECT_EQ(accept().exit, 0);
  EXPECT_TRUE(fs::is_symlink(folder / "docs/items.yaml"));
  EXPECT_EQ(read(folder / "docs/real/items.txt"), with("price: 4", "price: 9"));

  folder.write("elsewhere.yaml", before());
  fs::remove(folder / "docs/items.yaml");
  fs::create_symlink("../elsewhere.yaml", folder / "docs/items.yaml");
  const Finished done = accept();
  EXPECT_EQ(done.exit, 1);
  EXPECT_EQ(done.err, "error: the file is a link that leaves the document's folder: " + (folder / "docs/items.yaml") +
                          ": name the real file with -f\n");
  EXPECT_EQ(read(folder / "elsewhere.yaml"), before());
}

TEST_F(AcceptFiles, the_mode_stays_and_nothing_else_is_left_in_the_folder) {
  shop(items(two_rows));
  ASSERT_EQ(chmod((folder / "docs/items.yaml").c_str(), 0640), 0);
  execute(database(), "UPDATE items SET price = 9 WHERE id = 2");
  ASSERT_EQ(accept().exit, 0);
  struct stat status {};
  ASSERT_EQ(stat((folder / "docs/items.yaml").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(docs())) names.push_back(entry.path().filename().string());
  EXPECT_THAT(names, testing::UnorderedElementsAre("database.yaml", "items.yaml", "shop.db"));
}

TEST_F(AcceptFiles, documents_without_a_last_line_feed_with_crlf_and_a_byte_order_mark_stay_so) {
  std::string set = items(two_rows);
  set.pop_back();
  std::string windows = "\xef\xbb\xbf";
  for (const char c : set) windows += c == '\n' ? "\r\n" : std::string(1, c);
  shop(windows);
  execute(database(), "UPDATE items SET active = 1 WHERE id = 2; UPDATE items SET price = 9 WHERE id = 1");
  const Finished done = accept();
  EXPECT_EQ(done.exit, 0) << done.err;
  std::string want = with("price: 1.5", "price: 9");
  want.replace(want.rfind("false"), 5, "true");
  EXPECT_EQ(document(), want);
  EXPECT_THAT(done.out, AllOf(Not(HasSubstr("\r")), HasSubstr("\\ No newline at end of file")));
}

TEST_F(AcceptFiles, several_documents_in_one_file_and_a_database_of_the_command_line) {
  folder.write("all/all.yaml",
               std::string(database_document) + "---\n" + items(two_rows) + "---\n" +
                   "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: kinds}\nspec:\n"
                   "  table: kinds\n  key: [id]\n  mode: Enforce\n  rows:\n    - {id: 1, name: &n \"tool\"}\n"
                   "    - {id: 2, name: *n}\n");
  const std::string url = "shop=sqlite:" + (folder / "other.db");
  const std::string file = folder / "all/all.yaml";
  const std::string text = read(file);
  ASSERT_EQ(run({"apply", "-f", file, "--database", url}).exit, 0);
  execute(folder / "other.db", "UPDATE kinds SET name = 'new' WHERE id = 2; UPDATE items SET price = 3 WHERE id = 1");
  const Finished done = run({"accept", "-f", file, "--database", url});
  EXPECT_EQ(done.exit, 0) << done.err;
  std::string want = text;
  want.replace(want.find("1.5"), 3, "3");
  want.replace(want.find("*n}"), 2, "new");
  EXPECT_EQ(read(file), want);
}

}  // namespace
}  // namespace holdfast::agent
