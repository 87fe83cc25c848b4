// Incident 7: the restore wrote to one database path, the API read from another.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;

// 0 where it is not there, or no number.
long number_after(const std::string& text, const std::string& name) {
  const std::size_t at = text.find(name);
  return at == std::string::npos ? 0 : std::strtol(text.c_str() + at + name.size(), nullptr, 10);
}

TEST(Incident7, TheAgentSaysThatTheApiHasAnotherFileOpenAndDoesNotCallItselfHealthy) {
  RunningAgent agent;
  const ScratchFolder elsewhere;
  execute(elsewhere / "shop.db", "CREATE TABLE campaigns (id INTEGER PRIMARY KEY, name TEXT UNIQUE, url TEXT)");
  agent.start({"--", "/bin/sh", "-c", "exec 3<>'" + (elsewhere / "shop.db") + "'; exec sleep 1000"});
  const auto health = [&] { return agent.get("/healthz"); };
  EXPECT_TRUE(eventually([&] { return health().find("another database") != std::string::npos; }, 60)) << agent.log();
  EXPECT_THAT(health(), testing::Not(HasSubstr(elsewhere.path().string()))) << "anybody may ask";
  const std::string status = agent.get("/api/v1/status");
  EXPECT_THAT(status, HasSubstr(elsewhere / "shop.db"));
  EXPECT_THAT(status, HasSubstr("OtherDatabaseOpen"));
  EXPECT_TRUE(agent.logged("OtherDatabaseOpen")) << agent.log();
  EXPECT_TRUE(agent.is_ready()) << "the API is served all the same";
}

// A cache of its own is nobody's business once the database itself was seen. Alone, three looks at it would be a
// verdict (agent/core/doctor/child_files.h), and looks come every five seconds until the database is seen.
TEST(Incident7, AnApiThatHasTheSameFileOpenIsHealthy) {
  RunningAgent agent;
  const ScratchFolder elsewhere;
  execute(elsewhere / "cache.db", "CREATE TABLE t (x)");
  agent.start({"--", "/bin/sh", "-c",
               "exec 3<>'" + agent.database() + "'; exec 4<>'" + (elsewhere / "cache.db") +
                   "'; touch opened; exec sleep 1000"});
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(agent.folder() / "opened"); }, 60)) << agent.log();
  EXPECT_EQ(agent.names(), "one,two,three");
  // The size of the database is found by the same look as the files that the API has open.
  agent.sql("CREATE TABLE filler (x); INSERT INTO filler VALUES (zeroblob(1000000))");
  const auto size = [&] { return number_after(agent.get("/api/v1/status"), "\"size_bytes\": "); };
  ASSERT_TRUE(eventually([&] { return size() > 1'000'000; }, 60)) << agent.get("/api/v1/status");
  EXPECT_FALSE(eventually([&] { return agent.logged("OtherDatabaseOpen"); }, 20)) << agent.log();
  EXPECT_EQ(agent.get("/healthz"), "ok\n");
  EXPECT_THAT(agent.get("/api/v1/status"), HasSubstr("\"other_database\": null"));
}

}  // namespace
}  // namespace holdfast::agent
