// Files that are no databases, or cannot be opened: each says what is wrong and what to do.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/stores/database.h"

namespace holdfast::stores {
namespace {

class OpenTest : public DatabaseTest {
 protected:
  // Only before the file has been opened by anybody.
  void write(const std::string& bytes) { std::ofstream(path(), std::ios::binary) << bytes; }
};

constexpr const char* not_there =
    "the database file is not there: popup (popup.db): check the Database's url, or give the Database a setup, which "
    "creates it";

TEST_F(OpenTest, AFileThatIsNotThereIsNoErrorUntilItIsRead) {
  const auto opened = try_open();
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(plain(message((*opened)->inspect({}, std::nullopt))), not_there);
  EXPECT_EQ(plain(message((*opened)->begin({}))), not_there);
  EXPECT_FALSE(std::filesystem::exists(path())) << "looking creates nothing";
}

TEST_F(OpenTest, ASetupPlansAndThenCreatesTheFile) {
  const std::string setup = "CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY)";
  EXPECT_TRUE(must(store().inspect({}, setup)).find("t")->planned);
  EXPECT_FALSE(std::filesystem::exists(path()));
  EXPECT_THAT(must(store().set_up(setup)).created, testing::ElementsAre("t"));
  EXPECT_EQ(ask("SELECT count(*) FROM t"), "0");
}

TEST_F(OpenTest, AFolderIsNeverCreated) {
  const std::string path = folder_.file("volume/popup.db");
  const auto opened = open_sqlite({"popup", path, std::chrono::milliseconds(20)});
  EXPECT_EQ(plain(message(opened)),
            "the folder of the database is not there: popup (FOLDER/volume/popup.db): check the path; attach the "
            "volume or create "
            "the folder (holdfast never does)");
  EXPECT_FALSE(std::filesystem::exists(folder_.file("volume")));
}

TEST_F(OpenTest, WhatIsNotADatabaseIsRefused) {
  struct Case {
    std::string bytes;
    const char* want;
  };
  for (const Case& one :
       {Case{"short", "the file is not an SQLite database: popup (popup.db): check the path in the Database's url"},
        Case{std::string(8192, 'x'),
             "the file is not an SQLite database: popup (popup.db): check the path in the Database's url"},
        Case{"", "no error"}}) {
    write(one.bytes);
    EXPECT_EQ(plain(message(try_open())), one.want) << one.bytes.size();
  }
  EXPECT_EQ(must(try_open())->inspect({}, std::nullopt)->tables.size(), 0U) << "an empty file is an empty database";
}

TEST_F(OpenTest, AFolderOrADeviceIsNotAFile) {
  std::filesystem::create_directory(path());
  EXPECT_EQ(plain(message(try_open())),
            "the database is not a file: popup (popup.db): check the path in the Database's url");
  EXPECT_EQ(message(open_sqlite({"popup", "/dev/null", std::chrono::milliseconds(20)})),
            "the database is not a file: popup (/dev/null): check the path in the Database's url");
  EXPECT_EQ(message(open_sqlite({"popup", "", std::chrono::milliseconds(20)}).value()->inspect({}, std::nullopt)),
            "the database file is not there: popup (): check the Database's url, or give the Database a setup, which "
            "creates it");
}

// SQLite would keep these in memory, where every row is lost at once.
TEST_F(OpenTest, PathsWithAMeaningForSqliteAreFiles) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  for (const std::string name : {":memory:", "file::memory:", "file:popup?mode=memory"}) {
    must(must(open_sqlite({"popup", name, std::chrono::milliseconds(20)}))->set_up("CREATE TABLE IF NOT EXISTS t (a)"));
    EXPECT_TRUE(std::filesystem::exists(folder_.file(name))) << name;
  }
  std::filesystem::current_path(before);
}

TEST_F(OpenTest, OtherEncodingsAreRefused) {
  make("PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (a)");
  EXPECT_EQ(plain(message(try_open())), "the database is encoded in UTF-16: popup (popup.db): only UTF-8 is supported");
}

TEST_F(OpenTest, ACorruptSchemaIsNamed) {
  make("CREATE TABLE t (a); PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE NONSENSE'");
  EXPECT_EQ(plain(message(try_open())),
            "database is corrupt (malformed database schema (t) - near \"NONSENSE\": syntax error): popup (popup.db): "
            "restore it from a backup");
}

TEST_F(OpenTest, ACorruptPageIsAnErrorWhenItIsRead) {
  make(
      "PRAGMA page_size = 512; CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO t SELECT i, "
      "hex(zeroblob(40)) FROM n");
  {
    std::fstream file(path(), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(512 * 5);
    file << std::string(512 * 20, '\xff');
  }
  const auto t = table("t");
  std::uint64_t seen = 0;
  const auto end = store().scan({t.get(), {0, 1}}, [&](const LiveRow&) { return ++seen < 1000; });
  EXPECT_EQ(plain(message(end)),
            "database is corrupt (database disk image is malformed): popup (popup.db): restore it from a backup");
  EXPECT_EQ(end.error().kind, ErrorKind::Terminal);
}

}  // namespace
}  // namespace holdfast::stores
