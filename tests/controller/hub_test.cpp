#include "agent/core/hub.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/controller/moment.h"

namespace holdfast::agent {
namespace {

DatabaseStatus database(const std::string& name, std::vector<std::uint64_t> events = {}, bool decided = true) {
  DatabaseStatus status;
  status.name = name;
  SetStatus set;
  set.name = name + "-rows";
  set.decided = decided;
  status.sets.push_back(set);
  for (const std::uint64_t number : events) {
    Event event;
    event.number = number;
    status.events.push_back(event);
  }
  return status;
}

class HubTest : public testing::Test {
 protected:
  std::vector<std::string> asked;
  std::map<std::string, Answer> answers;
  std::map<std::string, std::vector<std::string>> runs;  // that the databases have
  std::vector<std::string> undone;                       // DATABASE RUN

  // As a worker: by the beginning of an id, a dry run only tells which run is meant.
  Answer undo(const std::string& name, const Request& request) {
    if (answers.contains(name)) return answers[name];
    for (const std::string& run : runs[name]) {
      if (!run.starts_with(request.run)) continue;
      if (request.dry_run) return {.kind = Answer::Kind::Done, .message = "found", .run = {}, .found = run};
      undone.push_back(name + " " + run);
      return {Answer::Kind::Done, "1 change taken back", "01XYZ"};
    }
    return {Answer::Kind::NotFound, "there is no such run", {}};
  }
  Answer undo(const std::string& run) {
    Request request;
    request.kind = Request::Kind::Undo;
    request.run = run;
    return ask(request);
  }
  Hub hub{"1",
          WallTime(),
          {},
          [this](const std::string& name, const Request& request, Hub::Answered answered) {
            asked.push_back(name);
            if (request.kind == Request::Kind::Undo) return answered(undo(name, request));
            answered(answers.contains(name) ? answers[name] : Answer{Answer::Kind::Done, "in sync", {}});
          },
          [] { return std::string(); }};

