// Incident 10: a second configuration file in a subfolder decided which one was used.
#include <gmock/gmock.h>

#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;

TEST(Incident10, EachSettingIsShownWithWhereItCameFrom) {
  RunningAgent agent;
  agent.start({"--start-timeout", "7s"}, {{"HOLDFAST_START_TIMEOUT", "9s"}, {"HOLDFAST_STOP_TIMEOUT", "8s"}});
  const std::string status = agent.get("/api/v1/status");
  EXPECT_THAT(status, HasSubstr("{\"name\": \"start-timeout\", \"value\": \"7s\", \"origin\": \"--start-timeout\"}"));
  EXPECT_THAT(status,
              HasSubstr("{\"name\": \"stop-timeout\", \"value\": \"8s\", \"origin\": \"HOLDFAST_STOP_TIMEOUT\"}"));
  EXPECT_THAT(status, HasSubstr("\"name\": \"strict-start\", \"value\": \"false\", \"origin\": \"default\""));
}

TEST(Incident10, AnUnknownSettingIsAnErrorAndAnUnknownVariableIsTold) {
  RunningAgent agent;
  EXPECT_EQ(run({"run", "-f", agent.documents(), "--lissen", "127.0.0.1:0"}).exit, 64);
  agent.start({}, {{"HOLDFAST_LISSEN", "127.0.0.1:0"}, {"HOLDFAST_SERVICE_HOST", "10.0.0.1"}});
  EXPECT_TRUE(eventually([&] { return agent.logged("HOLDFAST_LISSEN"); })) << agent.log();
  EXPECT_FALSE(agent.logged("HOLDFAST_SERVICE_HOST")) << "Kubernetes sets it for a Service that is called holdfast";
}

TEST(Incident10, ASecondFileThatSaysSomethingElseIsAnError) {
  RunningAgent agent;
  agent.folder().write("rows/sub/more.yaml",
                       "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: campaigns}\n"
                       "spec: {table: campaigns, key: [name], mode: Observe, rows: []}\n");
  const Finished beside = run({"validate", "-f", agent.documents(), "-f", agent.folder() / "rows/sub"});
  EXPECT_EQ(beside.exit, 3) << beside.out;
  EXPECT_THAT(beside.err, HasSubstr("campaigns"));
  // A folder is its own files: a file in a subfolder decides nothing.
  agent.start();
  EXPECT_TRUE(eventually([&] { return agent.names() == "one,two,three"; })) << agent.log();
}

}  // namespace
}  // namespace holdfast::agent
