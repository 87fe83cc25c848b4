#include "agent/edges/watch/database_watch.h"

#include <filesystem>
#include <ostream>

#include "agent/edges/watch/read_facts.h"
#include "tests/watch/connection.h"
#include "tests/watch/scratch.h"

namespace holdfast::agent {

// For messages of failed tests.
static void PrintTo(const DatabaseChange& change, std::ostream* out) {
  *out << (change.database ? " database" : "") << (change.wal ? " wal" : "") << (change.journal ? " journal" : "")
       << (change.structure ? " structure" : "") << (change.wal_gone ? " wal_gone" : "")
       << (change.overflow ? " overflow" : "") << (change.lost ? " lost" : "") << (change.any() ? "" : " nothing");
}

namespace {

// The kernel queues an event before the call that causes it returns, and every process here is waited for: what read()
// says needs no waiting. That the descriptor wakes a loop has tests of its own.
class DatabaseWatchTest : public OnEachPlace {
 protected:
  DatabaseWatchTest() {
    std::filesystem::create_directory(scratch / "data");
    sql(path_, "CREATE TABLE t (x); INSERT INTO t VALUES (1);");
  }
  void in_wal_mode() { sql(path_, "PRAGMA journal_mode = WAL;"); }
  // The watch works: events come, and a commit is noticed.
  void expect_commit_noticed(DatabaseWatch& watch) const {
    EXPECT_EQ(watch.describe(), "events");
    watch.read();
    sql(path_, "INSERT INTO t VALUES (1);");
    EXPECT_TRUE(readable_now(watch.native_handle()));
    const DatabaseChange change = watch.read();
    EXPECT_TRUE(change.database) << testing::PrintToString(change);
    EXPECT_FALSE(readable_now(watch.native_handle()));
    EXPECT_FALSE(watch.read().any());
  }

