// Expectations: one number, read only whatever the query says (TRAPS 11), bounded in time.
#include <atomic>
#include <thread>

#include "tests/stores/database.h"

namespace holdfast::stores {
namespace {

class ExpectationTest : public DatabaseTest {
 protected:
  void SetUp() override {
    make("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'x'), (2, 'y')");
  }

  Result<ExpectationResult> run(const std::string& query, std::chrono::milliseconds timeout = std::chrono::seconds(5)) {
    Expectation expectation;
    expectation.name = "orphans";
    expectation.query = query;
    expectation.timeout = timeout;
    return store().expect(expectation);
  }
};

TEST_F(ExpectationTest, AnswersANumber) {
  struct Case {
    const char* query;
    double want;
  };
  for (const Case& one :
       {Case{"SELECT count(*) FROM t", 2}, Case{"SELECT 0.5;", 0.5},
        Case{"WITH c(n) AS (VALUES (7)) SELECT n FROM c", 7},
        Case{"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT max(i) FROM n", 9},
        Case{"SELECT length(a) FROM t WHERE id = 1 -- one\n; -- and the end", 1}}) {
    EXPECT_EQ(must(run(one.query)).value, one.want) << one.query;
  }
}

TEST_F(ExpectationTest, RefusesEverythingElse) {
  struct Case {
    const char* query;
    const char* what;
  };
  constexpr const char* reads = "the query does more than read";
  const std::string before = ask("SELECT group_concat(a) FROM t");
  for (const Case& one : {Case{"DELETE FROM t", reads},
                          Case{"DELETE FROM t RETURNING 1", reads},
                          Case{"UPDATE t SET a = 1 RETURNING 1", reads},
                          Case{"INSERT INTO t (a) VALUES ('z') RETURNING 1", reads},
                          Case{"DROP TABLE t", reads},
                          Case{"PRAGMA query_only = OFF", reads},
                          Case{"PRAGMA user_version", reads},
                          Case{"ATTACH 'other.db' AS other", reads},
                          Case{"DETACH main", reads},
                          Case{"VACUUM INTO 'copy.db'", reads},
                          Case{"BEGIN", reads},
                          Case{"CREATE TEMP TABLE x (a)", reads},
                          Case{"REINDEX t", reads},
                          Case{"SELECT count(*) FROM pragma_table_info('t')", reads},
                          Case{"SELECT 1; DELETE FROM t", "there is more than one statement"},
                          Case{"SELECT 1; SELECT 2", "there is more than one statement"},
                          Case{"SELECT 1, 2", "the query gives more than one column"},
                          Case{"SELECT id FROM t", "the query gives more than one row"},
                          Case{"SELECT id FROM t WHERE id > 9", "the query gives no row"},
                          Case{"SELECT a FROM t LIMIT 1", "the query gives no number"},
                          Case{"SELECT NULL", "the query gives no number"},
                          Case{"", "the query is empty"},
                          Case{"-- nothing", "the query is empty"},
                          Case{"SELECT missing FROM t", "the query does not run (no such column: missing)"},
                          Case{"SELEC 1", "the query does not run (near \"SELEC\": syntax error)"}}) {
    const auto answer = run(one.query);
    EXPECT_EQ(plain(message(answer)),
              std::string(one.what) + ": popup (popup.db), expectation orphans: write one SELECT that gives one number")
        << one.query;
    if (!answer) {
      EXPECT_EQ(static_cast<int>(answer.error().kind), static_cast<int>(ErrorKind::Invalid)) << one.query;
    }
  }
  EXPECT_EQ(ask("SELECT group_concat(a) FROM t"), before);
}

TEST_F(ExpectationTest, EndsWhenItsTimeIsOverAndLeavesTheStoreUsable) {
  const auto t = table("t");
  const auto answer = run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
                          std::chrono::milliseconds(30));
  EXPECT_EQ(
      plain(message(answer)),
      "the query took longer than 30ms: popup (popup.db), expectation orphans: make it cheaper, or raise its timeout");
  EXPECT_EQ(static_cast<int>(answer.error().kind), static_cast<int>(ErrorKind::Transient));
  // The authorizer went with the query: writing is possible again.
  auto transaction = begin("t");
  EXPECT_TRUE(must(transaction->insert(*t, assign(*t, {{"a", Value::text("z")}}))).ok());
  must(transaction->commit());
}

// G8: in a rollback mode a reader keeps every commit waiting. A query without an end used to keep writers out for all
// of its time, here five times what they wait.
TEST_F(ExpectationTest, GivesWayToWritersInRollbackMode) {
  make("PRAGMA journal_mode = DELETE");
  (void)table("t");
  std::atomic<bool> over{false};
  int written = 0, refused = 0;
  std::thread writer([&] {
    Other other(path());
    other.wait_for_locks(std::chrono::milliseconds(300));
    while (!over) ++(other.code("INSERT INTO t (a) VALUES ('z')") == SQLITE_OK ? written : refused);
  });
  const auto answer = run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n, t",
                          std::chrono::milliseconds(1500));
  over = true;
  writer.join();
  EXPECT_EQ(plain(message(answer)),
            "the query gave way to writers for 1500ms: popup (popup.db), expectation orphans: make it cheaper, or say "
            "journalMode: Wal, where readers keep nobody waiting");
  EXPECT_EQ(static_cast<int>(answer.error().kind), static_cast<int>(ErrorKind::Transient));
  EXPECT_EQ(refused, 0);
  EXPECT_GT(written, 0);
}

TEST_F(ExpectationTest, WaitsForLocksNoLongerThanItsTime) {
  (void)table("t");
  Other other(path());
  other.run("BEGIN EXCLUSIVE");
  const auto answer = run("SELECT count(*) FROM t", std::chrono::milliseconds(20));
  EXPECT_EQ(plain(message(answer)).substr(0, 38), "database is locked: popup (popup.db): ");
  EXPECT_EQ(static_cast<int>(answer.error().kind), static_cast<int>(ErrorKind::Transient));
}

}  // namespace
}  // namespace holdfast::stores