  Answer ask(const Request& request) {
    Answer got;
    int times = 0;
    hub.ask(request, [&](const Answer& answer) {
      got = answer;
      ++times;
    });
    EXPECT_EQ(times, 1);
    return got;
  }
};

TEST_F(HubTest, EventsOfAllDatabasesHaveNumbersThatOnlyRise) {
  std::set<std::uint64_t> seen;
  std::uint64_t last = 0;
  const auto published = [&](const DatabaseStatus& status) {
    hub.publish(status);
    for (const DatabaseStatus& one : hub.status().databases) {
      for (const Event& event : one.events) {
        if (seen.insert(event.number).second) {
          EXPECT_GT(event.number, last);
          last = event.number;
        }
      }
    }
  };
  published(database("a", {1, 2}));
  published(database("b", {1}));
  published(database("a", {1, 2, 3}));
  published(database("a", {3, 4}));
  published(database("b", {1, 2}));
  EXPECT_EQ(seen.size(), 6U);
}

TEST_F(HubTest, AnEventThatComesAgainIsNews) {
  DatabaseStatus status = database("a", {1});
  hub.publish(status);
  const std::uint64_t first = hub.status().databases[0].events[0].number;
  hub.publish(status);
  EXPECT_EQ(hub.status().databases[0].events[0].number, first) << "nothing has come";
  status.events[0].count = 2;
  hub.publish(status);
  EXPECT_GT(hub.status().databases[0].events[0].number, first);
}

TEST_F(HubTest, ReadyOnceEachSetIsDecidedAndForGood) {
  hub.expect({"a"});
  hub.publish(database("a"));
  EXPECT_TRUE(hub.status().ready);
  hub.publish(database("b", {}, false));
  EXPECT_TRUE(hub.status().ready) << "a set that is new takes no API out of service";
}

TEST_F(HubTest, NotReadyBeforeEachDatabaseIsHeardOf) {
  hub.expect({"a", "b"});
  hub.publish(database("a"));
  EXPECT_FALSE(hub.status().ready);
  hub.publish(database("b"));
  EXPECT_TRUE(hub.status().ready);
}

TEST_F(HubTest, NotReadyWhileASetWaits) {
  hub.expect({"a"});
  hub.publish(database("a", {}, false));
  EXPECT_FALSE(hub.status().ready);
  hub.publish(database("a"));
  EXPECT_TRUE(hub.status().ready);
}

TEST_F(HubTest, ARequestGoesToTheDatabaseOfItsSet) {
  hub.publish(database("a"));
  hub.publish(database("b"));
  Request request;
  request.row_set = "b-rows";
  EXPECT_EQ(ask(request).kind, Answer::Kind::Done);
  EXPECT_EQ(asked, std::vector<std::string>{"b"});
  request.row_set = "c-rows";
  EXPECT_EQ(ask(request).kind, Answer::Kind::NotFound);
}

TEST_F(HubTest, AnswersOfSeveralAreOne) {
  hub.publish(database("a"));
  hub.publish(database("b"));
  answers["b"] = {Answer::Kind::Unavailable, "locked", {}};
  EXPECT_EQ(ask({}).message, "locked");
}

TEST_F(HubTest, AnUndoIsOfTheOneDatabaseThatHasTheRun) {
  hub.publish(database("a"));
  hub.publish(database("b"));
  runs = {{"a", {"01J9Z2K3AAAA"}}, {"b", {"01J9Z2K4BBBB"}}};
  EXPECT_EQ(undo("01J9Z2K4").run, "01XYZ");
  EXPECT_EQ(undone, std::vector<std::string>{"b 01J9Z2K4BBBB"});
  EXPECT_EQ(undo("01J9Z2K5").kind, Answer::Kind::NotFound);
}

// The first eight characters of an id are the second in which the run began: whoever took one run back by them took
// back the other databases' runs of that second as well.
TEST_F(HubTest, AnUndoOfWhatSeveralDatabasesHaveDoesNothing) {
  hub.publish(database("a"));
  hub.publish(database("b"));
  runs = {{"a", {"01J9Z2K3AAAA"}}, {"b", {"01J9Z2K3BBBB"}}};
  const Answer answer = undo("01J9Z2K3");
  EXPECT_EQ(answer.kind, Answer::Kind::Conflict);
  EXPECT_EQ(answer.message, "several databases have such a run: a, b: say more of the run's id");
  EXPECT_TRUE(undone.empty());
  EXPECT_EQ(undo("01J9Z2K3B").kind, Answer::Kind::Done);
  EXPECT_EQ(undone, std::vector<std::string>{"b 01J9Z2K3BBBB"});
}

TEST_F(HubTest, ACopyHasTheVerySameRuns) {
  hub.publish(database("a"));
  hub.publish(database("b"));
  runs = {{"a", {"01J9Z2K3AAAA"}}, {"b", {"01J9Z2K3AAAA"}}};
  const Answer answer = undo("01J9Z2K3AAAA");
  EXPECT_EQ(answer.kind, Answer::Kind::Conflict);
  EXPECT_NE(answer.message.find("the documents of one of them"), std::string::npos) << answer.message;
  EXPECT_TRUE(undone.empty());
}

// The one that the agent itself has made is known to be that database's.
TEST_F(HubTest, AnUndoOfARunInMemoryAsksOnlyItsDatabase) {
  DatabaseStatus status = database("a");
  RunSummary run;
  run.id = "01J9Z2K3AAAA";
  status.runs.push_back(run);
  hub.publish(status);
  hub.publish(database("b"));
  runs = {{"a", {"01J9Z2K3AAAA"}}};
  answers["b"] = {Answer::Kind::Unavailable, "locked", {}};
  EXPECT_EQ(undo("01J9Z2K3AAAA").kind, Answer::Kind::Done);
  EXPECT_EQ(asked, std::vector<std::string>{"a"});
}

TEST_F(HubTest, AnUndoByABeginningWaitsForADatabaseThatCannotBeAsked) {
  hub.publish(database("a"));
  hub.publish(database("b"));
  runs = {{"a", {"01J9Z2K3AAAA"}}};
  answers["b"] = {Answer::Kind::Unavailable, "locked", {}};
  const Answer answer = undo("01J9Z2K3");
  EXPECT_EQ(answer.kind, Answer::Kind::Unavailable);
  EXPECT_EQ(answer.message, "which run is meant is not sure, and nothing is taken back: locked");
  EXPECT_TRUE(undone.empty());
  EXPECT_EQ(undo("01J9Z2K3AAAA").kind, Answer::Kind::Done) << "all of the id leaves no doubt";
}

// A locked database, or one whose disk was full, gave way to another one's "no such run".
TEST_F(HubTest, ThatThereIsNoSuchRunIsTheLastThingToSay) {
  hub.publish(database("a"));
  hub.publish(database("b"));
  for (const Answer::Kind kind : {Answer::Kind::Conflict, Answer::Kind::Unavailable}) {
    for (const auto& [first, second] : {std::pair("a", "b"), std::pair("b", "a")}) {
      answers[first] = {Answer::Kind::NotFound, "there is no such run", {}};
      answers[second] = {kind, "why it is not done", {}};
      EXPECT_EQ(undo("01J9Z2K3").kind, kind);
    }
  }
}

TEST_F(HubTest, WithoutAnyDatabaseThereIsAnAnswer) { EXPECT_EQ(ask({}).kind, Answer::Kind::NotFound); }

}  // namespace
}  // namespace holdfast::agent
