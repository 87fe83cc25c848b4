// What goes wrong around the agent neither ends it nor makes it do harm.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Trouble : public testing::Test {
 protected:
  void start_well() {
    agent.start();
    // The marker beside the database is the last thing that is written at a start.
    ASSERT_TRUE(eventually([&] {
      return agent.names() == "one,two,three" && fs::exists(agent.database() + ".holdfast");
    })) << agent.log();
  }
  bool whole() {
    return eventually([&] {
      return agent.rows("SELECT count(*) FROM sqlite_master WHERE name = 'campaigns'") == "1" &&
             agent.names() == "one,two,three";
    });
  }
  RunningAgent agent;
};

TEST_F(Trouble, ADatabaseThatGoesAwayAndComesBackIsHealed) {
  start_well();
  for (const char* side : {"", "-wal", "-shm"}) fs::remove(agent.database() + side);
  EXPECT_TRUE(eventually([&] { return agent.get("/api/v1/status").find("\"up\": false") != std::string::npos; }))
      << agent.log();
  // The path is not made anew by us: there is no setup.
  EXPECT_FALSE(fs::exists(agent.database()));
  agent.sql("CREATE TABLE campaigns (id INTEGER PRIMARY KEY, name TEXT UNIQUE, url TEXT)");
  EXPECT_TRUE(whole()) << agent.log();
}

TEST_F(Trouble, AFileThatIsNoDatabaseIsToldAndLeftAlone) {
  start_well();
  for (const char* side : {"-wal", "-shm"}) fs::remove(agent.database() + side);
  fs::remove(agent.database());
  const std::string nonsense(8192, 'n');
  ScratchFolder other;
  fs::copy_file(other.write("x", nonsense), agent.database());
  EXPECT_TRUE(eventually([&] { return agent.get("/api/v1/status").find("\"up\": false") != std::string::npos; }))
      << agent.log();
  EXPECT_EQ(fs::file_size(agent.database()), nonsense.size());
  EXPECT_NE(agent.get("/healthz"), "") << "the agent is well";
}

// Somebody writes into the middle of the file, not as SQLite does: no mark tells, and the pages that the agent had in
// memory were sound. It said "in sync" for hours.
TEST(Damage, ThatHasComeIntoTheFileWithoutSqliteIsFound) {
  RunningAgent agent("delete");
  agent.declare({"one", "two", "three"}, "  interval: 1s\n");
  agent.start();
  ASSERT_TRUE(eventually([&] {
    return agent.names() == "one,two,three" && fs::exists(agent.database() + ".holdfast");
  })) << agent.log();
  const long page = std::stol(agent.rows("SELECT rootpage - 1 FROM sqlite_schema WHERE name = 'campaigns'")) *
                    std::stol(agent.rows("PRAGMA page_size"));
  {
    std::fstream file(agent.database(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(page);
    file << std::string(512, '\x7f');
  }
  EXPECT_TRUE(eventually([&] { return agent.get("/api/v1/status").find("\"up\": false") != std::string::npos; }))
      << agent.get("/api/v1/status");
  EXPECT_TRUE(eventually([&] {
    return agent.get("/metrics").find("holdfast_wipes_total{database=\"shop\",cause=\"corrupt\"} 1") !=
           std::string::npos;
  })) << agent.get("/metrics");
}

TEST_F(Trouble, ATableThatIsNotThereYetIsWaitedForAndTheAgentIsReady) {
  agent.sql("DROP TABLE campaigns");
  agent.start();
  ASSERT_TRUE(eventually([&] { return agent.is_ready(); })) << agent.log();
  EXPECT_THAT(agent.get("/api/v1/rowsets/campaigns"), HasSubstr("NoTable"));
  agent.sql("CREATE TABLE campaigns (id INTEGER PRIMARY KEY, name TEXT UNIQUE, url TEXT)");
  EXPECT_TRUE(whole()) << agent.log();
}

TEST_F(Trouble, AMigrationOfTheTableInUseIsFollowed) {
  start_well();
  agent.sql("ALTER TABLE campaigns ADD COLUMN note TEXT DEFAULT 'n'; DELETE FROM campaigns WHERE id = 2");
  EXPECT_TRUE(whole()) << agent.log();
  agent.sql("CREATE INDEX notes ON campaigns(note); CREATE TABLE other (x); DELETE FROM campaigns WHERE id = 3");
  EXPECT_TRUE(whole()) << agent.log();
}

TEST_F(Trouble, ALockedDatabaseIsTriedAgainUntilItIsFree) {
  start_well();
  agent.declare({"one", "two", "three"}, "  interval: 1s\n");
  {
    std::unique_ptr<WriteLock> lock;
    ASSERT_TRUE(eventually([&] {
      try {
        lock = std::make_unique<WriteLock>(agent.database());
        return true;
      } catch (const std::runtime_error&) {  // the agent has it
        return false;
      }
    }));
    agent.folder().write(
        "rows/other.yaml",
        "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: others}\nspec:\n  table: "
        "campaigns\n  key: [name]\n  mode: Enforce\n  rows: [{id: 9, name: nine, url: 'https://9'}]\n");
    EXPECT_TRUE(eventually([&] { return agent.logged("locked"); }, 40)) << agent.log();
  }
  EXPECT_TRUE(eventually([&] { return agent.names() == "one,two,three,nine"; })) << agent.log();
}

TEST_F(Trouble, ABusyPortLeavesTheAgentAtWork) {
  start_well();
  const std::string taken = agent.url().substr(7);
  RunningAgent second;
  second.start({}, {{"HOLDFAST_LISTEN", taken}});
  EXPECT_TRUE(eventually([&] { return second.logged("NotListening"); })) << second.log();
  EXPECT_TRUE(eventually([&] { return second.names() == "one,two,three"; })) << second.log();
}

TEST_F(Trouble, SigtermEndsItWithinSecondsAndTheDatabaseIsWhole) {
  start_well();
  const Finished finished = agent.terminate();
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_EQ(agent.rows("PRAGMA integrity_check"), "ok");
}

TEST_F(Trouble, KilledAtRandomItGoesOnWhereItWas) {
  for (int round = 0; round < 5; ++round) {
    agent.start();
    agent.sql("DELETE FROM campaigns; INSERT INTO campaigns VALUES (60, 'their own', 'y')");
    if (round % 2 == 0) (void)eventually([&] { return agent.logged("InForce"); });
    agent.kill();
    agent.sql("DELETE FROM campaigns WHERE id = 60");
  }
  agent.start();
  EXPECT_TRUE(whole()) << agent.log();
  EXPECT_EQ(agent.rows("PRAGMA integrity_check"), "ok");
}

TEST_F(Trouble, TheTokenIsNotInTheChildsEnvironment) {
  agent.start({"--", "/bin/sh", "-c", "env > env.txt; exit 7"});
  const Finished finished = agent.finish();
  EXPECT_EQ(finished.exit, 7) << "the command's own: " << finished.err;
  std::ostringstream text;
  text << std::ifstream(agent.folder() / "env.txt").rdbuf();
  EXPECT_THAT(text.str(), HasSubstr("PATH="));
  EXPECT_THAT(text.str(), testing::Not(HasSubstr("HOLDFAST")));
  EXPECT_EQ(agent.names(), "one,two,three") << "the rows were right before it began";
}

}  // namespace
}  // namespace holdfast::agent
