// The supervisor itself is killed: nobody goes on without it.
#include <gtest/gtest.h>

#include <csignal>

#include "tests/supervisor/stage.h"

namespace holdfast::agent {
namespace {

TEST(End, a_supervisor_that_is_killed_takes_its_children_with_it) {
  Stage stage({.agent = "on:TERM=exit:0 tell:prepared await-go tell:ready wait", .api = {"on:TERM=exit:0", "wait"}});
  EXPECT_TRUE(stage.hears("agent: waits"));
  EXPECT_TRUE(stage.hears("api: waits"));
  stage.signal(SIGKILL);
  EXPECT_EQ(stage.exit(), 1000 + SIGKILL);
  EXPECT_TRUE(stage.falls_silent()) << "the next start finds the port free and one writer less";
  EXPECT_EQ(stage.count("agent: got TERM"), 1u) << stage.all();
  EXPECT_EQ(stage.count("api: got TERM"), 1u) << stage.all();
}

TEST(End, so_it_is_during_the_start) {
  Stage stage({.agent = "on:TERM=exit:0 tell:prepared wait",
               .options = {{"--before", as_command("before", "on:TERM=exit:0 wait")}, {"--start-timeout", "100000"}}});
  EXPECT_TRUE(stage.hears("agent: waits"));
  EXPECT_TRUE(stage.hears("before: waits"));
  stage.signal(SIGKILL);
  EXPECT_TRUE(stage.falls_silent());
  EXPECT_EQ(stage.count("got TERM"), 2u) << stage.all();
}

TEST(End, an_agent_that_waits_for_go_hears_that_its_supervisor_is_gone) {
  Stage stage({.agent = "on:TERM=stay tell:prepared await-go exit:0",
               .options = {{"--before", as_command("before", "on:TERM=exit:0 wait")}, {"--start-timeout", "100000"}}});
  EXPECT_TRUE(stage.hears("before: waits"));
  stage.signal(SIGKILL);
  EXPECT_TRUE(stage.falls_silent());
  EXPECT_EQ(stage.count("agent: heard that the supervisor is gone"), 1u) << stage.all();
}

}  // namespace
}  // namespace holdfast::agent
