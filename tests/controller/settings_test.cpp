#include "agent/agent_settings.h"

#include <gtest/gtest.h>

#include <tuple>

namespace holdfast::agent {
namespace {

Environment variables(std::map<std::string, std::string> set) {
  return [set = std::move(set)](std::string_view name) -> std::optional<std::string> {
    const auto found = set.find(std::string(name));
    return found == set.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
}

std::string shown(const AgentSettings& settings, const std::string& name) {
  for (const Setting& one : settings.shown) {
    if (one.name == name) return one.value + " from " + one.origin;
  }
  return "?";
}

// Incident 10: one place for each value, and everybody can see which one it was.
TEST(Settings, FlagsGoBeforeVariablesAndVariablesBeforeDefaults) {
  const auto read = agent_settings({{"listen", "[::]:1"}}, variables({{"HOLDFAST_LISTEN", "0.0.0.0:2"},
                                                                      {"HOLDFAST_START_TIMEOUT", "2m"},
                                                                      {"HOLDFAST_OPEN_METRICS", "true"},
                                                                      {"HOLDFAST_PIN", ""}}));
  ASSERT_TRUE(read);
  EXPECT_EQ(shown(*read, "listen"), "[::]:1 from --listen");
  EXPECT_EQ(shown(*read, "start-timeout"), "2m from HOLDFAST_START_TIMEOUT");
  EXPECT_EQ(shown(*read, "open-metrics"), "true from HOLDFAST_OPEN_METRICS");
  EXPECT_EQ(shown(*read, "pin"), " from default") << "an empty variable is none";
  EXPECT_EQ(read->listen, "[::]:1");
  EXPECT_EQ(read->start_timeout, std::chrono::minutes(2));
  EXPECT_TRUE(read->open_metrics);
  EXPECT_FALSE(read->strict_start);
}

struct Refused {
  GivenFlags flags;
  std::map<std::string, std::string> variables;
  std::string where;
};

TEST(Settings, AWrongValueIsNamedByWhereItCameFrom) {
  const Refused cases[] = {
      {{{"start-timeout", "soon"}}, {}, "--start-timeout"},
      {{}, {{"HOLDFAST_START_TIMEOUT", "-1s"}}, "HOLDFAST_START_TIMEOUT"},
      {{}, {{"HOLDFAST_STRICT_START", "yes"}}, "HOLDFAST_STRICT_START"},
      {{{"ready-when", "never"}}, {}, "--ready-when"},
      {{{"log", "xml"}}, {}, "--log"},
      {{{"listen", "foo"}}, {}, "--listen"},
      {{{"listen", "127.0.0.1:99999"}}, {}, "--listen"},
      {{}, {{"HOLDFAST_LISTEN", "api.example:80"}}, "HOLDFAST_LISTEN"},
  };
  for (const Refused& one : cases) {
    const auto read = agent_settings(one.flags, variables(one.variables));
    ASSERT_FALSE(read) << one.where;
    EXPECT_EQ(read.error().where, one.where);
    EXPECT_FALSE(read.error().hint.empty());
  }
}

TEST(Settings, NoSecretIsASetting) {
  const auto read = agent_settings({}, variables({{"HOLDFAST_TOKEN", "swordfish"}}));
  ASSERT_TRUE(read);
  for (const Setting& one : read->shown) EXPECT_EQ(one.value.find("swordfish"), std::string::npos) << one.name;
}

// G10: the status showed the whole command, with the password that a migration is called with.
TEST(Settings, TheCommandBeforeIsNotShown) {
  const std::string command = "alembic -x url=postgres://app:swordfish@db/popup upgrade head";
  for (const auto& [flags, set, origin] :
       {std::tuple(GivenFlags{{"before", command}}, std::map<std::string, std::string>(), "--before"),
        std::tuple(GivenFlags(), std::map<std::string, std::string>{{"HOLDFAST_BEFORE", command}},
                   "HOLDFAST_BEFORE")}) {
    const auto read = agent_settings(flags, variables(set));
    ASSERT_TRUE(read);
    EXPECT_EQ(shown(*read, "before"), std::string("*** from ") + origin);
    EXPECT_EQ(read->before, command) << "it is run as it was given";
  }
  const auto none = agent_settings({}, variables({}));
  ASSERT_TRUE(none);
  EXPECT_EQ(shown(*none, "before"), " from default");
}

}  // namespace
}  // namespace holdfast::agent
