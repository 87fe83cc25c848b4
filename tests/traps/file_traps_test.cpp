// TRAPS 12 and 14: a setup that leaves the application's own migration alone, and locks that are not lost by looking.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reconcilers/stores/sqlite/sqlite_store.h"
#include "tests/scenario/scenario.h"

namespace holdfast::testing {
namespace {

// With the later columns in our CREATE TABLE the application's ALTER would fail with "duplicate column name".
TEST(FileTraps, ASetupOfTheBaseLeavesRoomForTheApplicationsMigration) {
  Scenario s;
  s.documents("apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: db}\nspec:\n  url: \"sqlite:" +
              s.path() + "\"\n  setup: \"CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, name TEXT)\"\n---\n" +
              row_set("t", "t", "id", "  rows: [{id: 1, name: a}]"));
  EXPECT_EQ(s.apply().exit, 0);
  s.sql("ALTER TABLE t ADD COLUMN offer_id TEXT; UPDATE t SET offer_id = 'theirs'");
  const Outcomes after = s.apply();
  EXPECT_EQ(after.exit, 0) << after.all_errors();
  EXPECT_EQ(after.changes(), "");
  EXPECT_EQ(s.rows("SELECT * FROM t"), "1|a|theirs");
}

// What another process sees of the lock; true if it could write.
bool another_process_can_write(const std::string& path) {
  const pid_t child = fork();
  if (child == 0) {
    sqlite3* database = nullptr;
    sqlite3_open(path.c_str(), &database);
    _exit(sqlite3_exec(database, "BEGIN IMMEDIATE; UPDATE t SET name = 'theirs'; COMMIT", nullptr, nullptr, nullptr) ==
          SQLITE_OK);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status) == 1;
}

// A process that opens and closes the file by itself drops every lock it has on it: another process then writes in the
// middle of our transaction. Nothing that a store does while it holds the lock may do that.
TEST(FileTraps, OurLockHoldsWhateverElseWeDo) {
  for (const char* mode : {"DELETE", "WAL"}) {
    Scenario s;
    const std::string setup = "CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, name TEXT)";
    s.sql(std::string("PRAGMA journal_mode=") + mode + ";" + setup + "; INSERT INTO t VALUES (1,'ours')");
    stores::SqliteOptions options;
    options.name = "db";
    options.path = s.path();
    Result<std::unique_ptr<Store>> store = stores::open_sqlite(options);
    ASSERT_TRUE(store.ok());
    const std::vector<std::string> tables = {"t"};
    Result<Schema> schema = (*store)->inspect(tables, setup);
    ASSERT_TRUE(schema.ok());
    Result<std::unique_ptr<Transaction>> transaction = (*store)->begin(*schema);
    ASSERT_TRUE(transaction.ok());
    EXPECT_FALSE(another_process_can_write(s.path())) << mode;

    const std::string name = (*store)->location();
    EXPECT_TRUE((*store)->count(*schema->find("t"), {}, {}).ok());
    EXPECT_TRUE((*store)->inspect(tables, setup).ok());
    { Result<std::unique_ptr<Store>> second = stores::open_sqlite(options); }
    EXPECT_FALSE(another_process_can_write(s.path())) << mode;
    (*transaction)->rollback();
    EXPECT_TRUE(another_process_can_write(s.path())) << mode;
  }
}

}  // namespace
}  // namespace holdfast::testing
