// prepared -> --before -> go -> ready -> the API; and whatever fails there, the API is started in time.
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <csignal>

#include "tests/supervisor/stage.h"

namespace holdfast::agent {
namespace {

// Far away where a test waits for something else, near where it waits for the time-out itself.
const std::string far = "100000", near = "400";

TEST(Start, goes_in_order) {
  Stage stage({.agent = "say:looks tell:prepared await-go say:reconciles tell:ready wait",
               .api = {"say:serves", "exit:0"},
               .options = {{"--before", as_command("before", "say:migrates")}, {"--start-timeout", far}}});
  EXPECT_EQ(stage.exit(), 0);
  EXPECT_TRUE(stage.falls_silent());
  EXPECT_LT(stage.place("agent: looks"), stage.place("before: migrates"));
  EXPECT_LT(stage.place("before: migrates"), stage.place("agent: heard go"));
  EXPECT_LT(stage.place("agent: reconciles"), stage.place("api: serves"));
  EXPECT_LT(stage.place("supervisor: the agent is ready"), stage.place("api: serves"));
  EXPECT_EQ(stage.count("error"), 0u) << stage.all();
}

TEST(Start, does_not_believe_an_agent_that_is_ready_before_it_may_begin) {
  Stage stage({.agent = "tell:ready say:lied tell:prepared await-go say:reconciles tell:ready wait",
               .api = {"say:serves", "exit:0"},
               .options = {{"--start-timeout", far}}});
  EXPECT_EQ(stage.exit(), 0);
  EXPECT_TRUE(stage.falls_silent());
  EXPECT_LT(stage.place("agent: reconciles"), stage.place("supervisor: the agent is ready"));
  EXPECT_LT(stage.place("agent: reconciles"), stage.place("api: serves"));
}

TEST(Start, takes_in_what_an_agent_said_before_it_died) {
  Stage stage({.agent = "tell:prepared await-go tell:ready die:KILL",
               .api = {"say:serves", "exit:0"},
               .options = {{"--start-timeout", far}}});
  EXPECT_EQ(stage.exit(), 0);
  EXPECT_TRUE(stage.hears("supervisor: the agent is ready"));
}

TEST(Start, goes_on_when_before_fails_and_says_so) {
  struct Case {
    std::string before, told;
  };
  for (const Case& one : {Case{"exit 3", "error: --before ended with code 3: the start goes on"},
                          Case{"no-such-command", "error: --before ended with code 127: the start goes on"},
                          Case{"kill -9 $$", "error: --before was killed by SIGKILL: the start goes on"}}) {
    Stage stage({.api = {"say:serves", "exit:0"}, .options = {{"--before", one.before}, {"--start-timeout", far}}});
    EXPECT_EQ(stage.exit(), 0);
    EXPECT_TRUE(stage.falls_silent());
    EXPECT_LT(stage.place(one.told), stage.place("supervisor: the agent is ready"));
    EXPECT_LT(stage.place("supervisor: the agent is ready"), stage.place("api: serves"));
  }
}

TEST(Start, ends_with_125_when_before_fails_and_the_start_is_strict) {
  Stage stage({.api = {"say:serves", "wait"},
               .options = {{"--before", "exit 3"}, {"--strict-start", "yes"}, {"--start-timeout", far}}});
  EXPECT_EQ(stage.exit(), 125);
  EXPECT_TRUE(stage.falls_silent());
  EXPECT_EQ(stage.count("error: --before ended with code 3: the API is not started"), 1u) << stage.all();
  EXPECT_EQ(stage.count("api: serves"), 0u);
}

TEST(Start, does_not_wait_for_an_agent_that_says_nothing) {
  for (const char* agent :
       {"on:TERM=exit:0 wait", "tell:prepared on:TERM=exit:0 wait", "hang-up on:TERM=exit:0 wait"}) {
    Stage stage({.agent = agent, .api = {"say:serves", "exit:6"}, .options = {{"--start-timeout", near}}});
    EXPECT_EQ(stage.exit(), 6);
    EXPECT_TRUE(stage.falls_silent());
    EXPECT_LT(stage.place("error: the API is started although the agent has not said that it is "),
              stage.place("api: serves"));
  }
}

TEST(Start, ends_with_125_when_the_agent_says_nothing_and_the_start_is_strict) {
  Stage stage(
      {.agent = "wait",
       .api = {"say:serves", "wait"},
       .options = {
           {"--start-timeout", near}, {"--strict-start", "yes"}, {"--before", as_command("before", "say:migrates")}}});
  EXPECT_EQ(stage.exit(), 125);
  EXPECT_TRUE(stage.falls_silent());
  EXPECT_EQ(stage.count("error: the API is not started: the agent has not said that it is prepared within 400 ms"), 1u)
      << stage.all();
  EXPECT_EQ(stage.count("api: serves") + stage.count("before: migrates"), 0u) << stage.all();
}

TEST(Start, runs_before_ahead_of_the_api_even_if_the_agent_says_nothing) {
  Stage stage({.agent = "wait",
               .api = {"say:serves", "exit:0"},
               .options = {{"--start-timeout", "2000"}, {"--before", as_command("before", "say:migrates")}}});
  EXPECT_EQ(stage.exit(), 0);
  EXPECT_TRUE(stage.falls_silent());
  EXPECT_LT(stage.place("error: the agent is not prepared: --before is run without it"),
            stage.place("before: migrates"));
  EXPECT_LT(stage.place("before: migrates"), stage.place("api: serves"));
}

TEST(Start, does_not_wait_for_a_before_that_hangs) {
  for (const char* agent : {"tell:prepared await-go say:reconciles tell:ready wait", "wait"}) {
    Stage stage({.agent = agent,
                 .api = {"on:TERM=exit:5", "wait"},
                 .options = {{"--before", as_command("before", "on:TERM=exit:0 wait")}, {"--start-timeout", near}}});
    EXPECT_TRUE(stage.hears("error: the API is started although --before has not ended within 400 ms"));
    EXPECT_TRUE(stage.hears("api: waits"));
    const bool reconciles = agent[0] == 't';
    EXPECT_TRUE(!reconciles || stage.hears("agent: reconciles")) << "the rows are looked after, too";
    EXPECT_EQ(stage.count("before: got TERM"), 0u) << "it may only be slow: half a migration is worse";
    stage.signal(SIGTERM);
    EXPECT_EQ(stage.exit(), 5);
    EXPECT_TRUE(stage.falls_silent());
    EXPECT_EQ(stage.count("before: got TERM"), 1u);
  }
}

TEST(Start, ends_a_before_that_hangs_when_it_is_strict) {
  Stage stage({.options = {{"--before", as_command("before", "on:TERM=stay wait")},
                           {"--start-timeout", "3000"},
                           {"--stop-timeout", "300"},
                           {"--strict-start", "yes"}}});
  EXPECT_EQ(stage.exit(), 125);
  EXPECT_TRUE(stage.falls_silent());
  EXPECT_EQ(stage.count("error: the API is not started: --before has not ended within 3 s"), 1u) << stage.all();
  EXPECT_EQ(stage.count("error: --before did not end within 300 ms: killed"), 1u) << stage.all();
}

TEST(Start, before_reads_nothing_so_that_no_question_hangs) {
  Stage stage({.api = {"exit:0"}, .options = {{"--before", as_command("before", "input")}, {"--start-timeout", far}}});
  EXPECT_EQ(stage.exit(), 0);
  EXPECT_TRUE(stage.hears("before: nothing to read"));
}

TEST(Start, does_not_wait_for_an_agent_that_crashes_or_cannot_be_run) {
  for (const bool there : {true, false}) {
    Stage stage(
        {.agent = "die:SEGV",
         .api = {"say:serves", "exit:0"},
         .options = {{"--start-timeout", "2000"}, {"--agent-program", there ? "/proc/self/exe" : "/no/such/program"}}});
    EXPECT_EQ(stage.exit(), 0);
    EXPECT_TRUE(stage.falls_silent());
    const std::string told =
        there ? "error: the agent was killed by SIGSEGV: it is started again in 100 ms"
              : "error: the agent cannot be started: No such file or directory: it is started again in 100 ms";
    EXPECT_LT(stage.place(told), stage.place("api: serves"));
  }
}

TEST(Start, is_given_up_on_a_signal) {
  for (const auto& [signal, want] :
       {std::pair(SIGTERM, 143), std::pair(SIGINT, 130), std::pair(SIGHUP, 129), std::pair(SIGQUIT, 131)}) {
    Stage stage({.agent = "tell:prepared on:TERM=exit:0 wait",
                 .options = {{"--before", as_command("before", "on:TERM=exit:0 wait")}, {"--start-timeout", far}}});
    EXPECT_TRUE(stage.hears("before: waits"));
    EXPECT_TRUE(stage.hears("agent: waits"));
    stage.signal(SIGUSR1);  // for the API, which is not there yet
    stage.signal(signal);
    EXPECT_EQ(stage.exit(), want);
    EXPECT_TRUE(stage.falls_silent());
    EXPECT_EQ(stage.count("before: got TERM"), 1u);
    EXPECT_EQ(stage.count("agent: got TERM"), 1u);
    EXPECT_EQ(stage.count("the API is started"), 0u);
  }
}

// An agent looks at the database and may restore it: one that crashed does not come back in the middle of a migration.
TEST(Start, does_not_start_the_agent_again_while_before_runs) {
  const Folder folder;
  ASSERT_EQ(::mkfifo((folder / "gate").c_str(), 0600), 0);
  Stage stage({.agent = "tell:prepared say:dies die:KILL",
               .api = {"exit:0"},
               .options = {{"--before", "read line < " + (folder / "gate")}, {"--start-timeout", "3000"}}});
  EXPECT_TRUE(stage.hears("the agent was killed by SIGKILL: it is started again in 100 ms"));
  EXPECT_TRUE(stage.hears("error: the API is started although --before has not ended"));
  const std::size_t late = stage.place("error: the API is started although");
  EXPECT_EQ(stage.exit(), 0);
  EXPECT_TRUE(stage.falls_silent());
  std::size_t starts = 0;
  for (std::size_t at = 0; at < late; ++at)
    starts += stage.lines()[at].find("the agent is started") != std::string::npos ? 1 : 0;
  EXPECT_EQ(starts, 1u) << stage.all();
}

}  // namespace
}  // namespace holdfast::agent
