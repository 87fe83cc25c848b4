// A disk that is full or may not be written: the agent says so, does no harm, and goes on by itself afterwards.
#include <gmock/gmock.h>

#include "tests/chaos/small_disk.h"
#include "tests/must_mount.h"
#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;

class Disk : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!disk.mounted() && !must_mount()) GTEST_SKIP() << "mounting is not allowed here";
    ASSERT_TRUE(disk.mounted());
    agent = std::make_unique<RunningAgent>(GetParam(), disk.path());
    agent->start();
    ASSERT_TRUE(eventually([&] { return whole() && std::filesystem::exists(agent->database() + ".holdfast"); }))
        << agent->log();
  }
  bool whole() const { return agent->names() == "one,two,three"; }
  bool says(const std::string& text) const {
    return eventually([&] { return agent->get("/api/v1/status").find(text) != std::string::npos; });
  }

  SmallDisk disk;
  std::unique_ptr<RunningAgent> agent;
};
INSTANTIATE_TEST_SUITE_P(JournalMode, Disk, testing::Values("wal", "delete"));

TEST_P(Disk, WhatCannotBeWrittenIsToldAndWrittenOnceThereIsRoom) {
  EXPECT_EQ(agent->terminate().exit, 0);
  agent->sql("DELETE FROM campaigns WHERE id = 2; PRAGMA wal_checkpoint(TRUNCATE)");
  disk.fill();
  agent->start();
  EXPECT_TRUE(eventually([&] { return agent->logged("RunFailed") && agent->logged("DiskNearlyFull"); }, 30))
      << agent->log();
  EXPECT_EQ(agent->get("/healthz"), "ok\n") << "it lives";
  EXPECT_TRUE(eventually([&] { return agent->get("/api/v1/status").find("DiskNearlyFull") != std::string::npos; }))
      << agent->get("/api/v1/status");
  disk.make_room();
  EXPECT_TRUE(eventually([&] { return whole(); }, 60)) << agent->log();
  EXPECT_EQ(agent->rows("PRAGMA integrity_check"), "ok");
}

TEST_P(Disk, ThatFillsUpUnderTheAgentIsToldAndWrittenOnceThereIsRoom) {
  // Room in the log could be used again.
  ASSERT_TRUE(eventually([&] { return agent->rows("PRAGMA wal_checkpoint(TRUNCATE)").starts_with("0|"); }));
  disk.fill();
  agent->declare({"one", "two", "three", "four"});
  EXPECT_TRUE(says("\"error\": \"disk is full: shop ")) << agent->get("/api/v1/status");
  EXPECT_TRUE(agent->logged("RunFailed: disk is full: shop ")) << agent->log();
  EXPECT_TRUE(eventually(
      [&] { return agent->get("/metrics").find("holdfast_database_up{database=\"shop\"} 0") != std::string::npos; }));
  EXPECT_EQ(agent->get("/healthz"), "ok\n") << "it lives";
  EXPECT_EQ(agent->rows("SELECT count(*) FROM campaigns"), "3");
  disk.make_room();
  EXPECT_TRUE(eventually([&] { return agent->names() == "one,two,three,four"; }, 60)) << agent->log();
  EXPECT_TRUE(says("\"error\": null")) << agent->get("/api/v1/status");
  EXPECT_TRUE(eventually([&] { return agent->in_sync(); }));
  EXPECT_EQ(agent->rows("PRAGMA integrity_check"), "ok");
}

TEST_P(Disk, AReadOnlyDiskIsToldAndHealedOnceItMayBeWritten) {
  EXPECT_EQ(agent->terminate().exit, 0);
  agent->sql("DELETE FROM campaigns WHERE id = 2; PRAGMA journal_mode=delete");
  ASSERT_TRUE(disk.read_only(true));
  agent->start();
  EXPECT_TRUE(eventually([&] { return agent->logged("Failed"); }, 30)) << agent->log();
  EXPECT_TRUE(eventually([&] { return agent->get("/healthz") == "ok\n"; }));
  EXPECT_EQ(agent->rows("SELECT count(*) FROM campaigns"), "2");
  ASSERT_TRUE(disk.read_only(false));
  EXPECT_TRUE(eventually([&] { return whole(); }, 60)) << agent->log();
}

// The machine is looked at every half minute.
TEST(DiskThatFillsUp, IsToldBeforeAnythingFails) {
  const SmallDisk disk("24m");
  if (!disk.mounted() && !must_mount()) GTEST_SKIP() << "mounting is not allowed here";
  ASSERT_TRUE(disk.mounted());
  RunningAgent agent("wal", disk.path());
  agent.start();
  ASSERT_TRUE(eventually([&] { return agent.names() == "one,two,three" && agent.in_sync(); })) << agent.log();
  EXPECT_THAT(agent.get("/api/v1/status"), testing::Not(HasSubstr("DiskNearlyFull")));
  disk.fill();
  EXPECT_TRUE(eventually([&] { return agent.get("/api/v1/status").find("DiskNearlyFull") != std::string::npos; }, 60))
      << agent.get("/api/v1/status");
  EXPECT_FALSE(agent.logged("RunFailed")) << agent.log();
}

}  // namespace
}  // namespace holdfast::agent
