// `holdfast status` tells a person at a terminal what somebody should know: a pause, a fight, rows that are held, a
// mass delete, that there are no documents.
#include <gmock/gmock.h>

#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;
using testing::Not;

class Told : public testing::Test {
 protected:
  void start_well(const std::string& more = {}) {
    agent.declare({"one", "two", "three"}, more);
    agent.start();
    ASSERT_TRUE(eventually([&] { return agent.names() == "one,two,three" && agent.in_sync(); })) << agent.log();
  }
  Finished status() { return run({"status", "--agent", agent.url()}); }
  bool says(const std::string& text) {
    return eventually([&] { return status().out.find(text) != std::string::npos; });
  }
  RunningAgent agent;
};

TEST_F(Told, APauseWhileEverythingIsInSync) {
  start_well();
  EXPECT_THAT(status().out, Not(HasSubstr("paused")));
  Program::Options options;
  options.environment = {{"HOLDFAST_TOKEN", RunningAgent::secret}};
  EXPECT_THAT(run({"pause", "--for", "30m", "--agent", agent.url()}, options).out, HasSubstr("paused until 2"));
  EXPECT_TRUE(says("paused: until 2")) << status().out;
  EXPECT_THAT(status().out, HasSubstr("by env"));
}

TEST_F(Told, AFight) {
  start_well();
  const auto theirs = [&] { return agent.rows("SELECT count(*) FROM campaigns WHERE url = 'theirs'"); };
  for (int correction = 0; correction < 5; ++correction) {
    agent.sql("UPDATE campaigns SET url = 'theirs' WHERE name = 'two'");
    ASSERT_TRUE(eventually([&] { return theirs() == "0"; })) << agent.log();
  }
  agent.sql("UPDATE campaigns SET url = 'theirs' WHERE name = 'two'");
  EXPECT_TRUE(says("fight: name \"two\" (id 2) is changed again after each correction")) << status().out;
  EXPECT_THAT(agent.get("/api/v1/rowsets/campaigns"), HasSubstr("held_until"));
}

TEST_F(Told, RowsThatAnUndoHolds) {
  start_well();
  agent.sql("UPDATE campaigns SET url = 'theirs' WHERE name = 'two'");
  ASSERT_TRUE(eventually([&] { return agent.rows("SELECT count(*) FROM campaigns WHERE url = 'theirs'") == "0"; }));
  ASSERT_EQ(run({"undo", "last", "-f", agent.documents()}).exit, 0);
  EXPECT_TRUE(says("changed name \"two\" (id 2): held: taken back")) << status().out;
  EXPECT_THAT(status().out, HasSubstr("holdfast release campaigns/two"));
}

TEST_F(Told, AMassDelete) {
  start_well();
  agent.sql("INSERT INTO campaigns (id, name) VALUES (11,'a'), (12,'b'), (13,'c'), (14,'d')");
  ASSERT_TRUE(says("4 others not managed")) << status().out;
  agent.sql("DELETE FROM campaigns WHERE id > 10");
  EXPECT_TRUE(says("vanish: somebody else deleted many rows at once, seen at 2")) << status().out;
}

TEST_F(Told, ThatNoDocumentsAreInForce) {
  agent.start({"--pin", "nonsense"});
  EXPECT_TRUE(says("documents: none in force, pinned to nonsense")) << status().out;
  EXPECT_EQ(status().exit, 2);
  EXPECT_EQ(run({"status", "-o", "json", "--agent", agent.url()}).exit, 2);
  EXPECT_TRUE(agent.logged("there are no documents in force"));
}

TEST_F(Told, AWipeWithItsTime) {
  start_well();
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(agent.database() + ".holdfast"); }));
  agent.sql("DROP TABLE campaigns; CREATE TABLE campaigns (id INTEGER PRIMARY KEY, name TEXT UNIQUE, url TEXT)");
  EXPECT_TRUE(says("wiped: at 2")) << status().out;
  EXPECT_TRUE(eventually([&] { return status().exit == 0; })) << "it has been put back";
}

}  // namespace
}  // namespace holdfast::agent
