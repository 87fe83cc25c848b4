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

// Of all threads of a process.
long times_slept(pid_t process) {
  long times = 0;
  for (const fs::directory_entry& task : fs::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
    std::ifstream status(task.path() / "status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("voluntary_ctxt_switches:")) times += std::stol(line.substr(line.find(':') + 1));
    }
  }
  return times;
}

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
  std::string agent_documents() const {
    std::ifstream file(agent.documents() + "/shop.yaml");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
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

// The run under way waits for somebody's lock, which may last longer than whoever stops us waits.
TEST_F(Trouble, SigtermEndsItWhileItWaitsForALock) {
  const std::string text = agent_documents();
  ASSERT_NE(text.find("url: 'sqlite:"), std::string::npos);
  std::string patient = text;
  patient.insert(patient.find("spec: {") + 7, "lockTimeout: 60s, ");
  agent.folder().write("rows/shop.yaml", patient);
  const WriteLock lock(agent.database());
  agent.start();
  // Whoever waits for the lock sleeps a millisecond at a time; nothing else of an agent does.
  ASSERT_TRUE(eventually([&] { return times_slept(agent.process()) > 500; })) << agent.log();
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(agent.terminate().exit, 0);
  // What is cut off is so after six.
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
}

}  // namespace
}  // namespace holdfast::agent
