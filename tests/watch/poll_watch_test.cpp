#include "agent/edges/watch/poll_watch.h"

#include "tests/watch/connection.h"
#include "tests/watch/scratch.h"

namespace holdfast::agent {
namespace {

class PollWatchTest : public OnEachPlace {
 protected:
  PollWatchTest() { sql(path_, "CREATE TABLE t (x);"); }
  // Some polls after a change say once more that something was written; then they are silent.
  static void rest(PollWatch& watch) {
    int more = 0;
    for (DatabaseChange change = watch.poll(); change.any(); change = watch.poll()) {
      ASSERT_FALSE(change.beyond_commits());
      ASSERT_LE(++more, 5);
    }
    EXPECT_EQ(more, 5);
  }
  std::string path_ = scratch / "popup.db";
};
INSTANTIATE_TEST_SUITE_P(Places, PollWatchTest, testing::Values(Place::Disk, Place::Memory), name_of);

TEST_P(PollWatchTest, Commits) {
  PollWatch watch(path_);
  EXPECT_FALSE(watch.poll().any());
  sql(path_, "INSERT INTO t VALUES (1);");
  DatabaseChange change = watch.poll();
  EXPECT_TRUE(change.database && !change.wal && !change.beyond_commits());
  rest(watch);

  sql(path_, "PRAGMA journal_mode = WAL;");
  Connection held(path_);
  held.number("SELECT x FROM t");
  EXPECT_TRUE(watch.poll().any());
  rest(watch);
  sql(path_, "INSERT INTO t VALUES (2);");
  change = watch.poll();
  EXPECT_TRUE(change.wal && !change.database && !change.beyond_commits());
  rest(watch);
}

TEST_P(PollWatchTest, WhatPeopleDoToFiles) {
  sql(scratch / "other.db", "CREATE TABLE t (x, y); INSERT INTO t VALUES (1, 2);");
  shell("cp " + scratch / "other.db " + scratch / "third.db; touch -r " + path_ + " " + scratch / "third.db");
  struct {
    const char* command;
    bool structure;
  } const cases[] = {
      {"cp other.db popup.db", false},
      {"touch -r popup.db third.db; cp -p third.db popup.db", true},  // only the time that nobody can set has moved
      {"chmod 440 popup.db", true},
      {"mv other.db popup.db", true},
      {"rm popup.db", true},
      {"cp third.db popup.db", true},
      {"cp popup.db popup.db-wal", false},
  };
  PollWatch watch(path_);
  for (const auto& one : cases) {
    shell("cd " + scratch.path() + "; " + one.command);
    const DatabaseChange change = watch.poll();
    EXPECT_TRUE(change.any()) << one.command;
    EXPECT_EQ(change.structure, one.structure) << one.command;
    while (watch.poll().any()) continue;
  }
  shell("rm " + path_ + "-wal");
  EXPECT_TRUE(watch.poll().wal_gone);
}

}  // namespace
}  // namespace holdfast::agent
