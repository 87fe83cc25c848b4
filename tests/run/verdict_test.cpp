// What became of the database file, told by a running agent: what it shows, counts, mends, and what it leaves alone.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr const char* table = "CREATE TABLE campaigns (id INTEGER PRIMARY KEY, name TEXT UNIQUE, url TEXT)";

class Verdict : public testing::Test {
 protected:
  // True once the status tells it.
  static bool says(RunningAgent& agent, const std::string& text, double seconds = 20) {
    return eventually([&] { return agent.get("/api/v1/status").find(text) != std::string::npos; }, seconds);
  }
  static bool whole(RunningAgent& agent) {
    return eventually([&] {
      return agent.rows("SELECT count(*) FROM sqlite_master WHERE name = 'campaigns'") == "1" &&
             agent.names() == "one,two,three";
    });
  }
  // The application begins anew, as after a deploy without a volume.
  static void wipe(const RunningAgent& agent) {
    for (const char* side : {"-wal", "-shm", ""}) fs::remove(agent.database() + side);
    agent.sql(table);
  }
  RunningAgent agent;
};

TEST_F(Verdict, AFirstStartIsToldAndTheNextOneIsIntact) {
  agent.start();
  EXPECT_TRUE(whole(agent)) << agent.log();
  EXPECT_TRUE(says(agent, "\"verdict\": \"first start\"")) << agent.get("/api/v1/status");
  EXPECT_EQ(agent.terminate().exit, 0);
  agent.start();
  EXPECT_TRUE(says(agent, "\"verdict\": \"intact\"")) << agent.get("/api/v1/status");
  EXPECT_THAT(agent.get("/metrics"), HasSubstr("holdfast_wipes_total{database=\"shop\",cause=\"wiped\"} 0"));
}

TEST_F(Verdict, AWipeWhileItRunsIsToldCountedOnceAndMended) {
  agent.start();
  ASSERT_TRUE(whole(agent)) << agent.log();
  ASSERT_TRUE(eventually([&] { return fs::exists(agent.database() + ".holdfast"); }));
  wipe(agent);
  EXPECT_TRUE(whole(agent)) << agent.log();
  EXPECT_TRUE(says(agent, "\"verdict\": \"wiped\"")) << agent.get("/api/v1/status");
  EXPECT_TRUE(agent.logged("Wiped")) << agent.log();
  EXPECT_TRUE(eventually([&] {
    const std::string metrics = agent.get("/metrics");
    return metrics.find("holdfast_wipes_total{database=\"shop\",cause=\"wiped\"} 1") != std::string::npos &&
           metrics.find("rowset=\"campaigns\",action=\"insert\",cause=\"wipe\"} 3") != std::string::npos;
  })) << agent.get("/metrics");
  EXPECT_THAT(agent.get("/api/v1/status"), HasSubstr("\"last_wipe\": {\"verdict\": \"wiped\""));
}

TEST_F(Verdict, AWipeBetweenTwoStartsIsToldAtTheSecond) {
  agent.start();
  ASSERT_TRUE(whole(agent)) << agent.log();
  EXPECT_EQ(agent.terminate().exit, 0);
  wipe(agent);
  agent.start();
  EXPECT_TRUE(whole(agent)) << agent.log();
  EXPECT_TRUE(says(agent, "\"verdict\": \"wiped\"")) << agent.get("/api/v1/status");
}

TEST_F(Verdict, AnOlderStateOfItIsRolledBackAndCorrected) {
  agent.sql("PRAGMA journal_mode=delete");
  agent.start();
  ASSERT_TRUE(whole(agent)) << agent.log();
  ASSERT_TRUE(eventually([&] { return fs::exists(agent.database() + ".holdfast"); }));
  EXPECT_EQ(agent.terminate().exit, 0);
  ScratchFolder kept;
  fs::copy_file(agent.database(), kept / "old.db");
  agent.sql("UPDATE campaigns SET url = 'broken'");
  agent.start();
  ASSERT_TRUE(eventually([&] { return agent.rows("SELECT count(*) FROM campaigns WHERE url = 'broken'") == "0"; }));
  EXPECT_EQ(agent.terminate().exit, 0);
  fs::remove(agent.database());
  fs::copy_file(kept / "old.db", agent.database());
  agent.sql("DELETE FROM campaigns WHERE name = 'two'");
  agent.start();
  EXPECT_TRUE(whole(agent)) << agent.log();
  EXPECT_TRUE(says(agent, "\"verdict\": \"rolled back\"")) << agent.get("/api/v1/status");
}

