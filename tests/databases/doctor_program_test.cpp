// `holdfast doctor` and `holdfast adopt` as they are run, over situations that are really there.
#include <gmock/gmock.h>
#include <sys/mount.h>

#include <filesystem>
#include <fstream>

#include "tests/agent/program.h"
#include "tests/databases/holder.h"
#include "tests/must_mount.h"

namespace holdfast::agent {
namespace {

using databases_test::Holder;
using testing::AnyOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
namespace fs = std::filesystem;

class DoctorProgram : public testing::Test {
 protected:
  DoctorProgram() { write_documents("popup.db"); }

  void write_documents(const std::string& path) const {
    folder.write("rows/database.yaml",
                 "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: popup}\nspec: {url: \"sqlite:" +
                     (path.front() == '/' ? path : "../" + path) + "\"}\n");
    folder.write("rows/campaigns.yaml",
                 "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: campaigns}\nspec:\n"
                 "  table: campaigns\n  key: [name]\n  mode: Enforce\n  rows:\n    - {id: 1, name: \"Hulu\"}\n");
  }
  static void make(const std::string& path) {
    execute(path, "CREATE TABLE campaigns (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL)");
  }
  Finished holdfast(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"-f", folder / "rows"});
    return run(arguments);
  }
  Finished doctor() const { return holdfast({"doctor"}); }

  ScratchFolder folder;
  std::string database = folder / "popup.db";
};

TEST_F(DoctorProgram, counts_orphans_and_names_the_missing_index) {
  make(database);
  execute(database,
          "CREATE TABLE clicks (id INTEGER PRIMARY KEY, campaign_id INTEGER NOT NULL REFERENCES campaigns(id));"
          "INSERT INTO campaigns (id, name) VALUES (1, 'Hulu'); INSERT INTO clicks (campaign_id) VALUES (1), (2), (3)");
  const Finished found = doctor();
  EXPECT_EQ(found.exit, 2) << found.err;
  EXPECT_EQ(found.err, "");
  EXPECT_THAT(found.out, HasSubstr("warning  orphans: 2 rows refer to nothing: clicks(campaign_id) → campaigns(id)\n"));
  EXPECT_THAT(found.out, HasSubstr("do:  in a migration: CREATE INDEX clicks_campaign_id ON clicks (campaign_id)\n"));
  EXPECT_THAT(found.out, HasSubstr("ok       integrity: no damage was found\n"));
  execute(database, "CREATE INDEX clicks_campaign_id ON clicks (campaign_id); DELETE FROM clicks WHERE id > 1");
  EXPECT_THAT(doctor().out,
              AllOf(Not(HasSubstr("clicks(campaign_id)")), HasSubstr("every row of 1 reference leads somewhere")));
}

TEST_F(DoctorProgram, changes_nothing_beside_or_in_the_database) {
  make(database);
  const std::string before = dump(database);
  const auto time = fs::last_write_time(database);
  doctor();
  EXPECT_EQ(dump(database), before);
  EXPECT_EQ(fs::last_write_time(database), time);
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"popup.db", "rows"}));
}

TEST_F(DoctorProgram, names_who_has_the_file_open_and_who_has_another) {
  make(database);
  fs::create_directory(folder / "old");
  make(folder / "old/popup.db");
  const Holder ours({database}, {});
  const Holder wrong({folder / "old/popup.db"}, {});
  const Finished found = doctor();
  EXPECT_EQ(found.exit, 2);
  EXPECT_THAT(found.out, HasSubstr("(process " + std::to_string(ours.process()) + ")\n"));
  EXPECT_THAT(found.out,
              HasSubstr("(process " + std::to_string(wrong.process()) + ") has another file of the same name open: "));
}

TEST_F(DoctorProgram, names_who_writes_into_a_deleted_file) {
  make(database);
  const Holder api({database}, {});
  fs::remove(database);
  make(database);
  EXPECT_THAT(doctor().out,
              HasSubstr("(process " + std::to_string(api.process()) + ") has a file open that was " + database));
}

