// The documents that a database keeps (G6): what `apply` leaves in it, and what `export --documents` gets back.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/agent/program.h"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* database =
    "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: db}\nspec: {url: 'sqlite:../my.db'}\n";

std::string set(const std::string& name, const std::string& rest) {
  return "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: " + name +
         "}\nspec:\n  table: t\n  key: [id]\n  mode: Enforce\n" + rest;
}

std::string content(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class KeptDocuments : public testing::Test {
 protected:
  KeptDocuments() {
    execute(path, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
    fs::create_directories(folder.path() / "rows/more");
    folder.write("rows/database.yaml", database);
    folder.write("rows/set.yaml", "# a comment\n" + set("t", "  rowsFrom: [{file: more/rows.csv}]\n"));
    folder.write("rows/more/rows.csv", "id,name\n1,one\n");
  }

  Finished holdfast(std::vector<std::string> arguments) {
    Program::Options options;
    options.folder = folder.path();
    return run(arguments, options);
  }
  Finished rescue(const std::string& out) { return holdfast({"export", "sqlite:my.db", "--documents", "--out", out}); }
  std::string kept() {
    return query(path, "SELECT count(DISTINCT substr(name, 1, 16)) || ' ' || count(*) FROM _holdfast_documents");
  }

  ScratchFolder folder;
  const std::string path = folder / "my.db";
};

TEST_F(KeptDocuments, come_back_byte_by_byte) {
  ASSERT_EQ(holdfast({"apply", "-f", "rows"}).exit, 0);
  const Finished rescued = rescue("rescued");
  EXPECT_EQ(rescued.exit, 0) << rescued.err;
  EXPECT_EQ(rescued.out, "rescued/database.yaml\nrescued/set.yaml\nrescued/more/rows.csv\n");
  for (const char* name : {"database.yaml", "set.yaml", "more/rows.csv"}) {
    EXPECT_EQ(content(folder.path() / "rescued" / name), content(folder.path() / "rows" / name)) << name;
  }
  const Finished plan = holdfast({"plan", "-f", "rescued", "--detailed-exitcode"});
  EXPECT_EQ(plan.exit, 0) << plan.out << plan.err;
  const Finished again = rescue("rescued");
  EXPECT_EQ(again.exit, 1);
  EXPECT_THAT(again.err, HasSubstr("the file is there already"));
}

TEST_F(KeptDocuments, only_the_last_version_that_was_good) {
  ASSERT_EQ(holdfast({"apply", "-f", "rows"}).exit, 0);
  EXPECT_EQ(kept(), "1 3");
  const std::string before = query(path, "SELECT group_concat(name) FROM _holdfast_documents");
  ASSERT_EQ(holdfast({"apply", "-f", "./rows"}).exit, 0);
  EXPECT_EQ(query(path, "SELECT group_concat(name) FROM _holdfast_documents"), before);  // the same version

  folder.write("rows/set.yaml", set("t", "  rows: [{id: 1, nmae: x}]\n"));
  ASSERT_EQ(holdfast({"apply", "-f", "rows"}).exit, 3);
  EXPECT_EQ(query(path, "SELECT group_concat(name) FROM _holdfast_documents"), before);

  folder.write("rows/set.yaml", set("t", "  rows: [{id: 1, name: x}]\n"));
  ASSERT_EQ(holdfast({"apply", "-f", "rows"}).exit, 0);
  EXPECT_EQ(kept(), "1 2");
  ASSERT_EQ(rescue("rescued").exit, 0);
  EXPECT_EQ(content(folder.path() / "rescued/set.yaml"), content(folder.path() / "rows/set.yaml"));
}

// A run that was killed while it kept a new version leaves rows of it behind, and the old one in force.
TEST_F(KeptDocuments, what_a_crash_left_behind_is_not_in_force_and_goes) {
  ASSERT_EQ(holdfast({"apply", "-f", "rows"}).exit, 0);
  execute(path,
          "INSERT INTO _holdfast_documents VALUES ('ffffffffffffffff/000001/document/half.yaml', 0, x'00', 0),"
          "('ffffffffffffffff/000001/document/half.yaml', 1, x'00', 0)");
  ASSERT_EQ(rescue("rescued").exit, 0);
  EXPECT_FALSE(fs::exists(folder.path() / "rescued/half.yaml"));
  folder.write("rows/more/rows.csv", "id,name\n1,two\n");
  ASSERT_EQ(holdfast({"apply", "-f", "rows"}).exit, 0);
  EXPECT_EQ(kept(), "1 3");
}

TEST_F(KeptDocuments, large_files_lie_in_blocks) {
  std::string csv = "id,name\n";
  for (int i = 1; i <= 20000; ++i)
    csv += std::to_string(i) + "," + std::string(80, static_cast<char>('a' + i % 26)) + "\n";
  folder.write("rows/more/rows.csv", csv);
  ASSERT_EQ(holdfast({"apply", "-f", "rows"}).exit, 0);
  EXPECT_EQ(query(path, "SELECT max(length(text)) FROM _holdfast_documents"), "262144");
  ASSERT_EQ(rescue("rescued").exit, 0);
  EXPECT_EQ(content(folder.path() / "rescued/more/rows.csv"), csv);
}

// What is kept is what was last applied, or nothing: an older version is not brought back in its place.
TEST_F(KeptDocuments, too_large_are_not_kept_and_the_older_ones_go) {
  ASSERT_EQ(holdfast({"apply", "-f", "rows"}).exit, 0);
  EXPECT_EQ(kept(), "1 3");
  std::string csv = "id,name\n";
  for (int i = 1; i <= 9; ++i) csv += std::to_string(i) + "," + std::string(1 << 20, 'x') + "\n";
  folder.write("rows/more/rows.csv", csv);
  ASSERT_EQ(holdfast({"apply", "-f", "rows"}).exit, 0);
  EXPECT_EQ(kept(), "0 0");
  EXPECT_THAT(rescue("rescued").err, StartsWith("error: the database keeps no documents: "));

  folder.write("rows/more/rows.csv", "id,name\n1,one\n");
  ASSERT_EQ(holdfast({"apply", "-f", "rows"}).exit, 0);
  EXPECT_EQ(kept(), "1 3");
}

TEST_F(KeptDocuments, with_a_piece_missing_are_not_handed_out_as_if_they_were_whole) {
  std::string csv = "id,name\n";
  for (int i = 1; i <= 9; ++i) csv += std::to_string(i) + "," + std::string(100'000, 'x') + "\n";
  folder.write("rows/more/rows.csv", csv);
  ASSERT_EQ(holdfast({"apply", "-f", "rows"}).exit, 0);
  // The second of the last one, the last of all, and a whole text.
  for (const char* lost :
       {"number = 1",
        "(name, number) = (SELECT name, number FROM _holdfast_documents ORDER BY name DESC, number DESC LIMIT 1)",
        "name = (SELECT max(name) FROM _holdfast_documents)"}) {
    execute(path, "DELETE FROM _holdfast_documents WHERE " + std::string(lost));
    const Finished refused = rescue("rescued");
    EXPECT_EQ(refused.exit, 1) << lost;
    EXPECT_THAT(refused.err, HasSubstr("a piece of the kept documents is missing")) << lost;
    EXPECT_FALSE(fs::exists(folder.path() / "rescued"));
    ASSERT_EQ(holdfast({"apply", "-f", "rows"}).exit, 0);  // keeps them anew
    EXPECT_EQ(rescue("rescued").exit, 0) << lost;
    fs::remove_all(folder.path() / "rescued");
  }
}

TEST_F(KeptDocuments, that_somebody_deleted_are_kept_again) {
  ASSERT_EQ(holdfast({"apply", "-f", "rows"}).exit, 0);
  execute(path, "DELETE FROM _holdfast_documents");
  ASSERT_EQ(holdfast({"apply", "-f", "rows"}).exit, 0);
  EXPECT_EQ(kept(), "1 3");
}

TEST_F(KeptDocuments, of_two_folders_keep_apart) {
  fs::create_directories(folder.path() / "other/more");
  folder.write("other/set.yaml", set("other", "  rowsFrom: [{file: more/rows.csv}]\n"));
  folder.write("other/more/rows.csv", "id,name\n7,seven\n");
  ASSERT_EQ(holdfast({"apply", "-f", "rows", "-f", "other"}).exit, 0);
  EXPECT_EQ(rescue("rescued").out,
            "rescued/1/database.yaml\nrescued/1/set.yaml\nrescued/2/set.yaml\nrescued/1/more/rows.csv\n"
            "rescued/2/more/rows.csv\n");
  EXPECT_EQ(content(folder.path() / "rescued/2/more/rows.csv"), "id,name\n7,seven\n");
}

// G10: what belongs into the environment and was written into a document does not get into the database as well.
TEST_F(KeptDocuments, with_a_secret_are_not_kept) {
  const std::string notifier =
      "---\napiVersion: holdfast.dev/v1alpha1\nkind: Notifier\nmetadata: {name: n}\nspec: {slack: {url: ";
  folder.write("rows/database.yaml", database + notifier + "'https://hooks.example/T0/hunter2'}}\n");
  ASSERT_EQ(holdfast({"apply", "-f", "rows"}).exit, 0);
  EXPECT_EQ(kept(), "0 0");
  const Finished none = rescue("rescued");
  EXPECT_EQ(none.exit, 1);
  EXPECT_THAT(none.err, StartsWith("error: the database keeps no documents: "));

  folder.write("rows/database.yaml", database + notifier + "'${HOOK}'}}\n");
  Program::Options options;
  options.folder = folder.path();
  options.environment["HOOK"] = "https://hooks.example/T0/hunter2";
  ASSERT_EQ(run({"apply", "-f", "rows"}, options).exit, 0);
  EXPECT_EQ(kept(), "1 3");
  EXPECT_EQ(query(path, "SELECT count(*) FROM _holdfast_documents WHERE text LIKE '%hunter2%'"), "0");
}

// Names come from the database, which others may write.
TEST_F(KeptDocuments, never_leave_the_folder) {
  for (const char* name : {"../evil.yaml", "/tmp/evil.yaml", "a/../../evil.yaml", "..", ""}) {
    ASSERT_EQ(holdfast({"apply", "-f", "rows"}).exit, 0);
    execute(path, std::string("UPDATE _holdfast_documents SET name = substr(name, 1, 16) || '/000001/document/") +
                      name + "' WHERE name LIKE '%database.yaml'");
    const Finished refused = rescue("rescued");
    EXPECT_EQ(refused.exit, 1) << name;
    EXPECT_THAT(refused.err, HasSubstr("a document that is kept has the name")) << name;
    EXPECT_FALSE(fs::exists(folder.path() / "rescued"));
    execute(path, "DELETE FROM _holdfast_documents; DELETE FROM _holdfast_meta WHERE name = 'kept-documents'");
  }
}

TEST_F(KeptDocuments, of_a_database_that_is_only_observed_are_not_kept) {
  folder.write("rows/set.yaml",
               "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: t}\nspec: {table: t, "
               "key: [id], rows: [{id: 1}]}\n");
  (void)holdfast({"apply", "-f", "rows"});
  EXPECT_EQ(query(path, "SELECT count(*) FROM sqlite_master WHERE name LIKE '\\_holdfast%' ESCAPE '\\'"), "0");
}

}  // namespace
}  // namespace holdfast::agent
