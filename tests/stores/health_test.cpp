// Health of an SQLite file: real damage, checks that give way, what only the application can compare (TRAPS 10).
#include <gmock/gmock.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "tests/stores/database.h"

namespace holdfast::stores {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class HealthTest : public DatabaseTest {
 protected:
  void make_rows(int rows) {
    make(
        "PRAGMA page_size = 1024; CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE INDEX i ON t(a);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
        std::to_string(rows) + ") INSERT INTO t SELECT i, 'name ' || i || hex(zeroblob(40)) FROM n");
  }
  // Bytes in the middle of the file become others, as a bad disk does it.
  void damage(std::streamoff at, std::size_t bytes) const {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file.write(std::string(bytes, '\x7f').data(), static_cast<std::streamsize>(bytes));
    ASSERT_TRUE(file.good());
  }
  IntegrityReport check(std::chrono::milliseconds at_most = 5s) { return must(store().check_integrity(at_most)); }
};

TEST_F(HealthTest, damage_in_a_page_is_told_in_the_engines_words) {
  make_rows(2000);
  EXPECT_EQ(check().integrity, Integrity::Sound);
  close();
  damage(20 * 1024, 1024);
  const IntegrityReport report = check();
  EXPECT_EQ(report.integrity, Integrity::Damaged);
  ASSERT_FALSE(report.problems.empty());
  EXPECT_LE(report.problems.size(), 10U);
}

TEST_F(HealthTest, a_file_that_is_no_database_is_damaged_at_opening) {
  make_rows(1);
  close();
  damage(0, 100);
  const auto opened = try_open();
  ASSERT_FALSE(opened);
  EXPECT_TRUE(opened.error().damaged) << message(opened);
}

TEST_F(HealthTest, a_locked_database_is_not_damaged) {
  make_rows(1);
  (void)store();
  Other other(path());
  other.run("BEGIN EXCLUSIVE");
  const auto report = store().check_integrity(30ms);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::Transient);
  EXPECT_FALSE(report.error().damaged);
}

TEST_F(HealthTest, rows_that_break_a_constraint_are_no_damage) {
  make(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, CHECK (a <> 'x'));"
      "PRAGMA ignore_check_constraints = ON; INSERT INTO t VALUES (1, 'x');"
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'a TEXT', 'a TEXT NOT NULL');");
  make("PRAGMA ignore_check_constraints = ON; INSERT INTO t VALUES (2, 'x')");
  EXPECT_THAT(ask("PRAGMA quick_check"), HasSubstr("CHECK constraint failed"));
  EXPECT_EQ(check().integrity, Integrity::Sound);
}

int backwards(void*, int a_size, const void* a, int b_size, const void* b) {
  const std::string_view one(static_cast<const char*>(a), static_cast<std::size_t>(a_size));
  const std::string_view other(static_cast<const char*>(b), static_cast<std::size_t>(b_size));
  return other.compare(one);
}

TEST_F(HealthTest, what_only_the_application_can_compare_is_unknown) {
  sqlite3* application = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &application), SQLITE_OK);
  sqlite3_create_collation(application, "BACKWARDS", SQLITE_UTF8, nullptr, backwards);
  ASSERT_EQ(sqlite3_exec(application,
                         "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT COLLATE BACKWARDS); CREATE INDEX i ON t(a);"
                         "INSERT INTO t VALUES (1, 'x'), (2, 'y')",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(application);
  const IntegrityReport report = check();
  EXPECT_EQ(report.integrity, Integrity::Unknown);
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_THAT(report.problems.front(), HasSubstr("BACKWARDS"));
}

TEST_F(HealthTest, a_file_too_large_for_the_time_is_not_begun_with) {
  make_rows(20'000);
  const IntegrityReport report = check(1ms);
  EXPECT_EQ(report.integrity, Integrity::Unknown);
  EXPECT_THAT(report.problems.front(), HasSubstr("too much"));
}

TEST_F(HealthTest, free_pages_are_counted) {
  make_rows(5000);
  const StorageReport before = must(store().storage());
  EXPECT_EQ(before.free_bytes, 0U);
  Other(path()).run("DELETE FROM t");
  const StorageReport after = must(store().storage());
  EXPECT_EQ(after.bytes, before.bytes);
  EXPECT_GT(after.free_bytes, after.bytes / 2);
}

TEST_F(HealthTest, counting_orphans_ends_in_time) {
  make(
      "CREATE TABLE p (id INTEGER, a TEXT); CREATE TABLE c (id INTEGER PRIMARY KEY, a TEXT);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) INSERT INTO c SELECT i, i FROM "
      "n;"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) INSERT INTO p SELECT i, i FROM "
      "n");
  const auto parent = table("p");
  const auto child = table("c");
  const ColumnList columns = {1};
  const auto start = std::chrono::steady_clock::now();
  const OrphanReport report = must(store().count_orphans({*child, columns, *parent, columns}, 10, 3ms));
  EXPECT_FALSE(report.complete);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
}

// A writer in a rollback mode cannot commit while somebody reads: the count gives way, again and again, and the writer
// never fails.
TEST_F(HealthTest, counting_orphans_gives_way_to_writers) {
  make(
      "CREATE TABLE p (id INTEGER, a TEXT); CREATE TABLE c (id INTEGER PRIMARY KEY, a TEXT);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) INSERT INTO c SELECT i, i FROM "
      "n;"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) INSERT INTO p SELECT i, i FROM "
      "n");
  const auto parent = table("p");
  const auto child = table("c");
  const ColumnList columns = {1};
  std::atomic<bool> stop = false;
  std::atomic<int> written = 0, failed = 0;
  std::thread writer([&] {
    Other other(path());
    other.wait_for_locks(1s);
    while (!stop) ++(other.code("UPDATE c SET a = a WHERE id = 1") == SQLITE_OK ? written : failed);
  });
  while (written == 0) std::this_thread::yield();
  (void)must(store().count_orphans({*child, columns, *parent, columns}, 10, 400ms));
  stop = true;
  writer.join();
  EXPECT_EQ(failed, 0);
  EXPECT_GT(written, 0);
}

}  // namespace
}  // namespace holdfast::stores