TEST_F(Verdict, ACopyIsShownAndNotWrittenUntilSomebodyAdoptsIt) {
  agent.sql("PRAGMA journal_mode=delete");
  agent.start();
  ASSERT_TRUE(whole(agent)) << agent.log();
  ASSERT_TRUE(eventually([&] { return fs::exists(agent.database() + ".holdfast"); }));
  EXPECT_EQ(agent.terminate().exit, 0);
  RunningAgent copy;
  fs::remove(copy.database());
  fs::copy_file(agent.database(), copy.database());
  copy.sql("DELETE FROM campaigns WHERE name = 'two'");
  const std::string before = dump(copy.database());
  copy.start();
  ASSERT_TRUE(eventually([&] { return copy.is_ready(); })) << copy.log();
  EXPECT_TRUE(says(copy, "\"verdict\": \"copy\"")) << copy.get("/api/v1/status");
  EXPECT_THAT(copy.get("/api/v1/rowsets/campaigns/drift"), HasSubstr("\"reason\": \"verdict\""));
  EXPECT_THAT(copy.get("/api/v1/status"), HasSubstr("holdfast adopt"));
  EXPECT_EQ(dump(copy.database()), before) << "nothing of ours is written, either";
  EXPECT_EQ(copy.post("/api/v1/rowsets/campaigns/reconcile"), 200u);
  EXPECT_EQ(dump(copy.database()), before);
  const Finished adopted = run({"adopt", "-f", copy.documents()});
  EXPECT_EQ(adopted.exit, 0) << adopted.err;
  EXPECT_TRUE(whole(copy)) << copy.log();
  EXPECT_TRUE(says(copy, "\"verdict\": \"intact\"")) << copy.get("/api/v1/status");
}

// cp over the file, while the agent runs: the contents are another database's, and the file is the same.
TEST_F(Verdict, ACopyThatIsPutIntoTheFileIsNotWritten) {
  agent.sql("PRAGMA journal_mode=delete");
  agent.start();
  ASSERT_TRUE(whole(agent)) << agent.log();
  ASSERT_TRUE(eventually([&] { return fs::exists(agent.database() + ".holdfast"); }));
  RunningAgent other("delete");
  other.start();
  ASSERT_TRUE(whole(other)) << other.log();
  ASSERT_TRUE(eventually([&] { return fs::exists(other.database() + ".holdfast"); }));
  EXPECT_EQ(other.terminate().exit, 0);
  other.sql("UPDATE campaigns SET url = 'theirs' WHERE id = 2");
  const std::string theirs = dump(other.database());
  fs::copy_file(other.database(), agent.database(), fs::copy_options::overwrite_existing);
  EXPECT_TRUE(says(agent, "\"reason\": \"WrongFile\"") || says(agent, "\"reason\": \"Copy\""))
      << agent.get("/api/v1/status") << agent.log();
  EXPECT_EQ(agent.post("/api/v1/rowsets/campaigns/reconcile"), 200u);
  EXPECT_EQ(dump(agent.database()), theirs);
}

// Nothing is put back while it is paused; afterwards it is still what the wipe took.
TEST_F(Verdict, AWipeThatIsMetByAPauseIsMendedAsOneAfterwards) {
  agent.start();
  ASSERT_TRUE(whole(agent)) << agent.log();
  ASSERT_TRUE(eventually([&] { return fs::exists(agent.database() + ".holdfast"); }));
  ASSERT_EQ(agent.post("/api/v1/rowsets/campaigns/pause"), 200u);
  wipe(agent);
  EXPECT_TRUE(says(agent, "\"verdict\": \"wiped\"")) << agent.get("/api/v1/status");
  EXPECT_EQ(agent.post("/api/v1/rowsets/campaigns/reconcile"), 200u);
  EXPECT_EQ(agent.rows("SELECT count(*) FROM campaigns"), "0");
  ASSERT_EQ(agent.post("/api/v1/rowsets/campaigns/resume"), 200u);
  EXPECT_TRUE(whole(agent)) << agent.log();
  EXPECT_TRUE(eventually([&] {
    return agent.get("/metrics").find("rowset=\"campaigns\",action=\"insert\",cause=\"wipe\"} 3") != std::string::npos;
  })) << agent.get("/metrics");
}

TEST_F(Verdict, HealthIsInStatusAndMetrics) {
  agent.start();
  ASSERT_TRUE(whole(agent)) << agent.log();
  EXPECT_TRUE(says(agent, "\"integrity_ok\": true")) << agent.get("/api/v1/status");
  const std::string metrics = agent.get("/metrics");
  EXPECT_THAT(metrics, HasSubstr("holdfast_database_integrity_ok{database=\"shop\"} 1"));
  EXPECT_THAT(metrics, HasSubstr("holdfast_database_size_bytes{database=\"shop\"} "));
  EXPECT_THAT(metrics, HasSubstr("holdfast_database_disk_free_bytes{database=\"shop\"} "));
  EXPECT_THAT(metrics, HasSubstr("holdfast_database_wal_size_bytes{database=\"shop\"} "));
}