  std::string folder_ = scratch / "data";
  std::string path_ = folder_ + "/popup.db";
};
INSTANTIATE_TEST_SUITE_P(Places, DatabaseWatchTest, testing::Values(Place::Disk, Place::Memory), name_of);

// The check every 30 s found one commit six times over, and the agent looked for five seconds after each.
TEST_P(DatabaseWatchTest, ACheckBesideEventsTellsOfACommitOnce) {
  DatabaseWatch watch(path_);
  expect_commit_noticed(watch);
  (void)watch.poll();
  EXPECT_FALSE(watch.poll().any());
  EXPECT_FALSE(watch.poll().any());
}

// --- what SQLite does

TEST_P(DatabaseWatchTest, SilentWhileNothingHappens) {
  DatabaseWatch watch(path_);
  EXPECT_EQ(watch.describe(), "events");
  EXPECT_FALSE(watch.polls());
  EXPECT_FALSE(readable_now(watch.native_handle()));
  EXPECT_EQ(watch.read(), DatabaseChange());
  sql(path_, "SELECT x FROM t;");
  EXPECT_EQ(watch.read(), DatabaseChange()) << "reading is no change";
}

TEST_P(DatabaseWatchTest, ACommitInRollbackMode) {
  for (const char* mode : {"DELETE", "TRUNCATE", "PERSIST", "MEMORY"}) {
    const Connection held(path_);
    DatabaseWatch watch(path_);
    sql(path_, std::string("PRAGMA journal_mode = ") + mode + "; INSERT INTO t VALUES (2);");
    const DatabaseChange change = watch.read();
    EXPECT_TRUE(change.database) << mode;
    EXPECT_EQ(change.journal, std::string(mode) != "MEMORY") << mode;
    EXPECT_FALSE(change.beyond_commits()) << mode << testing::PrintToString(change);
    std::filesystem::remove(path_ + "-journal");
  }
}

TEST_P(DatabaseWatchTest, ACommitInWalMode) {
  in_wal_mode();
  Connection held(path_);
  held.number("SELECT x FROM t");
  DatabaseWatch watch(path_);
  sql(path_, "INSERT INTO t VALUES (2);");
  const DatabaseChange change = watch.read();
  EXPECT_TRUE(change.wal);
  EXPECT_FALSE(change.database);
  EXPECT_FALSE(change.beyond_commits()) << testing::PrintToString(change);
}

TEST_P(DatabaseWatchTest, ACheckpointTouchesTheFile) {
  in_wal_mode();
  Connection held(path_);
  held.number("SELECT x FROM t");
  sql(path_, "INSERT INTO t VALUES (2);");
  DatabaseWatch watch(path_);
  sql(path_, "PRAGMA wal_checkpoint(TRUNCATE);");
  const DatabaseChange change = watch.read();
  EXPECT_TRUE(change.database);
  EXPECT_FALSE(change.beyond_commits()) << testing::PrintToString(change);
}

TEST_P(DatabaseWatchTest, VacuumLooksLikeACommit) {
  for (const bool wal : {false, true}) {
    if (wal) in_wal_mode();
    Connection held(path_);
    held.number("SELECT x FROM t");
    DatabaseWatch watch(path_);
    sql(path_, "VACUUM;");
    const DatabaseChange change = watch.read();
    EXPECT_TRUE(wal ? change.wal : change.database) << testing::PrintToString(change);
    EXPECT_FALSE(change.beyond_commits()) << testing::PrintToString(change);
  }
}

TEST_P(DatabaseWatchTest, TheLastOneWhoClosesTakesTheWalAway) {
  in_wal_mode();
  DatabaseWatch watch(path_);
  sql(path_, "INSERT INTO t VALUES (2);");
  DatabaseChange change = watch.read();
  EXPECT_TRUE(change.wal && change.database && change.wal_gone) << testing::PrintToString(change);
  EXPECT_FALSE(change.structure);
  // When that was this process itself, it is no reason to open anew once more.
  { Connection(path_).run("INSERT INTO t VALUES (3)"); }
  change = watch.read_after_opening();
  EXPECT_FALSE(change.beyond_commits()) << testing::PrintToString(change);
  EXPECT_FALSE(watch.poll().beyond_commits());
}

TEST_P(DatabaseWatchTest, SomebodyDeletesTheWal) {
  in_wal_mode();
  Connection held(path_);
  held.run("INSERT INTO t VALUES (2)");
  DatabaseWatch watch(path_);
  shell("rm " + path_ + "-wal");
  EXPECT_TRUE(watch.read().wal_gone);
}

TEST_P(DatabaseWatchTest, OtherFilesAreReadOver) {
  DatabaseWatch watch(path_);
  shell("cd " + folder_ +
        " && touch x popup.db2 popup.db-shm popup.d popup.db-walx opup.db && mkdir sub && touch sub/popup.db && echo x "
        ">> x && mv x y && "
        "rm -r y sub && chmod 600 popup.db2");
  EXPECT_TRUE(readable_now(watch.native_handle()));
  EXPECT_EQ(watch.read(), DatabaseChange());
}

// --- what people do to files

TEST_P(DatabaseWatchTest, AFileIsRenamedOverIt) {
  DatabaseWatch watch(path_);
  sql(folder_ + "/other.db", "CREATE TABLE t (x);");
  EXPECT_FALSE(watch.read().any());
  const FileFacts before = read_facts(path_);
  shell("mv " + folder_ + "/other.db " + path_);
  EXPECT_TRUE(watch.read().structure);
  EXPECT_FALSE(same_file(read_facts(path_), before));
  expect_commit_noticed(watch);
}

TEST_P(DatabaseWatchTest, TheFileIsDeletedAndMadeAgain) {
  DatabaseWatch watch(path_);
  shell("rm " + path_);
  EXPECT_TRUE(watch.read().structure);
  sql(path_, "CREATE TABLE t (x);");
  EXPECT_TRUE(watch.read().structure);
  expect_commit_noticed(watch);
}

TEST_P(DatabaseWatchTest, AnotherFileIsCopiedOverIt) {
  sql(scratch / "other.db", "CREATE TABLE t (x);");
  DatabaseWatch watch(path_);
  for (const char* command : {"cp ", "cp -p "}) {
    const FileFacts before = read_facts(path_);
    shell(command + (scratch / "other.db") + " " + path_);
    EXPECT_TRUE(watch.read().database);
    EXPECT_NE(read_facts(path_), before);
    EXPECT_TRUE(same_file(read_facts(path_), before)) << "cp keeps the inode";
  }
  expect_commit_noticed(watch);
}

TEST_P(DatabaseWatchTest, RightsAndTruncation) {
  DatabaseWatch watch(path_);
  shell("chmod 444 " + path_);
  EXPECT_TRUE(watch.read().structure);
  shell("truncate -s 0 " + path_);
  EXPECT_TRUE(watch.read().database);
}

TEST_P(DatabaseWatchTest, TheFileIsNotThereYet) {
  shell("rm " + path_);
  DatabaseWatch watch(path_);
  EXPECT_EQ(watch.describe(), "events");
  sql(path_, "CREATE TABLE t (x);");
  EXPECT_TRUE(watch.read().structure);
  expect_commit_noticed(watch);
}

// --- what happens to folders

TEST_P(DatabaseWatchTest, TheFolderIsMovedAndComesBack) {
  DatabaseWatch watch(path_);
  const int handle = watch.native_handle();
  shell("mv " + folder_ + " " + folder_ + ".old");
  EXPECT_TRUE(watch.read().lost);
  EXPECT_TRUE(watch.polls());
  EXPECT_TRUE(watch.describe().starts_with("polling: the folder is not there (")) << watch.describe();
  EXPECT_FALSE(watch.poll().any()) << "told already";
  shell("mv " + folder_ + ".old " + folder_);
  EXPECT_TRUE(watch.poll().lost) << "set anew, and something may have happened in between";
  EXPECT_EQ(watch.native_handle(), handle) << "loops keep it";
  expect_commit_noticed(watch);
}

TEST_P(DatabaseWatchTest, TheFolderIsExchanged) {
  shell("cp -r " + folder_ + " " + folder_ + ".new");
  DatabaseWatch watch(path_);
  shell("mv " + folder_ + " " + folder_ + ".old; mv " + folder_ + ".new " + folder_);
  EXPECT_TRUE(watch.read().lost);
  expect_commit_noticed(watch);
  sql(folder_ + ".old/popup.db", "INSERT INTO t VALUES (1);");
  EXPECT_FALSE(watch.read().any()) << "the old one does not matter any more";
}

TEST_P(DatabaseWatchTest, TheFolderIsDeletedAndMadeAgain) {
  DatabaseWatch watch(path_);
  shell("rm -r " + folder_ + "; mkdir " + folder_);
  const DatabaseChange change = watch.read();
  EXPECT_TRUE(change.lost && change.structure) << testing::PrintToString(change);
  sql(path_, "CREATE TABLE t (x);");
  expect_commit_noticed(watch);
}

TEST_P(DatabaseWatchTest, AFolderAboveIsMoved) {
  const std::string deep = scratch / "a/b/c";
  shell("mkdir -p " + deep + "; cp " + path_ + " " + deep + "/popup.db");
  path_ = deep + "/popup.db";
  DatabaseWatch watch(path_);
  shell("cd " + scratch.path() + "; cp -r a new; mv a old; mv new a");
  EXPECT_TRUE(watch.read().lost);
  expect_commit_noticed(watch);
}

TEST_P(DatabaseWatchTest, TheFolderComesLater) {
  shell("mv " + folder_ + " " + folder_ + ".later");
  DatabaseWatch watch(path_);
  EXPECT_TRUE(watch.polls());
  EXPECT_FALSE(watch.poll().any());
  shell("mv " + folder_ + ".later " + folder_);
  const DatabaseChange change = watch.poll();
  EXPECT_TRUE(change.lost && change.structure) << testing::PrintToString(change);
  expect_commit_noticed(watch);
}

// --- links

TEST_P(DatabaseWatchTest, ALinkToTheFileIsSetToAnother) {
  sql(scratch / "v2.db", "CREATE TABLE t (x);");
  const std::string real = path_;
  shell("mkdir " + scratch / "links; ln -s " + real + " " + scratch / "links/current.db");
  path_ = scratch / "links/current.db";
  DatabaseWatch watch(path_);
  expect_commit_noticed(watch);
  shell("ln -sfn ../v2.db " + path_);
  EXPECT_TRUE(watch.read().lost);
  expect_commit_noticed(watch);
  sql(real, "INSERT INTO t VALUES (1);");
  EXPECT_FALSE(watch.read().any());
}

TEST_P(DatabaseWatchTest, ALinkToTheFolderIsSetToAnother) {
  shell("cd " + scratch.path() + "; cp -r data v2; ln -s data current");
  path_ = scratch / "current/popup.db";
  DatabaseWatch watch(path_);
  expect_commit_noticed(watch);
  shell("cd " + scratch.path() + "; ln -s v2 new; mv -T new current");
  EXPECT_TRUE(watch.read().lost);
  expect_commit_noticed(watch);
}

TEST_P(DatabaseWatchTest, TheWalOfALinkedFileLiesBesideTheRealOne) {
  in_wal_mode();
  shell("ln -s " + path_ + " " + scratch / "link.db");
  Connection held(path_);
  held.number("SELECT x FROM t");
  DatabaseWatch watch(scratch / "link.db");
  sql(scratch / "link.db", "INSERT INTO t VALUES (2);");
  EXPECT_TRUE(watch.read().wal);
  EXPECT_TRUE(watch.poll().wal);
}

TEST_P(DatabaseWatchTest, ALinkTakesTheFilesPlace) {
  sql(scratch / "elsewhere.db", "CREATE TABLE t (x);");
  DatabaseWatch watch(path_);
  shell("ln -s " + scratch / "elsewhere.db " + folder_ + "/new; mv " + folder_ + "/new " + path_);
  const DatabaseChange change = watch.read();
  EXPECT_TRUE(change.structure && change.lost) << testing::PrintToString(change);
  expect_commit_noticed(watch);
}

}  // namespace
}  // namespace holdfast::agent
