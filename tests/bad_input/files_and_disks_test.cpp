// Database files and disks in every bad state: a clear error, and nothing lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/scenario/scenario.h"

namespace holdfast::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* schema = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1,'old')";

std::string one_row() { return row_set("t", "t", "id", "  rows: [{id: 1, name: new}]"); }

TEST(BadFiles, WhatIsNotADatabaseIsNamed) {
  struct Case {
    const char* what;
    std::function<void(Scenario&)> prepare;
    const char* error;
  };
  const Case cases[] = {
      {"text", [](Scenario& s) { s.file("test.db", std::string(5000, 'x')); },
       "the file is not an SQLite database: db (test.db): check the path in the Database's url"},
      {"a folder", [](Scenario& s) { mkdir(s.path().c_str(), 0755); },
       "the database is not a file: db (test.db): check the path in the Database's url"},
      {"nothing", [](Scenario&) {},
       "the database file is not there: db (test.db): check the Database's url, or give the Database a setup, which "
       "creates it"},
      {"a pipe", [](Scenario& s) { mkfifo(s.path().c_str(), 0600); },
       "the database is not a file: db (test.db): check the path in the Database's url"},
  };
  for (const Case& one : cases) {
    Scenario s;
    one.prepare(s);
    s.documents(one_row());
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 1) << one.what;
    EXPECT_EQ(outcomes.error, one.error) << one.what;
  }
}

TEST(BadFiles, AMissingFolderIsNeverMade) {
  Scenario s;
  std::filesystem::remove_all(s.folder());
  s.documents(one_row());
  EXPECT_THAT(s.apply().error, HasSubstr("the folder of the database is not there"));
  EXPECT_FALSE(std::filesystem::exists(s.folder()));
}

TEST(BadFiles, AnEmptyFileIsAnEmptyDatabase) {
  Scenario s;
  s.file("test.db", "");
  s.documents(one_row());
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 2);
  EXPECT_EQ(outcomes.changes(), "t no-table\n");
}

TEST(BadFiles, ACorruptPageIsAnErrorAndNothingIsWritten) {
  Scenario s;
  s.sql(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 5000) INSERT INTO t SELECT i, "
      "hex(randomblob(50)) FROM n");
  {
    std::fstream file(s.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 * 40);
    file << std::string(4096, '\xff');
  }
  s.documents(one_row());
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 1);
  EXPECT_THAT(
      outcomes.error,
      HasSubstr("database is corrupt (database disk image is malformed): db (test.db): restore it from a backup"));
}

TEST(BadFiles, ALockThatDoesNotEndIsAnErrorAfterItsTime) {
  for (const char* lock : {"BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"}) {
    Scenario s(schema);
    const std::string database =
        "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: db}\nspec:\n  url: \"sqlite:" + s.path() +
        "\"\n  lockTimeout: 50ms\n---\n";
    s.documents(database + one_row());
    s.sql(lock);
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 1) << lock;
    EXPECT_EQ(outcomes.error,
              "database is locked: db (test.db): another process kept the lock longer than lockTimeout (50ms); shorten "
              "its transactions, or raise lockTimeout of the Database")
        << lock;
    s.sql("COMMIT");
    EXPECT_EQ(s.apply().exit, 0) << lock;
  }
}

// In rollback mode a commit waits for readers; while it does, no new reader gets in. So it gives up soon and tries
// again.
TEST(BadFiles, AReaderThatStaysHoldsTheCommitBackNotTheOtherReaders) {
  Scenario s(schema);
  const std::string database =
      "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: db}\nspec:\n  url: \"sqlite:" + s.path() +
      "\"\n  lockTimeout: 200ms\n---\n";
  s.documents(database + one_row());
  s.sql("BEGIN");
  EXPECT_EQ(s.rows("SELECT count(*) FROM t"), "1");
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 1);
  EXPECT_THAT(outcomes.error, HasSubstr("database is locked"));
  s.sql("COMMIT");
  EXPECT_EQ(s.rows("SELECT name FROM t"), "old");
  EXPECT_EQ(s.apply().exit, 0);
}

