// Incident 7: the restore wrote to one database path, the API read from another.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;

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

TEST(Incident7, AnApiThatHasTheSameFileOpenIsHealthy) {
  RunningAgent agent;
  const ScratchFolder elsewhere;
  execute(elsewhere / "cache.db", "CREATE TABLE t (x)");
  // A cache of its own is nobody's business once the database itself was seen.
  agent.start({"--", "/bin/sh", "-c",
               "exec 3<>'" + agent.database() + "'; exec 4<>'" + (elsewhere / "cache.db") + "'; exec sleep 1000"});
  EXPECT_TRUE(eventually([&] { return agent.names() == "one,two,three"; })) << agent.log();
  EXPECT_TRUE(eventually([&] { return agent.logged("API is started"); })) << agent.log();
  EXPECT_EQ(agent.get("/healthz"), "ok\n");
  EXPECT_THAT(agent.get("/api/v1/status"), HasSubstr("\"other_database\": null"));
}

}  // namespace
}  // namespace holdfast::agent
