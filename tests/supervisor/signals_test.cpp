// Signals go to the API's own process; SIGTERM begins an end that has a deadline.
#include <gtest/gtest.h>

#include <csignal>

#include "tests/supervisor/stage.h"

namespace holdfast::agent {
namespace {

TEST(Signals, reach_the_api_and_nobody_else) {
  // The worker stands for those of uvicorn and gunicorn: their parent decides what a signal means for them.
  const std::string all =
      "on:TERM=exit:0+on:INT=stay+on:HUP=stay+on:QUIT=stay+on:USR1=stay+on:USR2=stay+on:WINCH=stay+wait";
  Stage stage({.agent = "on:INT=stay on:HUP=stay on:QUIT=stay on:USR1=stay on:USR2=stay on:WINCH=stay on:TERM=exit:0 "
                        "tell:prepared await-go tell:ready wait",
               .api = {"worker:" + all, "on:INT=stay", "on:HUP=stay", "on:QUIT=stay", "on:USR1=stay", "on:USR2=stay",
                       "on:WINCH=stay", "on:TERM=exit:9", "wait"}});
  EXPECT_TRUE(stage.hears("api: waits"));
  EXPECT_TRUE(stage.hears("agent: waits"));
  EXPECT_TRUE(stage.hears("worker: waits"));
  for (const auto& [number, name] :
       {std::pair(SIGINT, "INT"), std::pair(SIGHUP, "HUP"), std::pair(SIGQUIT, "QUIT"), std::pair(SIGUSR1, "USR1"),
        std::pair(SIGUSR2, "USR2"), std::pair(SIGWINCH, "WINCH")}) {
    stage.signal(number);
    EXPECT_TRUE(stage.hears(std::string("api: got ") + name));
  }
  EXPECT_EQ(stage.count("worker: got") + stage.count("agent: got"), 0u) << stage.all();
  stage.signal(SIGTERM);
  EXPECT_EQ(stage.exit(), 9);
  EXPECT_TRUE(stage.falls_silent());
  EXPECT_EQ(stage.count("api: got TERM"), 1u);
  EXPECT_LT(stage.place("api: got TERM"), stage.place("agent: got TERM")) << "the agent sees the API's last writes";
  EXPECT_LT(stage.place("supervisor: the API ended with code 9"), stage.place("worker: got TERM"))
      << "it was left behind";
}

TEST(Signals, sigterm_reaches_the_agent_only_once_the_api_has_ended) {
  Stage stage({.agent = "on:TERM=exit:0 on:USR2=stay tell:prepared await-go tell:ready wait",
               .api = {"on:TERM=stay", "on:USR1=exit:9", "wait"},
               .options = {{"--stop-timeout", "200000"}}});
  EXPECT_TRUE(stage.hears("api: waits"));
  EXPECT_TRUE(stage.hears("agent: waits"));
  stage.signal(SIGTERM);
  EXPECT_TRUE(stage.hears("api: got TERM"));
  // Had it got one as well, it would not answer that often.
  for (std::size_t times = 1; times <= 5; ++times) {
    ::kill(stage.process_of("agent"), SIGUSR2);
    EXPECT_TRUE(stage.hears("agent: got USR2", times));
  }
  stage.signal(SIGUSR1);
  EXPECT_EQ(stage.exit(), 9);
  EXPECT_TRUE(stage.falls_silent());
  EXPECT_LT(stage.place("api: got USR1"), stage.place("agent: got TERM"));
}

TEST(Signals, an_end_by_one_is_the_apis_own_end) {
  Stage stage({.api = {"on:INT=exit:7", "wait"}});
  EXPECT_TRUE(stage.hears("api: waits"));
  stage.signal(SIGINT);
  EXPECT_EQ(stage.exit(), 7);
  Stage other({.api = {"on:USR1=stay", "wait"}});
  EXPECT_TRUE(other.hears("api: waits"));
  other.signal(SIGUSR2);  // kills whoever does not handle it
  EXPECT_EQ(other.exit(), 128 + SIGUSR2);
}

TEST(Signals, a_shell_that_does_not_pass_them_on_leaves_nobody_behind) {
  const std::string api = std::string(HOLDFAST_ACTOR) + " play api on:TERM=exit:0 wait";
  Stage stage({.command = {"/bin/sh", "-c", api + "; exit 33"}});
  EXPECT_TRUE(stage.hears("api: waits"));
  stage.signal(SIGTERM);
  EXPECT_EQ(stage.exit(), 143) << "the shell was killed by it";
  EXPECT_TRUE(stage.falls_silent());
  EXPECT_EQ(stage.count("api: got TERM"), 1u);
}

TEST(Signals, an_api_that_does_not_end_is_killed) {
  Stage stage({.agent = "on:TERM=exit:0 tell:prepared await-go tell:ready wait",
               .api = {"on:TERM=stay", "worker:on:TERM=stay+wait", "wait"},
               .options = {{"--stop-timeout", "2500"}}});
  EXPECT_TRUE(stage.hears("api: waits"));
  EXPECT_TRUE(stage.hears("worker: waits"));
  EXPECT_TRUE(stage.hears("agent: waits"));
  stage.signal(SIGTERM);
  stage.signal(SIGTERM);  // asked again: the deadline stays
  EXPECT_EQ(stage.exit(), 137);
  EXPECT_TRUE(stage.falls_silent());
  EXPECT_LT(stage.place("agent: got TERM"), stage.place("error: the API did not end within 2500 ms: killed"))
      << "the agent has time of its own";
  EXPECT_EQ(stage.count("the agent ended with code 0"), 1u) << stage.all();
}

TEST(Signals, whoever_the_api_leaves_behind_is_killed_in_the_end) {
  Stage stage({.api = {"worker:on:TERM=stay+wait", "on:TERM=exit:0", "on:USR1=exit:12", "wait"},
               .options = {{"--stop-timeout", "2000"}}});
  EXPECT_TRUE(stage.hears("worker: waits"));
  EXPECT_TRUE(stage.hears("api: waits"));
  stage.signal(SIGUSR1);
  EXPECT_EQ(stage.exit(), 12);
  EXPECT_TRUE(stage.falls_silent());
  EXPECT_EQ(stage.count("worker: got TERM"), 1u);
  EXPECT_EQ(stage.count("error: the API did not end within 2 s: killed"), 1u) << stage.all();
}

TEST(Signals, an_agent_that_does_not_end_is_killed) {
  Stage stage({.agent = "on:TERM=stay tell:prepared await-go tell:ready wait",
               .api = {"on:USR1=exit:3", "wait"},
               .options = {{"--stop-timeout", "300"}}});
  EXPECT_TRUE(stage.hears("agent: waits"));
  EXPECT_TRUE(stage.hears("api: waits"));
  stage.signal(SIGUSR1);
  EXPECT_EQ(stage.exit(), 3);
  EXPECT_TRUE(stage.falls_silent());
  EXPECT_EQ(stage.count("agent: got TERM"), 1u);
  EXPECT_EQ(stage.count("error: the agent did not end within 300 ms: killed"), 1u) << stage.all();
  EXPECT_EQ(stage.count("the agent was killed by SIGKILL"), 1u) << stage.all();
}

TEST(Signals, are_as_new_for_the_children) {
  Stage stage({.agent = "signals tell:prepared await-go tell:ready wait",
               .api = {"signals", "exit:0"},
               .options = {{"--before", as_command("before", "signals")}}});
  EXPECT_EQ(stage.exit(), 0);
  EXPECT_TRUE(stage.falls_silent());
  for (const char* who : {"agent", "before", "api"}) {
    for (const char* what : {"SigBlk", "SigIgn"}) {
      EXPECT_EQ(stage.count(std::string(who) + ": " + what + " 0000000000000000"), 1u) << stage.all();
    }
  }
}

// Nobody presses Ctrl-Z without a terminal: whoever sends SIGSTOP or SIGTSTP to the API wants just that.
TEST(Signals, an_api_that_somebody_stops_is_left_alone) {
  for (const int stop : {SIGSTOP, SIGTSTP}) {
    Stage stage({.api = {"on:USR1=stay", "on:TERM=exit:2", "wait"}});
    EXPECT_TRUE(stage.hears("api: waits"));
    const pid_t api = stage.process_of("API");
    ::kill(api, stop);
    ::kill(api, SIGUSR1);
    // The supervisor goes on: it sees the agent's end and starts another one.
    ::kill(stage.process_of("agent"), SIGKILL);
    EXPECT_TRUE(stage.hears("the agent is ready"));
    EXPECT_TRUE(stage.hears("the agent is started", 2));
    EXPECT_EQ(stage.count("api: got USR1"), 0u);
    ::kill(api, SIGCONT);
    EXPECT_TRUE(stage.hears("api: got USR1"));
    stage.signal(SIGTERM);
    EXPECT_EQ(stage.exit(), 2);
  }
}

// nohup and `&` in a script ignore signals for what they start: that is the API as well.
TEST(Signals, what_our_parent_ignores_stays_ignored) {
  Stage stage({.agent = "tell:prepared await-go say:began on:TERM=exit:0 wait",
               .api = {"signals", "exit:0"},
               .options = {{"--start-timeout", "1500"}},
               .under = {"/bin/sh", "-c", "trap '' HUP PIPE CHLD; exec \"$@\"", "sh"}});
  EXPECT_TRUE(stage.hears("agent: began"));
  stage.signal(SIGHUP);
  EXPECT_EQ(stage.exit(), 0) << stage.all();
  EXPECT_TRUE(stage.hears("api: SigIgn 0000000000000001"));
}

}  // namespace
}  // namespace holdfast::agent
