// G6 and the roll-out of documents: what is good takes effect without a restart, what is not changes nothing.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

class Documents : public testing::Test {
 protected:
  void start_well() {
    agent.start();
    ASSERT_TRUE(eventually([&] { return agent.names() == "one,two,three"; })) << agent.log();
    ASSERT_TRUE(eventually([&] { return agent.in_sync(); }));
  }
  bool heals() {
    agent.sql("DELETE FROM campaigns WHERE name = 'one'");
    return eventually([&] { return agent.rows("SELECT count(*) FROM campaigns WHERE name = 'one'") == "1"; });
  }

  RunningAgent agent;
};

TEST_F(Documents, ARowThatIsAddedRollsOutWithoutARestart) {
  start_well();
  agent.declare({"one", "two", "three", "four"});
  EXPECT_TRUE(eventually([&] { return agent.names() == "one,two,three,four"; })) << agent.log();
  EXPECT_TRUE(agent.logged("(rollout)"));
}

struct Bad {
  std::string what;
  std::function<void(const RunningAgent&)> breaking;
};

TEST_F(Documents, BadOnesChangeNothingAndAreToldAndDriftIsHealedAllTheSame) {
  start_well();
  const Bad cases[] = {
      {"not YAML", [](const RunningAgent& one) { one.folder().write("rows/shop.yaml", "kind: [RowSet"); }},
      {"empty", [](const RunningAgent& one) { one.folder().write("rows/shop.yaml", ""); }},
      {"an unknown key",
       [](const RunningAgent& one) {
         one.folder().write("rows/shop.yaml",
                            "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: x}\nspec: {tabel: y}\n");
       }},
      {"gone", [](const RunningAgent& one) { fs::remove(one.folder() / "rows/shop.yaml"); }},
      {"the folder is gone", [](const RunningAgent& one) { fs::remove_all(one.documents()); }},
  };
  for (const Bad& one : cases) {
    one.breaking(agent);
    EXPECT_TRUE(eventually([&] { return agent.get("/api/v1/status").find("\"valid\": false") != std::string::npos; }))
        << one.what << agent.get("/api/v1/status");
    EXPECT_TRUE(heals()) << one.what;
    EXPECT_NE(agent.get("/metrics").find("holdfast_desired_state_valid 0"), std::string::npos) << one.what;
    agent.declare({"one", "two", "three"});
    EXPECT_TRUE(eventually([&] { return agent.get("/api/v1/status").find("\"valid\": true") != std::string::npos; }))
        << one.what << agent.log();
  }
  EXPECT_EQ(agent.names(), "one,two,three");
}

// Over HTTP as on the command line: what was changed in the database becomes what the documents say.
TEST_F(Documents, ALiveValueIsAcceptedOverHttp) {
  agent.declare({"one", "two", "three"}, "  policy: {changed: Report}\n");
  start_well();
  agent.sql("UPDATE campaigns SET url = 'https://new.example/' WHERE name = 'two'");
  ASSERT_TRUE(eventually([&] { return !agent.in_sync(); }));
  const std::string accept = "/api/v1/rowsets/campaigns/accept";
  const auto text = [&] {
    std::ifstream file(agent.folder() / "rows/shop.yaml");
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string before = text();
  EXPECT_EQ(agent.post(accept, R"({"dry_run": true})"), 200u);
  EXPECT_EQ(agent.post(accept, R"({"key": "one"})"), 200u);  // it has not been changed
  EXPECT_EQ(agent.post(accept, R"({"key": "nobody"})"), 409u);
  EXPECT_EQ(text(), before);
  EXPECT_EQ(agent.post(accept), 200u);
  EXPECT_NE(text().find("name: \"two\", url: \"https://new.example/\""), std::string::npos) << text();
  EXPECT_TRUE(eventually([&] { return agent.in_sync(); })) << agent.log();
  EXPECT_TRUE(agent.logged("env asks for the live values of campaigns")) << agent.log();
  EXPECT_EQ(agent.rows("SELECT url FROM campaigns WHERE name = 'two'"), "https://new.example/");

  agent.folder().write("rows/shop.yaml", "kind: [RowSet");
  EXPECT_EQ(agent.post(accept), 409u);
  EXPECT_EQ(text(), "kind: [RowSet");
}

TEST_F(Documents, APinnedRevisionHoldsOthersBackAndDriftIsHealed) {
  start_well();
  const std::string status = agent.get("/api/v1/status");
  const std::size_t at = status.find("\"digest\": \"") + 11;
  const std::string digest = status.substr(at, status.find('"', at) - at);
  agent.kill();
  agent.start({"--pin", digest});
  ASSERT_TRUE(eventually([&] { return agent.is_ready(); })) << agent.log();
  agent.declare({"one", "two", "three", "four"});
  ASSERT_TRUE(eventually([&] { return agent.logged("Pinned"); })) << agent.log();
  EXPECT_TRUE(heals());
  EXPECT_EQ(agent.names(), "one,two,three");
}

}  // namespace
}  // namespace holdfast::agent
