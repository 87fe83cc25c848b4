// The disk turns read-only under a running agent, as the kernel does it to one that fails: the agent says so, and heals
// once it may be written again. disk_test.cpp has the disk that is read-only when the agent starts.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

class TurnedReadOnly : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "a library cannot be preloaded before the address sanitizer's";
#endif
  }
  bool whole() {
    return eventually([&] { return agent.names() == "one,two,three"; }, 60);
  }
  bool says(const std::string& path, const std::string& text) {
    return eventually([&] { return agent.get(path).find(text) != std::string::npos; });
  }
  RunningAgent agent{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(JournalMode, TurnedReadOnly, testing::Values("wal", "delete"));

TEST_P(TurnedReadOnly, TheDiskIsToldAndHealedOnceItMayBeWritten) {
  const std::string read_only = agent.folder() / "read-only";
  agent.start({}, {{"LD_PRELOAD", HOLDFAST_READ_ONLY_DISK},
                   {"READ_ONLY_UNDER", fs::path(agent.database()).parent_path().string()},
                   {"READ_ONLY_WHILE", read_only}});
  ASSERT_TRUE(whole()) << agent.log();
  ASSERT_TRUE(eventually([&] { return fs::exists(agent.database() + ".holdfast"); })) << agent.log();
  agent.folder().write("read-only", "");
  agent.sql("DELETE FROM campaigns WHERE id = 2");  // this process may write
  EXPECT_TRUE(says("/api/v1/status", "\"error\": \"database is read-only: shop ")) << agent.get("/api/v1/status");
  EXPECT_TRUE(says("/metrics", "holdfast_database_up{database=\"shop\"} 0"));
  EXPECT_TRUE(agent.logged("RunFailed")) << agent.log();
  EXPECT_EQ(agent.get("/healthz"), "ok\n") << "it lives";
  EXPECT_EQ(agent.names(), "one,three");
  fs::remove(read_only);
  EXPECT_TRUE(whole()) << agent.log();
  EXPECT_TRUE(says("/api/v1/status", "\"error\": null")) << agent.get("/api/v1/status");
  EXPECT_TRUE(eventually([&] { return agent.in_sync(); }));
  EXPECT_EQ(agent.rows("PRAGMA integrity_check"), "ok");
}

}  // namespace
}  // namespace holdfast::agent
