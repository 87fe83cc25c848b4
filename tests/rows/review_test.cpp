// Whoever reviews plans may find that the database is not the one to write to: then nothing is written, and what a run
// makes before its first plan or remembers after its last one is no exception.
#include <gtest/gtest.h>

#include "tests/scenario/scenario.h"
#include "tests/scenario/standing_agent.h"

namespace holdfast::testing {
namespace {

constexpr const char* table = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);";

// As the agent does where the verdict forbids to write.
struct Reviewer {
  bool may_write = false;
  int asked = 0;

  ReconcilerOptions options(const std::string& digest) {
    ReconcilerOptions all;
    all.origin.digest = digest;
    all.review = [this](Plan& plan) {
      ++asked;
      for (SetPlan& set : plan.sets) {
        for (Change& change : set.changes) {
          if (may_write || change.outcome != Outcome::Planned) continue;
          change.outcome = Outcome::Held;
          change.reason = Reason::Verdict;
        }
      }
      return may_write;
    };
    return all;
  }
};

TEST(Review, WhereNothingMayBeWrittenNothingIs) {
  struct Case {
    const char* what;
    std::string schema;
    const char* database;  // more of its document
    bool known;            // an agent has been at it, with other documents
  };
  const Case cases[] = {
      {"there is no state", table, "", false},
      {"the journal mode would be switched", table, "  journalMode: Wal\n", false},
      {"the journal mode alone would be", table, "  journalMode: Wal\n", true},
      {"the table would be made", "CREATE TABLE other (id INTEGER PRIMARY KEY);",
       "  setup: |\n    CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, name TEXT);\n", false},
      {"there are another's marks and owned rows", table, "", true},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    Scenario s(one.schema);
    Reviewer reviewer;
    if (one.known) {
      ReconcilerOptions theirs;
      theirs.origin.digest = "theirs";
      (void)StandingAgent(s.path(), row_set("t", "t", "id", "  rows: [{id: 1, name: b}, {id: 2, name: b}]\n"), theirs)
          .run();
    }
    StandingAgent ours(s.path(), row_set("t", "t", "id", "  rows: [{id: 1, name: a}, {id: 3, name: a}]\n"),
                       reviewer.options("ours"), one.database);
    const std::string what_is_there = "SELECT group_concat(name) FROM sqlite_master";
    const std::string before = s.rows(what_is_there) + s.rows("PRAGMA journal_mode");
    const std::string commits = s.rows("PRAGMA data_version");  // moves with each commit of somebody else
    for (int round = 0; round < 2; ++round) {
      const RunReport report = ours.run();
      ASSERT_EQ(report.plan.sets.size(), 1U);
      EXPECT_EQ(report.plan.summary().held, 2U);
      EXPECT_FALSE(report.plan.in_sync());
      EXPECT_EQ(report.batches, 0U);
      EXPECT_TRUE(report.created.empty());
      EXPECT_FALSE(report.journal_mode.has_value());
      EXPECT_EQ(reviewer.asked, round + 1);
    }
    EXPECT_EQ(s.rows("PRAGMA data_version"), commits);
    EXPECT_EQ(s.rows(what_is_there) + s.rows("PRAGMA journal_mode"), before);

    reviewer.may_write = true;
    EXPECT_EQ(ours.run().batches, 1U);
    EXPECT_EQ(s.rows("SELECT group_concat(id || name) FROM t WHERE id <> 2"), "1a,3a");
    EXPECT_EQ(s.rows("SELECT value FROM _holdfast_meta WHERE name = 'documents'"), "ours");
  }
}

// Only the plan after the first changes tells that somebody has put another file there.
TEST(Review, ARunThatMayNotGoOnStopsWhereItIs) {
  Scenario s(table);
  Reviewer reviewer;
  // They share the table, so that a run which has written plans once more.
  StandingAgent ours(
      s.path(),
      row_set("t", "t", "id", "  rows: [{id: 1, name: a}]\n") + row_set("u", "t", "id", "  rows: [{id: 2, name: a}]\n"),
      reviewer.options("ours"));
  reviewer.may_write = true;
  ASSERT_EQ(ours.run().batches, 1U);
  const std::string remembered = "SELECT name, value FROM _holdfast_meta WHERE name LIKE 'set:%' ORDER BY name";
  s.sql("INSERT INTO t VALUES (9,'z')");
  ASSERT_EQ(ours.run().batches, 0U);
  const std::string before = s.rows(remembered);
  s.sql("UPDATE t SET name = 'x' WHERE id = 1; INSERT INTO t VALUES (10,'z')");
  reviewer.asked = 0;
  ReconcilerOptions options = reviewer.options("ours");
  options.review = [&](Plan&) { return ++reviewer.asked == 1; };
  StandingAgent again(
      s.path(),
      row_set("t", "t", "id", "  rows: [{id: 1, name: a}]\n") + row_set("u", "t", "id", "  rows: [{id: 2, name: a}]\n"),
      options);
  const RunReport report = again.run();
  EXPECT_EQ(report.batches, 1U);
  EXPECT_EQ(report.plan.summary().update, 1U);
  EXPECT_EQ(s.rows("SELECT name FROM t WHERE id = 1"), "a");
  EXPECT_EQ(s.rows(remembered), before);
  EXPECT_GT(reviewer.asked, 1);
}

}  // namespace
}  // namespace holdfast::testing
