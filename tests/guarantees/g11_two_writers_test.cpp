// G11 where the other writer is a Holdfast as well: with other documents, or with documents that ask for the same.
// Whether what it does is counted goes by the cause of its changes (tests/controller has the counting).
#include <gtest/gtest.h>

#include "tests/scenario/scenario.h"
#include "tests/scenario/standing_agent.h"

namespace holdfast::testing {
namespace {

StandingAgent agent(const Scenario& s, const std::string& digest, const std::string& spec) {
  ReconcilerOptions options;
  options.origin.digest = digest;
  return {s.path(), row_set("t", "t", "id", spec), options};
}

// Each run of either found the other's documents in the database and called its changes a roll-out, which is neither
// counted nor held. Where the documents differ by many rows it was a mass delete.
TEST(G11TwoWriters, WhatOtherDocumentsHaveChangedIsAnEdit) {
  const char* one_row = "  rows: [{id: 1, name: b}]\n";
  const char* more_rows =
      "  rows: [{id: 1, name: b}, {id: 2, name: b}, {id: 3, name: b}, {id: 4, name: b}, {id: 5, name: b}]\n";
  for (const char* others : {one_row, more_rows}) {
    SCOPED_TRACE(others);
    Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
    StandingAgent one = agent(s, "v1", "  rows: [{id: 1, name: a}]\n"), two = agent(s, "v2", others);
    std::string causes;
    for (int round = 0; round < 3; ++round) {
      causes += one.cause_of_run() + " ";
      causes += two.cause_of_run() + ", ";
    }
    EXPECT_EQ(causes, "rollout rollout, edit edit, edit edit, ");
    EXPECT_EQ(s.rows("SELECT name FROM t WHERE id = 1"), "b");

    // One's own documents are rolled out, and their next run is none; nor is the first run after a restart.
    StandingAgent three = agent(s, "v3", "  rows: [{id: 1, name: c}]\n");
    EXPECT_EQ(three.cause_of_run(), "rollout");
    s.sql("UPDATE t SET name = 'x' WHERE id = 1");
    EXPECT_EQ(three.cause_of_run(), "edit");
    s.sql("UPDATE t SET name = 'x' WHERE id = 1");
    EXPECT_EQ(agent(s, "v3", "  rows: [{id: 1, name: c}]\n").cause_of_run(), "edit");
    EXPECT_EQ(one.cause_of_run(), "edit");
  }
}

// What one had written down was written over by the next, whose commit woke the first one.
TEST(G11TwoWriters, ThatAgreeLeaveTheDatabaseAlone) {
  struct Case {
    const char* what;
    const char* one;
    const char* two;
  };
  const Case cases[] = {
      {"the same", "  rows: [{id: 1, name: a}]\n", "  rows: [{name: a, id: 1}]\n"},
      {"one has more", "  rows: [{id: 1, name: a}]\n", "  rows: [{id: 1, name: a}, {id: 2, name: b}]\n"},
      {"of several more", "  rows: [{id: 1, name: a}]\n",
       "  rows: [{id: 1, name: a}, {id: 2, name: b}, {id: 3, name: c}, {id: 4, name: d}, {id: 5, name: e}]\n"},
      {"each waits to be confirmed", "  forbidden: [{name: x}]\n  limits: {deletes: 0}\n",
       "  forbidden: [{name: y}]\n  limits: {deletes: 0}\n"},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (8,'x'),(9,'y')");
    StandingAgent first = agent(s, "v1", one.one), second = agent(s, "v2", one.two);
    const auto round = [&] {
      (void)first.run();
      (void)second.run();
    };
    round();
    round();
    const std::string commits = s.rows("PRAGMA data_version");  // moves with each commit of somebody else
    round();
    round();
    EXPECT_EQ(s.rows("PRAGMA data_version"), commits);
    // What moves is written down all the same, once.
    s.sql("INSERT INTO t VALUES (20,'u'),(21,'u'),(22,'u'),(23,'u'),(24,'u'),(25,'u')");
    round();
    round();
    const std::string then = s.rows("PRAGMA data_version");
    round();
    EXPECT_EQ(s.rows("PRAGMA data_version"), then);
    s.sql("DELETE FROM t WHERE name = 'u'");
    EXPECT_TRUE(first.run().plan.sets.front().vanished.has_value());
  }
}

}  // namespace
}  // namespace holdfast::testing