// As another user: root may write everywhere.
Outcomes as_nobody(Scenario& s) {
  chmod(s.folder().c_str(), 0755);
  int result[2];
  EXPECT_EQ(pipe(result), 0);
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(99);
    const Outcomes outcomes = s.apply();
    const ssize_t ignored = write(result[1], outcomes.error.data(), outcomes.error.size());
    (void)ignored;
    _exit(outcomes.exit);
  }
  close(result[1]);
  Outcomes outcomes;
  char buffer[1000];
  for (ssize_t size; (size = read(result[0], buffer, sizeof buffer)) > 0;)
    outcomes.error.append(buffer, static_cast<std::size_t>(size));
  close(result[0]);
  int status = 0;
  waitpid(child, &status, 0);
  outcomes.exit = WEXITSTATUS(status);
  return outcomes;
}

TEST(BadFiles, AReadOnlyFileIsReadOnly) {
  Scenario s(schema);
  chmod(s.path().c_str(), 0444);
  s.documents(one_row());
  const Outcomes outcomes = as_nobody(s);
  EXPECT_EQ(outcomes.exit, 1);
  EXPECT_EQ(outcomes.error,
            "database is read-only: db (test.db): give this user write access to the file and its folder");
  EXPECT_EQ(s.rows("SELECT name FROM t"), "old");
}

TEST(BadFiles, AFileThatMayNotBeReadIsNamed) {
  Scenario s(schema);
  chmod(s.path().c_str(), 0000);
  s.documents(one_row());
  EXPECT_THAT(as_nobody(s).error,
              HasSubstr("cannot open the database: db (test.db): check the path and the rights on file and folder"));
}

TEST(BadFiles, AFileReplacedBetweenReadAndWriteIsReadAnew) {
  Scenario s(schema);
  Scenario other("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1,'other'),(2,'theirs')");
  s.documents(one_row());
  s.between_read_and_lock([&] { std::filesystem::rename(other.path(), s.path()); });
  // The other file has no journal yet, so its schema is another one: the command then begins again by itself.
  EXPECT_EQ(s.apply().error, "the schema changed since it was read: db (test.db): run again");
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 0) << outcomes.all_errors() << outcomes.messages();
  Scenario reader;
  std::filesystem::rename(s.path(), reader.path());
  EXPECT_EQ(reader.rows("SELECT * FROM t"), "1|new\n2|theirs");
}

TEST(BadFiles, AFileDeletedBetweenReadAndWriteIsAnErrorAndNotMadeAgain) {
  Scenario s(schema);
  s.documents(one_row());
  s.between_read_and_lock([&] { std::filesystem::remove(s.path()); });
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 1);
  EXPECT_THAT(outcomes.error, HasSubstr("the database file is not there: db (test.db)"));
  EXPECT_FALSE(std::filesystem::exists(s.path()));
}

// A limit on the size of files stands for a full disk: SQLite sees the same short write.
TEST(BadFiles, AFullDiskRollsEverythingBack) {
  for (const char* mode : {"DELETE", "WAL"}) {
    Scenario s(std::string("PRAGMA journal_mode=") + mode + ";" + schema);
    std::string csv = "id,name\n";
    for (int i = 2; i < 3000; ++i) csv += std::to_string(i) + "," + std::string(200, 'x') + "\n";
    s.file("rows.csv", csv);
    s.documents(row_set("t", "t", "id", "  rowsFrom: [{file: rows.csv}]"));
    const std::string before = s.dump();
    const pid_t child = fork();
    if (child == 0) {
      signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{200'000, 200'000};
      setrlimit(RLIMIT_FSIZE, &limit);
      const Outcomes outcomes = s.apply();
      const bool told = outcomes.error.find("disk") != std::string::npos;
      _exit(told ? outcomes.exit : 77);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 1) << mode;
    EXPECT_EQ(s.dump(), before) << mode;
    EXPECT_EQ(s.rows("PRAGMA integrity_check"), "ok") << mode;
    EXPECT_EQ(s.apply().exit, 0) << mode;
  }
}

TEST(BadFiles, ASchemaThatMovesBetweenReadAndWriteIsReadAnew) {
  Scenario s(schema);
  s.documents(one_row());
  s.between_read_and_lock([&] { s.sql("ALTER TABLE t ADD COLUMN added TEXT"); });
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 1);
  EXPECT_EQ(outcomes.error, "the schema changed since it was read: db (test.db): run again");
  EXPECT_EQ(s.rows("SELECT name FROM t"), "old");
}

TEST(BadFiles, Utf16IsRefused) {
  Scenario s(std::string("PRAGMA encoding='UTF-16le';") + schema);
  s.documents(one_row());
  EXPECT_EQ(s.apply().error, "the database is encoded in UTF-16: db (test.db): only UTF-8 is supported");
}

}  // namespace
}  // namespace holdfast::testing
