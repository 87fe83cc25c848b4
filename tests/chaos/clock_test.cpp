// The clock is set back or forth under a running agent: what is broken is healed all the same, and a pause ends.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;

class MovedClock : public testing::TestWithParam<long> {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "a library cannot be preloaded before the address sanitizer's";
#endif
  }
  // In one step: a program that reads it must never find half of it.
  void move(long seconds) const {
    agent.folder().write("clock.new", std::to_string(seconds));
    std::filesystem::rename(agent.folder() / "clock.new", agent.folder() / "clock");
  }
  bool whole() {
    return eventually([&] { return agent.names() == "one,two,three"; });
  }
  RunningAgent agent;
};
INSTANTIATE_TEST_SUITE_P(Seconds, MovedClock, testing::Values(-86'400L, 86'400L, -1'000'000'000L));

TEST_P(MovedClock, WhatIsBrokenIsHealed) {
  move(0);
  agent.start({}, {{"LD_PRELOAD", HOLDFAST_MOVED_CLOCK}, {"MOVED_CLOCK", agent.folder() / "clock"}});
  ASSERT_TRUE(whole()) << agent.log();
  move(GetParam());
  for (const char* breaking : {"DELETE FROM campaigns WHERE id = 1", "UPDATE campaigns SET url = 'x'"}) {
    agent.sql(breaking);
    EXPECT_TRUE(whole()) << agent.log();
  }
  EXPECT_TRUE(eventually([&] { return agent.rows("SELECT count(*) FROM campaigns WHERE url = 'x'") == "0"; }))
      << agent.log();
  EXPECT_TRUE(eventually([&] { return agent.in_sync(); })) << agent.get("/api/v1/status");
  EXPECT_THAT(agent.rows("SELECT count(*) FROM _holdfast_runs"), testing::Not("0"));
  // A pause that was made before the clock was moved lasts no longer than somebody wanted.
  ASSERT_EQ(agent.post("/api/v1/rowsets/campaigns/pause", R"({"for": "2s"})"), 200U);
  move(2 * GetParam());
  agent.sql("DELETE FROM campaigns WHERE id = 2");
  EXPECT_TRUE(whole()) << agent.get("/api/v1/status");
  // A restart under the new time finds its journal, and goes on.
  EXPECT_EQ(agent.terminate().exit, 0);
  agent.sql("DELETE FROM campaigns WHERE id = 3");
  agent.start({}, {{"LD_PRELOAD", HOLDFAST_MOVED_CLOCK}, {"MOVED_CLOCK", agent.folder() / "clock"}});
  EXPECT_TRUE(whole()) << agent.log();
}

}  // namespace
}  // namespace holdfast::agent
