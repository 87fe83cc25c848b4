// G2: a run that fits a batch is one transaction; killed at any instant, the database is before or after it.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "tests/scenario/popup.h"
#include "tests/tier.h"

namespace holdfast::testing {
namespace {

std::string broken() {
  return "DELETE FROM campaigns WHERE id IN (2, 3); UPDATE campaigns SET tune_url = 'x' WHERE id IN (4, 5, 6);"
         "INSERT INTO campaigns (id, name, tune_url, logo_url, main_image_url) VALUES (50, 'Prizies', '', '', '');"
         "INSERT INTO clicks (campaign_id, property_code) VALUES (50, 'mff'), (50, 'mmm');";
}

TEST(G2BeforeOrAfter, OneRunIsOneTransaction) {
  const auto s = filled_popup();
  s->sql(broken());
  const Outcomes outcomes = s->apply();
  EXPECT_EQ(outcomes.exit, 0);
  EXPECT_EQ(outcomes.report.batches, 1u);
}

TEST(G2BeforeOrAfter, KilledAtAnyInstantItIsOneOrTheOther) {
  for (const char* mode : {"DELETE", "WAL"}) {
    const auto model = filled_popup();
    model->sql(broken());
    const std::string before = model->rows("SELECT id, name, tune_url FROM campaigns ORDER BY id");
    model->apply();
    const std::string after = model->rows("SELECT id, name, tune_url FROM campaigns ORDER BY id");
    ASSERT_NE(before, after);

    int finished = 0;
    int cut = 0;
    double delay_us = 500;
    // The kill walks through the run: later after a run that was cut, earlier after one that came through. On a busy
    // machine it takes longer to find both sides.
    const int runs = by_tier(60, 600);
    for (int run = 0; run < runs || ((finished == 0 || cut == 0) && run < 10 * runs); ++run) {
      const auto s = filled_popup();
      s->sql(std::string("PRAGMA journal_mode=") + mode + ";" + broken());
      const pid_t child = fork();
      if (child == 0) {
        s->apply();
        _exit(0);
      }
      usleep(static_cast<useconds_t>(delay_us));
      kill(child, SIGKILL);
      int status = 0;
      waitpid(child, &status, 0);
      const std::string now = s->rows("SELECT id, name, tune_url FROM campaigns ORDER BY id");
      EXPECT_TRUE(now == before || now == after) << mode << " after " << delay_us << " us:\n" << now;
      EXPECT_EQ(s->rows("PRAGMA integrity_check"), "ok");
      EXPECT_EQ(s->rows("SELECT count(*) FROM clicks") == "2", now == before);
      ++(now == after ? finished : cut);
      delay_us = now == after ? delay_us * 0.85 : delay_us * 1.1 + 50;
    }
    EXPECT_GT(finished, 0) << mode;
    EXPECT_GT(cut, 0) << mode;
  }
}

TEST(G2BeforeOrAfter, ALargeRunKnowsItsBatches) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
  std::string csv = "id,name\n";
  for (int i = 1; i <= 1000; ++i) csv += std::to_string(i) + ",row " + std::to_string(i) + "\n";
  s.file("rows.csv", csv).documents(row_set("t", "t", "id", "  rowsFrom: [{file: rows.csv}]"));
  s.options.batch_rows = 100;
  s.options.batch_time = std::chrono::hours(1);
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 0) << outcomes.all_errors();
  EXPECT_GE(outcomes.report.batches, 9u);
  EXPECT_LE(outcomes.report.batches, 10u);
  EXPECT_EQ(s.rows("SELECT count(*), max(name) FROM t"), "1000|row 999");
}

// Children first, in batches; the parent goes with the last of them.
TEST(G2BeforeOrAfter, AParentWithManyChildrenLosesThemFirst) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);"
      "CREATE TABLE c (id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t(id) ON DELETE CASCADE); CREATE INDEX i ON "
      "c(t_id);"
      "INSERT INTO t VALUES (1,'Prizies'),(2,'good');"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 1000)"
      "INSERT INTO c SELECT i, 1 + (i % 10 = 0) FROM n");
  s.documents(row_set("t", "t", "id", "  forbidden: [{name: Prizies}]\n  policy: {dependents: FollowSchema}"));
  s.options.batch_rows = 100;
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 0) << outcomes.all_errors() << outcomes.messages();
  EXPECT_GE(outcomes.report.batches, 9u);
  EXPECT_EQ(s.rows("SELECT * FROM t") + "/" + s.rows("SELECT count(*) FROM c"), "2|good/100");
}

// The limits of a batch were looked at after every sixteenth change: as many deletes, each with its dependents and with
// a look through a whole table, held the lock.
TEST(G2BeforeOrAfter, DeletesWithManyDependentsAreNotOneTransaction) {
  struct Case {
    const char* what;
    std::size_t rows;
    std::chrono::milliseconds time;
    std::uint32_t batches;
  };
  const std::chrono::milliseconds long_time = std::chrono::hours(1);
  for (const Case& one : {Case{"both in bounds", 5000, long_time, 1}, Case{"time is up after each", 5000, {}, 8},
                          Case{"two do not fit", 10, long_time, 8}, Case{"two fit exactly", 12, long_time, 4},
                          Case{"not even one fits", 4, long_time, 16}}) {
    Scenario s(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);"
        "CREATE TABLE c (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t(id) ON DELETE CASCADE);"
        "INSERT INTO t VALUES (1,'bad'),(2,'bad'),(3,'bad'),(4,'bad'),(5,'bad'),(6,'bad'),(7,'bad'),(8,'bad'),(9,'ok');"
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 44)"
        "INSERT INTO c SELECT i, 1 + i / 5 FROM n");
    s.documents(row_set("t", "t", "id", "  forbidden: [{name: bad}]\n  policy: {dependents: FollowSchema}"));
    s.options.batch_rows = one.rows;
    s.options.batch_time = one.time;
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 0) << one.what << outcomes.all_errors() << outcomes.messages();
    EXPECT_EQ(outcomes.report.batches, one.batches) << one.what;
    EXPECT_EQ(s.rows("SELECT * FROM t") + "/" + s.rows("SELECT count(*), min(t) FROM c"), "9|ok/5|9") << one.what;
    EXPECT_EQ(s.undo().exit, 0) << one.what;
    EXPECT_EQ(s.rows("SELECT count(*), count(DISTINCT t) FROM c"), "45|9") << one.what;
  }
}

}  // namespace
}  // namespace holdfast::testing
