// Processes whose parent has gone are reaped, as process 1 and otherwise.
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <optional>

#include "tests/supervisor/stage.h"

namespace holdfast::agent {
namespace {

std::vector<std::string> in_a_namespace_of_its_own() {
  std::vector<std::string> words = {"unshare"};
  if (::geteuid() != 0) words.insert(words.end(), {"--user", "--map-root-user"});
  words.insert(words.end(), {"--pid", "--fork", "--kill-child", "--mount-proc"});
  return words;
}

bool namespaces_are_allowed() {
  std::string command;
  for (const std::string& word : in_a_namespace_of_its_own()) command += word + " ";
  return std::system((command + "true 2>/dev/null").c_str()) == 0;
}

pid_t child_of(pid_t process) {
  const std::string number = std::to_string(process);
  pid_t child = 0;
  std::ifstream("/proc/" + number + "/task/" + number + "/children") >> child;
  return child;
}

TEST(Orphans, come_to_us_and_are_reaped) {
  Stage stage({.agent = "orphan tell:prepared await-go tell:ready wait",
               .api = {"orphan", "orphan", "exit:0"},
               .options = {{"--before", as_command("before", "orphan")}}});
  EXPECT_EQ(stage.exit(), 0);
  EXPECT_TRUE(stage.falls_silent());
  EXPECT_EQ(stage.count("api: orphan of our parent reaped"), 2u) << stage.all();
  EXPECT_EQ(stage.count("before: orphan of our parent reaped"), 1u) << stage.all();
  EXPECT_EQ(stage.count("agent: orphan of our parent reaped"), 1u) << stage.all();
}

TEST(Orphans, are_reaped_by_process_1) {
  if (!namespaces_are_allowed()) GTEST_SKIP() << "this machine lets nobody make a process namespace";
  Stage stage({.agent = "where tell:prepared await-go tell:ready on:TERM=exit:0 wait",
               .api = {"where", "orphan", "on:TERM=exit:21", "on:USR1=stay", "wait"},
               .under = in_a_namespace_of_its_own()});
  EXPECT_TRUE(stage.hears("agent: process 2 parent 1 "));
  EXPECT_TRUE(stage.hears("api: waits"));
  EXPECT_TRUE(stage.hears("api: orphan of our parent reaped"));
  const pid_t first = child_of(stage.process());
  ASSERT_GT(first, 0);
  ::kill(first, SIGUSR1);
  EXPECT_TRUE(stage.hears("api: got USR1"));
  ::kill(first, SIGTERM);  // process 1 has no default action: nothing but our own handling ends it
  EXPECT_EQ(stage.exit(), 21);
  EXPECT_TRUE(stage.falls_silent());
  EXPECT_EQ(stage.count("agent: got TERM"), 1u);
}

TEST(Orphans, a_start_can_be_given_up_as_process_1) {
  if (!namespaces_are_allowed()) GTEST_SKIP() << "this machine lets nobody make a process namespace";
  Stage stage({.agent = "on:TERM=exit:0 wait",
               .options = {{"--start-timeout", "100000"}},
               .under = in_a_namespace_of_its_own()});
  EXPECT_TRUE(stage.hears("agent: waits"));
  ::kill(child_of(stage.process()), SIGTERM);
  EXPECT_EQ(stage.exit(), 143);
}

}  // namespace
}  // namespace holdfast::agent
