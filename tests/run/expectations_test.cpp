// An expectation at a running agent: looked at whenever somebody commits, shown in the status and as a metric, no
// drift.
#include <gtest/gtest.h>

#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

constexpr const char* expect =
    "  expect:\n"
    "    - {name: no-orphans, atMost: 0, query: \"SELECT count(*) FROM orders WHERE campaign NOT IN (SELECT name FROM "
    "campaigns)\"}\n";

class Expectations : public testing::Test {
 protected:
  void SetUp() override {
    agent.sql("CREATE TABLE orders (campaign TEXT); INSERT INTO orders VALUES ('one'), ('two')");
    agent.declare({"one", "two", "three"}, expect);
  }
  void start_well() {
    agent.start();
    ASSERT_TRUE(eventually([&] { return agent.names() == "one,two,three" && agent.in_sync(); })) << agent.log();
  }
  bool says(const std::string& path, const std::string& text) {
    return eventually([&] { return agent.get(path).find(text) != std::string::npos; });
  }
  // Once both tell it.
  testing::AssertionResult is_met(bool met) {
    const std::string status = std::string("\"expectations\": {\"no-orphans\": ") + (met ? "true}" : "false}");
    const std::string metric =
        "holdfast_expectation_met{database=\"shop\",rowset=\"campaigns\",expectation=\"no-orphans\"} ";
    if (says("/api/v1/status", status) && says("/metrics", metric + (met ? "1\n" : "0\n")))
      return testing::AssertionSuccess();
    return testing::AssertionFailure() << agent.get("/api/v1/status") << agent.get("/metrics") << agent.log();
  }
  RunningAgent agent;
};

TEST_F(Expectations, AreToldWhenTheyDoNotHoldAndWhenTheyHoldAgain) {
  start_well();
  EXPECT_TRUE(is_met(true));
  for (int round = 0; round < 2; ++round) {
    agent.sql("INSERT INTO orders VALUES ('nobody')");
    EXPECT_TRUE(is_met(false));
    EXPECT_TRUE(says("/api/v1/events", "no-orphans is 1, expected at most 0")) << agent.get("/api/v1/events");
    EXPECT_TRUE(agent.in_sync()) << "the rows are as declared";
    EXPECT_TRUE(agent.is_ready());
    agent.sql("DELETE FROM orders WHERE campaign = 'nobody'");
    EXPECT_TRUE(is_met(true));
  }
  EXPECT_TRUE(agent.logged("ExpectationNotMet: no-orphans is 1, expected at most 0")) << agent.log();
}

TEST_F(Expectations, AreAskedAboutTheRowsAsTheyHaveBeenPutRight) {
  start_well();
  ASSERT_TRUE(is_met(true));
  agent.sql("DELETE FROM campaigns");
  // As what a wipe took, where the agent has to judge the file at that moment.
  EXPECT_TRUE(says("/api/v1/events", "inserted 3 (vanish)") || says("/api/v1/events", "inserted 3 (wipe)"))
      << agent.get("/api/v1/events");
  EXPECT_TRUE(is_met(true));
  EXPECT_FALSE(agent.logged("ExpectationNotMet")) << agent.log();
}

// A query that cannot be asked says nothing, in the status; the metric is the cautious one.
TEST_F(Expectations, ThatCannotBeAskedAreNotCalledMet) {
  start_well();
  ASSERT_TRUE(is_met(true));
  agent.sql("DROP TABLE orders");
  EXPECT_TRUE(says("/api/v1/status", "\"expectations\": {}")) << agent.get("/api/v1/status");
  EXPECT_TRUE(says("/metrics", "expectation=\"no-orphans\"} 0\n")) << agent.get("/metrics");
  EXPECT_TRUE(agent.in_sync());
  agent.sql("CREATE TABLE orders (campaign TEXT)");
  EXPECT_TRUE(is_met(true));
}

}  // namespace
}  // namespace holdfast::agent
