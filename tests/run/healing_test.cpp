// What a user breaks is healed by the agent, in each journal mode and whatever is done to the file.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

class Healing : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    agent.start();
    ASSERT_TRUE(eventually([&] { return agent.names() == "one,two,three"; })) << agent.log();
  }
  void heals(const std::string& what) {
    EXPECT_TRUE(eventually([&] {
      return agent.rows(
                 "SELECT count(*) FROM campaigns WHERE name IN ('one', 'two', 'three') AND url LIKE 'https://%'") ==
             "3";
    })) << what
        << "\n"
        << agent.log();
  }

  RunningAgent agent{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(JournalMode, Healing, testing::Values("wal", "delete", "truncate", "persist"));

TEST_P(Healing, WhatIsDeletedChangedOrRenamedComesBack) {
  for (const char* breaking :
       {"DELETE FROM campaigns WHERE name = 'one'", "UPDATE campaigns SET url = 'x' WHERE id = 2",
        "DELETE FROM campaigns", "UPDATE campaigns SET name = 'other' WHERE id = 3"}) {
    agent.sql(breaking);
    if (std::string(breaking).find("other") != std::string::npos) {
      // The row is there under another name: its place is taken, and nothing of somebody else's is overwritten.
      EXPECT_TRUE(eventually([&] { return agent.get("/api/v1/status").find("\"identity\": 1") != std::string::npos; }))
          << agent.get("/api/v1/status");
      agent.sql("DELETE FROM campaigns WHERE name = 'other'");
    }
    heals(breaking);
  }
}

TEST_P(Healing, UsersRowsStay) {
  agent.sql("INSERT INTO campaigns VALUES (50, 'their own', 'y'); DELETE FROM campaigns WHERE id = 1");
  heals("beside a user's row");
  EXPECT_EQ(agent.rows("SELECT url FROM campaigns WHERE id = 50"), "y");
}

TEST_P(Healing, AFileThatIsReplacedByRenameOrCopyIsTheOneThatIsHealed) {
  const ScratchFolder other;
  const std::string copy = other / "copy.db";
  // Whoever puts another file there while somebody writes leaves that writer's journal beside the new one: the last
  // thing that the agent writes at its start has to be done.
  ASSERT_TRUE(eventually([&] { return fs::exists(agent.database() + ".holdfast"); }));
  agent.sql("PRAGMA wal_checkpoint(TRUNCATE)");
  execute(copy,
          "CREATE TABLE campaigns (id INTEGER PRIMARY KEY, name TEXT UNIQUE, url TEXT);"
          "INSERT INTO campaigns VALUES (77, 'of the copy', 'z')");
  for (const char* side : {"-wal", "-shm", "-journal"}) fs::remove(agent.database() + side);
  fs::copy_file(copy, agent.database() + ".new");
  fs::rename(agent.database() + ".new", agent.database());
  heals("renamed over");
  EXPECT_EQ(agent.rows("SELECT name FROM campaigns WHERE id = 77"), "of the copy");
}

TEST_P(Healing, TheApiHasRunsAndEventsOfIt) {
  agent.sql("DELETE FROM campaigns WHERE name = 'two'");
  heals("a deleted row");
  // What is told comes after what is done.
  const auto tells = [&](const std::string& path, const std::string& text) {
    return eventually([&] { return agent.get(path).find(text) != std::string::npos; });
  };
  EXPECT_TRUE(tells("/api/v1/runs", "\"trigger\": \"change\"")) << agent.get("/api/v1/runs");
  EXPECT_TRUE(tells("/api/v1/events", "(edit)")) << agent.get("/api/v1/events");
  EXPECT_TRUE(
      tells("/metrics",
            "holdfast_corrections_total{database=\"shop\",rowset=\"campaigns\",action=\"insert\",cause=\"edit\"} 1"));
  EXPECT_TRUE(eventually([&] { return agent.in_sync(); }));
}

TEST(Fight, ARowThatSomebodyChangesBackEachTimeIsHeldAndTold) {
  RunningAgent agent;
  agent.start();
  ASSERT_TRUE(eventually([&] { return agent.names() == "one,two,three"; }));
  for (int round = 0; round < 5; ++round) {
    ASSERT_TRUE(eventually([&] { return agent.rows("SELECT url FROM campaigns WHERE id = 1") != "x"; })) << round;
    agent.sql("UPDATE campaigns SET url = 'x' WHERE id = 1");
  }
  ASSERT_TRUE(eventually([&] { return agent.rows("SELECT url FROM campaigns WHERE id = 1") != "x"; }));
  agent.sql("UPDATE campaigns SET url = 'x' WHERE id = 1; DELETE FROM campaigns WHERE id = 2");
  ASSERT_TRUE(eventually([&] { return agent.rows("SELECT count(*) FROM campaigns WHERE id = 2") == "1"; }))
      << "the other rows go on";
  EXPECT_EQ(agent.rows("SELECT url FROM campaigns WHERE id = 1"), "x") << "the sixth is held";
  EXPECT_TRUE(eventually([&] { return agent.logged("Fight"); }));
  EXPECT_TRUE(eventually([&] {
    return agent.get("/api/v1/rowsets/campaigns").find("held_until\": \"") != std::string::npos;
  })) << agent.get("/api/v1/rowsets/campaigns");
  EXPECT_TRUE(eventually([&] { return agent.rows("SELECT url FROM campaigns WHERE id = 1") != "x"; }))
      << "and mended when the hold is over";
}

TEST(PauseOfTheAgent, HoldsAndOutlivesARestart) {
  RunningAgent agent;
  agent.start();
  ASSERT_TRUE(eventually([&] { return agent.is_ready() && agent.in_sync(); }));
  ASSERT_EQ(agent.post("/api/v1/rowsets/campaigns/pause", R"({"for": "1h"})"), 200U);
  agent.sql("DELETE FROM campaigns WHERE id = 1");
  ASSERT_TRUE(eventually([&] { return !agent.in_sync(); }));
  agent.kill();
  agent.start();
  ASSERT_TRUE(eventually([&] { return agent.is_ready(); }));
  EXPECT_EQ(agent.names(), "two,three");
  ASSERT_EQ(agent.post("/api/v1/resume"), 200U);
  EXPECT_TRUE(eventually([&] { return agent.names() == "one,two,three"; })) << agent.log();
}

}  // namespace
}  // namespace holdfast::agent
