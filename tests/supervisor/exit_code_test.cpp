// The process ends as the API does; its own failures are 125 to 127, as with env and docker, each with a message.
#include <gtest/gtest.h>

#include "tests/supervisor/stage.h"

namespace holdfast::agent {
namespace {

TEST(ExitCode, is_the_apis_own) {
  struct Case {
    std::string last_word;
    int want;
    std::string told;
  };
  // 125 to 127 may be the API's own, too: what is told says whose they are.
  for (const Case& one :
       {Case{"exit:0", 0, "supervisor: the API ended with code 0"}, Case{"exit:3", 3, "the API ended with code 3"},
        Case{"exit:125", 125, "the API ended with code 125"}, Case{"exit:126", 126, "the API ended with code 126"},
        Case{"exit:127", 127, "the API ended with code 127"}, Case{"exit:255", 255, "the API ended with code 255"},
        Case{"die:KILL", 137, "the API was killed by SIGKILL"}, Case{"die:SEGV", 139, "the API was killed by SIGSEGV"},
        Case{"die:TERM", 143, "the API was killed by SIGTERM"}}) {
    Stage stage({.api = {one.last_word}});
    EXPECT_EQ(stage.exit(), one.want) << one.last_word;
    EXPECT_TRUE(stage.falls_silent());
    EXPECT_EQ(stage.count(one.told), 1u) << stage.all();
    EXPECT_EQ(stage.count("the API is started"), 1u) << "never again: " << stage.all();
  }
}

TEST(ExitCode, says_why_a_command_does_not_start) {
  const Folder folder;
  struct Case {
    std::string command;
    int want;
    std::string told;
  };
  for (const Case& one : {Case{"no-such-command", 127, "error: the API's command is not found: no-such-command"},
                          Case{folder / "nothing", 127, "error: the API's command is not found: "},
                          Case{folder.script("lost", "#!" + (folder / "no-interpreter") + "\n"), 127,
                               "error: the API's command is not found: "},
                          Case{folder.script("data", "#!/bin/sh\n", false), 126,
                               "error: the API's command cannot be executed: Permission denied: "},
                          Case{folder / "", 126, "error: the API's command cannot be executed: "}}) {
    Stage stage({.command = {one.command}});
    EXPECT_EQ(stage.exit(), one.want) << one.command;
    EXPECT_TRUE(stage.falls_silent());
    EXPECT_EQ(stage.count(one.told), 1u) << stage.all();
    EXPECT_EQ(stage.count("the API is started"), 0u);
    EXPECT_EQ(stage.count("the agent was killed by SIGTERM") + stage.count("the agent ended with code 0"), 1u)
        << stage.all();
  }
}

TEST(ExitCode, a_command_is_found_as_a_shell_finds_it) {
  const Folder folder;
  const std::string path = folder.script("without-first-line", "exit 7\n");  // as execvp: /bin/sh runs it
  EXPECT_EQ(Stage({.command = {path}}).exit(), 7);
  EXPECT_EQ(Stage({.command = {"sh", "-c", "exit 8"}}).exit(), 8);
  EXPECT_EQ(Stage({.command = {"without-first-line"}, .environment = {{"PATH", folder / ""}}}).exit(), 7);
}

}  // namespace
}  // namespace holdfast::agent
