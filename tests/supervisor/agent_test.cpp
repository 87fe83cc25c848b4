// The agent: started again whenever it ends, without the API noticing.
#include <gtest/gtest.h>

#include <csignal>

#include "agent/edges/supervisor/backoff.h"
#include "tests/supervisor/stage.h"

namespace holdfast::agent {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, doubles_to_a_minute_and_begins_anew_after_a_long_life) {
  Backoff backoff;
  for (const int want : {100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 60000, 60000}) {
    EXPECT_EQ(backoff.next(milliseconds(299'999)), milliseconds(want));
  }
  EXPECT_EQ(backoff.next(milliseconds(300'000)), milliseconds(100));
  EXPECT_EQ(backoff.next(milliseconds(0)), milliseconds(200));
}

TEST(Agent, crashes_again_and_again_while_the_api_lives_on) {
  Stage stage({.agent = "time tell:prepared await-go tell:ready die:SEGV", .api = {"on:TERM=exit:0", "wait"}});
  EXPECT_TRUE(stage.hears("api: waits"));
  EXPECT_TRUE(stage.hears("agent: at ", 5));
  std::vector<long long> starts;
  for (const std::string& line : stage.lines()) {
    if (line.starts_with("agent: at ")) starts.push_back(std::stoll(line.substr(10)));
  }
  for (std::size_t i = 1; i < 5; ++i) EXPECT_GE(starts[i] - starts[i - 1], (100 << (i - 1)) - 1) << stage.all();
  for (const char* wait : {"100", "200", "400", "800"}) {
    EXPECT_EQ(
        stage.count("error: the agent was killed by SIGSEGV: it is started again in " + std::string(wait) + " ms"), 1u);
  }
  EXPECT_EQ(stage.count("api: got"), 0u);
  stage.signal(SIGTERM);
  EXPECT_EQ(stage.exit(), 0);
  EXPECT_EQ(stage.count("the API is started"), 1u);
}

TEST(Agent, is_there_again_after_kill_and_after_an_end_that_looks_well) {
  Stage stage({.agent = "tell:prepared await-go tell:ready on:TERM=exit:0 on:USR1=exit:0 wait",
               .api = {"on:TERM=exit:0", "wait"}});
  EXPECT_TRUE(stage.hears("api: waits"));
  const pid_t first = stage.process_of("agent");
  ::kill(first, SIGKILL);
  EXPECT_TRUE(stage.hears("error: the agent was killed by SIGKILL: it is started again in 100 ms"));
  EXPECT_TRUE(stage.hears("agent: heard go", 2)) << "one that comes later may begin at once";
  EXPECT_TRUE(stage.hears("agent: waits", 2));
  const pid_t second = stage.process_of("agent");
  EXPECT_NE(first, second);
  ::kill(second, SIGUSR1);
  EXPECT_TRUE(stage.hears("error: the agent ended with code 0: it is started again in 200 ms"));
  EXPECT_TRUE(stage.hears("agent: waits", 3));
  stage.signal(SIGTERM);
  EXPECT_EQ(stage.exit(), 0);
  EXPECT_TRUE(stage.falls_silent());
}

TEST(Agent, may_say_what_nobody_knows) {
  Stage stage(
      {.agent = "raw:prepared tell:what tell: tell:prepared await-go raw:ready tell:ready wait", .api = {"exit:0"}});
  EXPECT_EQ(stage.exit(), 0);
  EXPECT_TRUE(stage.hears("supervisor: the agent is ready"));
}

TEST(Agent, that_talks_no_more_goes_on) {
  Stage stage(
      {.agent = "tell:prepared await-go tell:ready hang-up on:TERM=exit:0 wait", .api = {"on:TERM=exit:4", "wait"}});
  EXPECT_TRUE(stage.hears("api: waits"));
  EXPECT_TRUE(stage.hears("agent: waits"));
  stage.signal(SIGTERM);
  EXPECT_EQ(stage.exit(), 4);
  EXPECT_EQ(stage.count("the agent is started"), 1u);
}

TEST(Agent, has_a_session_of_its_own_and_reads_nothing) {
  Stage stage({.agent = "where input tell:prepared await-go tell:ready wait", .api = {"where", "exit:0"}});
  EXPECT_EQ(stage.exit(), 0);
  EXPECT_TRUE(stage.falls_silent());
  EXPECT_EQ(stage.count("agent: nothing to read"), 1u);
  EXPECT_TRUE(stage.lines()[stage.place("agent: process")].ends_with("group own session own")) << stage.all();
  EXPECT_TRUE(stage.lines()[stage.place("api: process")].ends_with("group own session other")) << stage.all();
}

}  // namespace
}  // namespace holdfast::agent
