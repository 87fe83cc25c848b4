// A disk that is full or may not be written: the agent says so, does no harm, and goes on by itself afterwards.
#include <gmock/gmock.h>

#include "tests/chaos/small_disk.h"
#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;

class Disk : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!disk.mounted()) GTEST_SKIP() << "mounting is not allowed here";
    agent = std::make_unique<RunningAgent>(GetParam(), disk.path());
    agent->start();
    ASSERT_TRUE(eventually([&] { return whole() && std::filesystem::exists(agent->database() + ".holdfast"); }))
        << agent->log();
  }
  bool whole() const { return agent->names() == "one,two,three"; }

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

}  // namespace
}  // namespace holdfast::agent
