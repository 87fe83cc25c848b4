// What a running agent is asked to do, on the command line and over HTTP: what it answers, and what becomes of the
// rows.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;

class Asked : public testing::Test {
 protected:
  void start_well(const std::string& more = {}) {
    agent.declare({"one", "two", "three"}, more);
    agent.start();
    ASSERT_TRUE(eventually([&] { return agent.names() == "one,two,three" && agent.in_sync(); })) << agent.log();
  }
  Finished ask(std::vector<std::string> words, const std::string& secret = RunningAgent::secret) {
    words.insert(words.end(), {"--agent", agent.url()});
    Program::Options options;
    if (!secret.empty()) options.environment = {{"HOLDFAST_TOKEN", secret}};
    return run(words, options);
  }
  bool says(const std::string& path, const std::string& text) {
    return eventually([&] { return agent.get(path).find(text) != std::string::npos; });
  }
  RunningAgent agent;
};

struct Want {
  std::vector<std::string> words;
  int exit;
  std::string out;
  std::string error;  // a part of it
};

TEST_F(Asked, ReconcileAndResumeSayWhatTheyLedTo) {
  start_well();
  const auto expect = [&](const Want& want) {
    SCOPED_TRACE(testing::PrintToString(want.words));
    const Finished finished = ask(want.words);
    EXPECT_EQ(finished.exit, want.exit) << finished.err;
    EXPECT_EQ(finished.out, want.out);
    if (want.error.empty()) {
      EXPECT_EQ(finished.err, "");
    } else {
      EXPECT_THAT(finished.err, HasSubstr(want.error));
    }
  };
  const std::string no_such_set = R"(error: Not Found: no document in force declares the row set "nobody")";
  expect({{"reconcile"}, 0, "in sync\n", ""});
  expect({{"reconcile", "campaigns"}, 0, "in sync\n", ""});
  expect({{"reconcile", "nobody"}, 1, "", no_such_set});
  expect({{"resume"}, 0, "nothing was paused\n", ""});
  expect({{"resume", "campaigns"}, 0, "nothing was paused\n", ""});
  expect({{"resume", "nobody"}, 1, "", no_such_set});

  ASSERT_EQ(ask({"pause"}).exit, 0);
  agent.sql("DELETE FROM campaigns WHERE name = 'one'");
  expect({{"reconcile"}, 2, "drift is left in 1 set\n", ""});
  expect({{"reconcile", "campaigns"}, 2, "drift is left in 1 set\n", ""});
  expect({{"resume", "campaigns"}, 1, "", "the whole database is paused: resume all of it"});
  EXPECT_EQ(agent.names(), "two,three");
  expect({{"resume"}, 0, "resumed\n", ""});
  EXPECT_EQ(agent.names(), "one,two,three") << "what was held back is done when the answer is there";
  expect({{"reconcile"}, 0, "in sync\n", ""});

  ASSERT_EQ(ask({"pause", "campaigns"}).exit, 0);
  expect({{"resume", "campaigns"}, 0, "resumed\n", ""});
}

TEST_F(Asked, ReconcileTellsOfDriftThatIsOnlyReported) {
  start_well("  policy: {changed: Report}\n");
  agent.sql("UPDATE campaigns SET url = 'theirs' WHERE name = 'two'");
  const Finished finished = ask({"reconcile"});
  EXPECT_EQ(finished.exit, 2) << finished.err;
  EXPECT_EQ(finished.out, "drift is left in 1 set\n");
  const Finished as_json = ask({"reconcile", "-o", "json"});
  EXPECT_EQ(as_json.exit, 2);
  EXPECT_THAT(as_json.out, HasSubstr(R"("message": "drift is left in 1 set")"));
  EXPECT_EQ(agent.rows("SELECT url FROM campaigns WHERE name = 'two'"), "theirs");
}

TEST_F(Asked, NobodyWithoutTheRightTokenChangesAnything) {
  start_well();
  ASSERT_EQ(ask({"pause"}).exit, 0);
  for (const char* verb : {"reconcile", "resume"}) {
    for (const char* secret : {"", "a-secret-of-somebody-else"}) {
      const Finished finished = ask({verb}, secret);
      EXPECT_EQ(finished.exit, 1) << verb;
      EXPECT_THAT(finished.err, HasSubstr("error: Unauthorized: ")) << verb;
    }
  }
  EXPECT_EQ(ask({"resume"}).out, "resumed\n") << "it was paused all the time";
}

TEST_F(Asked, AReconcileThatCannotBeMadeFails) {
  start_well();
  std::filesystem::remove(agent.database());
  ASSERT_TRUE(says("/api/v1/status", "\"up\": false")) << agent.get("/api/v1/status");
  const Finished finished = ask({"reconcile"});
  EXPECT_EQ(finished.exit, 1) << finished.out;
  EXPECT_THAT(finished.err, HasSubstr("the database file is not there"));

  const std::string was = agent.url();
  EXPECT_EQ(agent.terminate().exit, 0);
  for (const char* verb : {"reconcile", "resume"}) {
    const Finished nobody = run({verb, "--agent", was});
    EXPECT_EQ(nobody.exit, 1) << verb;
    EXPECT_THAT(nobody.err, HasSubstr("error: no agent answers: ")) << verb;
  }
}

TEST_F(Asked, ARunIsTakenBackAndItsRowIsHeldUntilSomebodyReleasesIt) {
  start_well("  forbidden: [{name: theirs}]\n");
  agent.sql("INSERT INTO campaigns VALUES (9, 'theirs', 'https://their.example/')");
  ASSERT_TRUE(eventually([&] { return agent.names() == "one,two,three"; })) << agent.log();
  const std::string undo = "/api/v1/runs/" + agent.rows("SELECT id FROM _holdfast_runs WHERE deleted = 1") + "/undo";

  EXPECT_EQ(agent.post(undo, R"({"dry_run": true})"), 400u) << "who asks to see it first gets nothing done";
  EXPECT_EQ(agent.names(), "one,two,three");
  EXPECT_EQ(agent.post(undo), 200u);
  EXPECT_EQ(agent.rows("SELECT * FROM campaigns WHERE id = 9"), "9|theirs|https://their.example/");
  EXPECT_TRUE(says("/api/v1/rowsets/campaigns", "\"held\": 1")) << agent.get("/api/v1/rowsets/campaigns");
  const std::string drift = agent.get("/api/v1/rowsets/campaigns/drift");
  EXPECT_THAT(drift, HasSubstr(R"("outcome": "held", "reason": "undo", "key": "name \"theirs\)"));
  EXPECT_THAT(drift, HasSubstr("taken back by env"));
  EXPECT_TRUE(agent.logged("Undone: run ")) << agent.log();

  EXPECT_EQ(ask({"reconcile"}).exit, 2) << "and another run leaves it alone";
  EXPECT_EQ(agent.names(), "one,two,three,theirs");
  EXPECT_EQ(agent.post(undo), 409u) << "nothing is left to take back";
  EXPECT_EQ(agent.post("/api/v1/runs/00000000000000000000000000/undo"), 404u);

  EXPECT_EQ(run({"release", "campaigns/theirs", "-f", agent.documents()}).exit, 0);
  EXPECT_TRUE(eventually([&] { return agent.names() == "one,two,three"; })) << agent.log();
}

}  // namespace
}  // namespace holdfast::agent