TEST_F(DoctorProgram, says_that_memory_does_not_outlive_a_deploy) {
  const std::string point = folder / "data";
  fs::create_directory(point);
  const bool mounted = mount("tmpfs", point.c_str(), "tmpfs", 0, "size=20m") == 0;
  if (!mounted && !must_mount()) GTEST_SKIP() << "mounting is not allowed here";
  ASSERT_TRUE(mounted);
  make(point + "/popup.db");
  write_documents(point + "/popup.db");
  const Finished found = doctor();
  umount2(point.c_str(), MNT_DETACH);
  EXPECT_EQ(found.exit, 2);
  EXPECT_THAT(found.out, HasSubstr("problem  persistence: " + point + " lies in memory (tmpfs at " + point + ")\n"));
  EXPECT_THAT(found.out, HasSubstr("warning  free-space: "));
}

TEST_F(DoctorProgram, knows_the_variables_of_platforms) {
  make(database);
  Program::Options options;
  options.environment = {{"RAILWAY_SERVICE_ID", "s1"},
                         {"RAILWAY_VOLUME_MOUNT_PATH", "/volume"},
                         {"RAILWAY_VOLUME_NAME", "popup"},
                         {"SECRET", "hidden"}};
  const Finished found = run({"doctor", "-f", folder / "rows"}, options);
  EXPECT_THAT(found.out, HasSubstr("platform: Railway"));
  EXPECT_THAT(found.out, HasSubstr("do:  the volume popup is attached at /volume: put the database there"));
  EXPECT_THAT(found.out, Not(HasSubstr("hidden")));
}

TEST_F(DoctorProgram, shows_how_alembic_is_kept_away) {
  make(database);
  execute(database, "CREATE TABLE alembic_version (version_num TEXT)");
  EXPECT_THAT(doctor().out, HasSubstr("name.startswith(\"_holdfast_\")"));
}

TEST_F(DoctorProgram, of_a_damaged_file_says_so) {
  make(database);
  {
    std::fstream bytes(database, std::ios::in | std::ios::out | std::ios::binary);
    bytes.write(std::string(100, 'x').data(), 100);
  }
  const Finished found = doctor();
  EXPECT_EQ(found.exit, 2);
  EXPECT_THAT(found.out, HasSubstr("problem  database: corrupt: "));
  EXPECT_THAT(found.out, HasSubstr("problem  integrity: the database is damaged: "));
}

TEST_F(DoctorProgram, of_a_missing_file_says_what_would_make_it) {
  const Finished found = doctor();
  EXPECT_EQ(found.exit, 2);
  EXPECT_THAT(found.out, HasSubstr("problem  database: there is no file, and nothing that would make it\n"));
  EXPECT_FALSE(fs::exists(database));
}

TEST_F(DoctorProgram, of_a_locked_database_waits_no_longer_than_the_document_says) {
  make(database);
  folder.write("rows/database.yaml",
               "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: popup}\n"
               "spec: {url: \"sqlite:../popup.db\", lockTimeout: 50ms}\n");
  execute(database, "PRAGMA journal_mode = delete");
  const WriteLock lock(database);  // a reserved lock: readers go on
  EXPECT_THAT(doctor().out, HasSubstr("ok       integrity: "));
}

TEST_F(DoctorProgram, prints_the_same_as_json) {
  make(database);
  const Finished found = holdfast({"doctor", "-o", "json"});
  for (const char* part : {"\"summary\": {\"problem\": ", "\"name\": \"popup\"", "\"check\": \"persistence\"",
                           "\"severity\": \"ok\"", "\"do\": null", "\"exit\": "}) {
    EXPECT_THAT(found.out, HasSubstr(part));
  }
  EXPECT_THAT(found.out, HasSubstr("\"exit\": " + std::to_string(found.exit)));
}

TEST_F(DoctorProgram, is_refused_where_documents_are_invalid_or_not_given) {
  folder.write("rows/more.yaml", "kind: [");
  EXPECT_EQ(doctor().exit, 3);
  EXPECT_EQ(run({"doctor"}).exit, 64);
}

TEST_F(DoctorProgram, has_nothing_to_adopt_where_nothing_was_copied) {
  make(database);
  const Finished adopted = holdfast({"adopt"});
  EXPECT_EQ(adopted.exit, 0) << adopted.err;
  EXPECT_THAT(adopted.out, HasSubstr("nothing to adopt (first start"));
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"popup.db", "rows"})) << "and nothing is written";
}

}  // namespace
}  // namespace holdfast::agent
