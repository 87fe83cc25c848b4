// Incident 1: the container's own file system was used, and every deploy began with an empty database.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST(Incident1, TheRowsAreThereBeforeTheApiIsAndTheReasonIsTold) {
  RunningAgent agent("delete");  // one file, which cp copies whole
  // What the application's own migration makes of nothing: the table, and no row.
  const ScratchFolder image;
  fs::copy_file(agent.database(), image / "empty.db");
  const std::string migrate =
      "test -e '" + agent.database() + "' || cp '" + (image / "empty.db") + "' '" + agent.database() + "'";
  for (int deploy = 1; deploy <= 3; ++deploy) {
    SCOPED_TRACE("deploy " + std::to_string(deploy));
    for (const auto& file : fs::directory_iterator(fs::path(agent.database()).parent_path())) fs::remove(file.path());
    // The API serves what it finds.
    const std::string served = agent.folder() / "served.db";
    fs::remove(served);
    agent.start(
        {"--before", migrate, "--", "/bin/sh", "-c", "cp '" + agent.database() + "' '" + served + "'; exec sleep 1000"},
        {{"RAILWAY_PROJECT_ID", "the-first-users"}});
    ASSERT_TRUE(eventually([&] { return fs::exists(served); })) << agent.log();
    EXPECT_TRUE(eventually([&] { return agent.get("/api/v1/status").find("NotPersistent") != std::string::npos; }))
        << agent.get("/api/v1/status");
    EXPECT_THAT(agent.get("/api/v1/status"), HasSubstr("railway volume add --mount-path")) << "what to do about it";
    EXPECT_TRUE(agent.logged("NotPersistent")) << agent.log();
    EXPECT_THAT(agent.get("/metrics"), HasSubstr("holdfast_database_persistent{database=\"shop\"} 0"));
    EXPECT_EQ(agent.terminate().exit, 128 + SIGTERM);
    EXPECT_EQ(query(served, "SELECT group_concat(name) FROM (SELECT name FROM campaigns ORDER BY id)"),
              "one,two,three");
  }
}

}  // namespace
}  // namespace holdfast::agent