// A migration makes the tables anew, and may put rows into them: afterwards nobody could tell that it was a wipe.
TEST_F(Verdict, AWipeIsFoundBeforeACommandThatGoesFirst) {
  agent.start();
  ASSERT_TRUE(whole(agent)) << agent.log();
  ASSERT_TRUE(eventually([&] { return fs::exists(agent.database() + ".holdfast"); }));
  EXPECT_EQ(agent.terminate().exit, 0);
  for (const char* side : {"-wal", "-shm", ""}) fs::remove(agent.database() + side);
  ScratchFolder migration;
  const std::string seeded = migration / "seeded.db";
  execute(seeded, std::string(table) + "; INSERT INTO campaigns VALUES (10, 'seeded', 'by the migration')");
  agent.start({"--before", "cp '" + seeded + "' '" + agent.database() + "'", "--", "sleep", "60"});
  EXPECT_TRUE(eventually([&] {
    return fs::exists(agent.database()) && agent.rows("SELECT count(*) FROM sqlite_master") != "0" &&
           agent.names() == "one,two,three,seeded";
  })) << agent.log();
  EXPECT_TRUE(says(agent, "\"verdict\": \"wiped\"")) << agent.get("/api/v1/status");
  EXPECT_TRUE(agent.logged("Wiped")) << agent.log();
  agent.terminate();
}

// Each one's marker woke the other, which wrote its own.
TEST_F(Verdict, TwoAgentsOnOneDatabaseComeToRest) {
  agent.start();
  ASSERT_TRUE(whole(agent)) << agent.log();
  ASSERT_TRUE(eventually([&] { return fs::exists(agent.database() + ".holdfast"); }));
  Program::Options options;
  options.folder = agent.folder().path();
  options.environment = {{"HOLDFAST_LISTEN", "127.0.0.1:0"}, {"PATH", "/usr/bin:/bin"}};
  Program other({"run", "-f", agent.documents(), "--log", "text"}, options);
  const auto sequence = [&] { return agent.rows("SELECT value FROM _holdfast_meta WHERE name = 'marker'"); };
  const std::string first = sequence();
  ASSERT_TRUE(eventually([&] { return sequence() != first; })) << "the second one writes its own once";
  int written = 0;
  std::string last = sequence();
  EXPECT_FALSE(eventually(
      [&] {
        const std::string now = sequence();
        if (now != last) ++written;
        last = now;
        return written > 2;
      },
      5))
      << "they write for ever: " << last;
  agent.sql("DELETE FROM campaigns WHERE name = 'two'");
  EXPECT_TRUE(whole(agent)) << agent.log();
}

// A row that cannot be put back is no wipe that goes on: the next damage is an edit, and the next wipe is told.
TEST_F(Verdict, AWipeEndsAlthoughOneRowCannotBePutBack) {
  agent.start();
  ASSERT_TRUE(whole(agent)) << agent.log();
  ASSERT_TRUE(eventually([&] { return fs::exists(agent.database() + ".holdfast"); }));
  for (const char* side : {"-wal", "-shm", ""}) fs::remove(agent.database() + side);
  agent.sql("CREATE TABLE campaigns (id INTEGER PRIMARY KEY, name TEXT UNIQUE CHECK (name <> 'two'), url TEXT)");
  ASSERT_TRUE(eventually([&] { return agent.names() == "one,three"; })) << agent.log();
  EXPECT_TRUE(says(agent, "\"verdict\": \"wiped\"")) << agent.get("/api/v1/status");
  agent.sql("DELETE FROM campaigns WHERE name = 'one'");
  ASSERT_TRUE(eventually([&] { return agent.names() == "one,three"; })) << agent.log();
  EXPECT_TRUE(eventually([&] {
    return agent.get("/metrics").find("action=\"insert\",cause=\"edit\"} 1") != std::string::npos;
  })) << agent.get("/metrics");
}

TEST_F(Verdict, ADatabaseThatIsMadeAnewKeepsTheDocumentsAgain) {
  agent.start();
  ASSERT_TRUE(whole(agent)) << agent.log();
  ASSERT_TRUE(eventually([&] { return fs::exists(agent.database() + ".holdfast"); }));
  ASSERT_EQ(agent.post("/api/v1/rowsets/campaigns/pause"), 200u);
  wipe(agent);
  EXPECT_TRUE(says(agent, "\"verdict\": \"wiped\"")) << agent.get("/api/v1/status");
  ASSERT_EQ(agent.post("/api/v1/rowsets/campaigns/resume"), 200u);
  EXPECT_TRUE(whole(agent)) << agent.log();
  EXPECT_TRUE(eventually([&] {
    return agent.rows("SELECT count(*) FROM sqlite_master WHERE name = '_holdfast_documents'") == "1" &&
           agent.rows("SELECT count(*) FROM _holdfast_documents") != "0";
  })) << agent.log();
}

}  // namespace
}  // namespace holdfast::agent
