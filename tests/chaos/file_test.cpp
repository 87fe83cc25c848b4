// What happens to a database file while the agent looks after it: cut off, damaged, emptied. It writes nothing into a
// file that is bad, and goes on with the one that takes its place.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class File : public testing::Test {
 protected:
  void SetUp() override {
    agent.sql("CREATE TABLE filler (x); INSERT INTO filler VALUES (zeroblob(100000)); CREATE INDEX names ON filler(x)");
    agent.start();
    // The marker beside it is the last thing that is written at a start.
    ASSERT_TRUE(eventually([&] {
      return agent.names() == "one,two,three" && fs::exists(agent.database() + ".holdfast");
    })) << agent.log();
    fs::copy_file(agent.database(), kept / "good.db");
  }
  std::string bytes() const {
    std::ifstream file(agent.database(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  bool says(const std::string& text) {
    return eventually([&] { return agent.get("/api/v1/status").find(text) != std::string::npos; });
  }
  // As somebody puts a good file there: in one step.
  void put_good_one_without(int row) {
    execute(kept / "good.db", "DELETE FROM campaigns WHERE id = " + std::to_string(row));
    fs::rename(kept / "good.db", agent.database());
  }
  bool whole() {
    return eventually([&] { return agent.names() == "one,two,three"; }, 60);
  }

  ScratchFolder kept;
  RunningAgent agent{"delete"};
};

TEST_F(File, CutOffInTheMiddleItIsLeftAlone) {
  fs::resize_file(agent.database(), 6000);
  // The next look is by the interval or by whoever opens it; nothing was committed.
  EXPECT_NE(agent.post("/api/v1/rowsets/campaigns/reconcile"), 0u);
  EXPECT_TRUE(says("\"up\": false")) << agent.get("/api/v1/status");
  EXPECT_EQ(fs::file_size(agent.database()), 6000u);
  EXPECT_THAT(agent.get("/api/v1/status"), HasSubstr("\"verdict\": \"corrupt\""));
  EXPECT_THAT(agent.get("/metrics"), HasSubstr("holdfast_wipes_total{database=\"shop\",cause=\"corrupt\"} 1"));
  put_good_one_without(2);
  EXPECT_TRUE(whole()) << agent.log();
}

TEST_F(File, EmptiedItIsAWipe) {
  fs::resize_file(agent.database(), 0);
  agent.sql("CREATE TABLE campaigns (id INTEGER PRIMARY KEY, name TEXT UNIQUE, url TEXT)");
  EXPECT_TRUE(whole()) << agent.log();
  EXPECT_TRUE(says("\"verdict\": \"wiped\"")) << agent.get("/api/v1/status") << agent.log();
}

TEST_F(File, DamagedInItsHeadItIsLeftAlone) {
  {
    std::fstream file(agent.database(), std::ios::binary | std::ios::in | std::ios::out);
    file.write(std::string(4096, '\x55').data(), 4096);
  }
  const std::string damaged = bytes();
  (void)agent.post("/api/v1/rowsets/campaigns/reconcile");
  EXPECT_TRUE(says("\"verdict\": \"corrupt\"")) << agent.get("/api/v1/status");
  EXPECT_EQ(bytes(), damaged);
  put_good_one_without(3);
  EXPECT_TRUE(whole()) << agent.log();
}

// With cp, into the same file: it is not damaged any more, and nothing says so but a run that gets through.
TEST_F(File, DamagedAndMendedInPlaceItIsHealed) {
  fs::resize_file(agent.database(), 6000);
  EXPECT_NE(agent.post("/api/v1/rowsets/campaigns/reconcile"), 0u);
  EXPECT_TRUE(says("\"verdict\": \"corrupt\"")) << agent.get("/api/v1/status");
  execute(kept / "good.db", "DELETE FROM campaigns WHERE id = 2");
  fs::copy_file(kept / "good.db", agent.database(), fs::copy_options::overwrite_existing);
  EXPECT_TRUE(eventually(
      [&] { return agent.rows("SELECT count(*) FROM campaigns") == "3" && agent.names() == "one,two,three"; }, 60))
      << agent.log();
  EXPECT_TRUE(says("\"verdict\": \"intact\"") || says("\"verdict\": \"rolled back\"")) << agent.get("/api/v1/status");
  EXPECT_TRUE(says("\"type\": \"ready\", \"status\": true")) << agent.get("/api/v1/status");
}

TEST_F(File, DeletedAgainAndAgainItIsHealedEachTimeThatItIsThere) {
  for (int round = 0; round < 5; ++round) {
    fs::remove(agent.database());
    agent.sql("CREATE TABLE campaigns (id INTEGER PRIMARY KEY, name TEXT UNIQUE, url TEXT)");
    ASSERT_TRUE(eventually([&] {
      return agent.rows("SELECT count(*) FROM sqlite_master WHERE name = 'campaigns'") == "1" &&
             agent.names() == "one,two,three";
    })) << agent.log();
    // Counted once the agent has written all that it writes: whoever deletes a file under a writer in a rollback mode
    // leaves that writer's journal beside the next one, and SQLite takes it for its own.
    const std::string counted =
        "holdfast_wipes_total{database=\"shop\",cause=\"wiped\"} " + std::to_string(round + 1) + "\n";
    ASSERT_TRUE(eventually([&] { return agent.get("/metrics").find(counted) != std::string::npos; })) << agent.log();
  }
  EXPECT_EQ(agent.rows("PRAGMA integrity_check"), "ok");
}

}  // namespace
}  // namespace holdfast::agent
