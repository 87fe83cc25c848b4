// Incident 2, while the agent runs: the emergency endpoint deletes everything and inserts the twelve (here: three).
// What is declared is there at once, and the users' own rows that went are told as a mass delete, with a way back.
#include <gmock/gmock.h>

#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;

TEST(Incident2Endpoint, IsSeenAlthoughEveryDeclaredRowIsThere) {
  RunningAgent agent;
  agent.sql(
      "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 130)"
      "INSERT INTO campaigns SELECT i, 'their own ' || i, 'https://users.example/' || i FROM n");
  agent.start();
  ASSERT_TRUE(eventually([&] { return agent.in_sync(); })) << agent.log();
  const std::string before = agent.get("/api/v1/rowsets/campaigns");
  EXPECT_THAT(before, HasSubstr("\"last_vanish\": null"));
  agent.sql(
      "BEGIN; DELETE FROM campaigns; INSERT INTO campaigns VALUES (1, 'one', 'https://shop.example/one'),"
      " (2, 'two', 'https://shop.example/two'), (3, 'three', 'https://shop.example/three'); COMMIT");
  EXPECT_TRUE(eventually([&] {
    return agent.get("/api/v1/rowsets/campaigns").find("\"last_vanish\": \"") != std::string::npos;
  })) << agent.get("/api/v1/rowsets/campaigns");
  EXPECT_TRUE(agent.logged("Vanished")) << agent.log();
  EXPECT_EQ(agent.names(), "one,two,three");
  EXPECT_TRUE(eventually([&] {
    const std::string metrics = agent.get("/metrics");
    return metrics.find("holdfast_last_vanish_timestamp_seconds{database=\"shop\",rowset=\"campaigns\"} 0\n") ==
           std::string::npos;
  })) << agent.get("/metrics");
}

}  // namespace
}  // namespace holdfast::agent
