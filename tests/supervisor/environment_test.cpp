// G10: no secret in a child's environment; and which descriptors a child has.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "tests/supervisor/stage.h"

namespace holdfast::agent {
namespace {

const std::map<std::string, std::string> with_secrets = {{"HOLDFAST_TOKEN", "s3cr3t-1"},
                                                         {"HOLDFAST_TOKEN_FILE", "/run/s3cr3t-2"},
                                                         {"HOLDFAST_DATABASE_URL", "postgres://u:s3cr3t-3@h/d"},
                                                         {"HOLDFAST_SUPERVISED", "77"},
                                                         {"NOTIFY_SOCKET", "/no/such/s3cr3t-4"},
                                                         {"KEPT", "a=b"}};

TEST(Environment, of_the_api_and_of_before_has_none_of_our_secrets) {
  Stage stage({.api = {"environment", "exit:0"},
               .options = {{"--before", as_command("before", "environment")}},
               .environment = with_secrets});
  EXPECT_EQ(stage.exit(), 0);
  EXPECT_TRUE(stage.falls_silent());
  for (const char* who : {"api: ", "before: "}) {
    EXPECT_EQ(stage.count(std::string(who) + "has KEPT=a=b"), 1u) << stage.all();
    EXPECT_EQ(stage.count(std::string(who) + "has HOLDFAST_"), 0u) << stage.all();
    EXPECT_EQ(stage.count(std::string(who) + "has NOTIFY_SOCKET"), 0u) << stage.all();
  }
  for (const char* secret : {"s3cr3t-1", "s3cr3t-2", "s3cr3t-3"})
    EXPECT_EQ(stage.count(secret), 0u) << "not told either";
}

TEST(Environment, of_every_agent_has_what_it_needs) {
  Stage stage(
      {.agent = "environment tell:prepared await-go tell:ready exit:0", .api = {"wait"}, .environment = with_secrets});
  EXPECT_TRUE(stage.hears("agent: has no more", 3)) << "those that are started again as well";
  EXPECT_EQ(stage.count("agent: has HOLDFAST_TOKEN=s3cr3t-1"), 3u);
  EXPECT_EQ(stage.count("agent: has HOLDFAST_SUPERVISED="), 3u);
  EXPECT_EQ(stage.count("agent: has HOLDFAST_SUPERVISED=77"), 0u);
  EXPECT_EQ(stage.count("agent: has NOTIFY_SOCKET"), 0u);
}

// The API has our user id, mostly: it could read it there.
TEST(Environment, of_the_supervisor_shows_no_secret_in_proc) {
  Stage stage({.api = {"on:TERM=exit:0", "wait"}, .environment = with_secrets});
  EXPECT_TRUE(stage.hears("api: waits"));
  std::ostringstream text;
  text << std::ifstream("/proc/" + std::to_string(stage.process()) + "/environ", std::ios::binary).rdbuf();
  EXPECT_NE(text.str().find("KEPT=a=b"), std::string::npos);
  EXPECT_NE(text.str().find("HOLDFAST_TOKEN="), std::string::npos);
  for (const char* secret : {"s3cr3t-1", "s3cr3t-2", "s3cr3t-3"})
    EXPECT_EQ(text.str().find(secret), std::string::npos) << text.str();
}

// A listening socket of systemd is the API's: the agent would keep it open over the API's end.
TEST(Descriptors, the_api_has_those_that_we_were_given_and_the_agent_only_its_own) {
  const int given = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int high = ::fcntl(given, F_DUPFD_CLOEXEC, 61);
  Stage stage({.agent = "descriptors tell:prepared await-go tell:ready wait",
               .api = {"descriptors", "exit:0"},
               .descriptor = high});
  EXPECT_EQ(stage.exit(), 0);
  EXPECT_TRUE(stage.falls_silent());
  // Whoever runs the tests may have left some open as well.
  const std::string apis = stage.lines()[stage.place("api: descriptors ")] + " ";
  EXPECT_NE(apis.find(" " + std::to_string(high) + " "), std::string::npos) << apis;
  const std::string agents =
      stage.lines()[stage.place("agent: descriptors ")].substr(std::string("agent: descriptors ").size());
  EXPECT_EQ(agents.find(' '), std::string::npos) << agents;
  EXPECT_NE(agents, std::to_string(high));
  ::close(high);
  ::close(given);
}

}  // namespace
}  // namespace holdfast::agent
