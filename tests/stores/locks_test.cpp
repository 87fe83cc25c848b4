// Locks of others: waited for in bounds, reported as Transient, and never kept from others for long (G8, TRAPS 15).
#include <atomic>
#include <thread>

#include "tests/stores/database.h"

namespace holdfast::stores {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

std::string locked(const char* time) {
  return "database is locked: popup (popup.db): another process kept the lock longer than lockTimeout (" +
         std::string(time) + "); shorten its transactions, or raise lockTimeout of the Database";
}

class LocksTest : public DatabaseTest {
 protected:
  void SetUp() override {
    make(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO t SELECT i, 'x' "
        "FROM n");
  }
};

TEST_F(LocksTest, AWriterIsWaitedForUpToTheLockTimeout) {
  const Schema before = schema({"t"});
  Other other(path());
  other.run("BEGIN IMMEDIATE");
  const auto started = steady_clock::now();
  const auto begun = store().begin(before);
  EXPECT_EQ(plain(message(begun)), locked("20ms"));
  EXPECT_EQ(begun.error().kind, ErrorKind::Transient);
  EXPECT_GE(steady_clock::now() - started, milliseconds(20)) << "the lock timeout";
  other.run("COMMIT");
  must(store().begin(before));
}

TEST_F(LocksTest, ReadingBesideAWriterWaitsOnlyForAnExclusiveOne) {
  const auto t = table("t");
  Other other(path());
  other.run("BEGIN IMMEDIATE");
  EXPECT_EQ(must(store().count(*t, {}, {})), 1000U);
  other.run("COMMIT; BEGIN EXCLUSIVE");
  EXPECT_EQ(plain(message(store().count(*t, {}, {}))), locked("20ms"));
  EXPECT_EQ(plain(message(try_open(milliseconds(1)))), locked("1ms"));
  other.run("COMMIT");
  EXPECT_EQ(must(store().count(*t, {}, {})), 1000U);
}

// New readers are kept out while a commit waits for the old ones: that must end soon, whatever the lock timeout.
TEST_F(LocksTest, ACommitThatReadersHoldUpGivesUpAndRollsBack) {
  const auto patient = must(try_open(std::chrono::minutes(10)));
  const std::vector<std::string> names = {"t"};
  const Schema before = must(patient->inspect(names, std::nullopt));
  const Table& t = *before.find("t");
  Other reader(path());
  reader.run("BEGIN; SELECT count(*) FROM t");
  auto transaction = must(patient->begin(before));
  must(transaction->insert(t, assign(t, {{"a", Value::text("new")}})));
  const auto committed = transaction->commit();
  EXPECT_EQ(plain(message(committed)), "database is locked: popup (popup.db): readers kept the lock; run again");
  EXPECT_EQ(committed.error().kind, ErrorKind::Transient);
  EXPECT_EQ(ask("SELECT count(*) FROM t WHERE a = 'new'"), "0");
  reader.run("COMMIT");
  transaction = must(patient->begin(before));
  must(transaction->insert(t, assign(t, {{"a", Value::text("new")}})));
  must(transaction->commit());
  EXPECT_EQ(ask("SELECT count(*) FROM t WHERE a = 'new'"), "1");
}

// A transaction larger than the page cache does not keep readers out before its commit.
TEST_F(LocksTest, ALargeTransactionLetsReadersIn) {
  make("PRAGMA journal_mode = DELETE; CREATE TABLE large (id INTEGER PRIMARY KEY, a BLOB)");
  const auto large = table("large");
  auto transaction = begin("large");
  const std::string bytes(100'000, 'x');
  for (int i = 0; i < 100; ++i) must(transaction->insert(*large, assign(*large, {{"a", Value::blob(bytes)}})));
  EXPECT_EQ(Other(path()).ask("SELECT count(*) FROM large"), "0") << "read while 10 MB wait to be committed";
  must(transaction->commit());
  EXPECT_EQ(ask("SELECT count(*) FROM large"), "100");
}

// In rollback mode a scan is cut into ranges; a writer that came during the first is through before the second.
TEST_F(LocksTest, AWriterGetsItsTurnBetweenTwoRangesOfAScan) {
  const auto patient = must(try_open(std::chrono::minutes(1)));
  const auto t = table("t");
  Other writer(path());
  writer.wait_for_locks(std::chrono::minutes(1));
  Other looker(path());
  std::atomic<bool> written = false;
  std::thread thread;
  std::uint64_t before = 0;
  const ScanEnd end = must(patient->scan({t.get(), {0}}, [&](const LiveRow&) {
    if (!thread.joinable()) {
      thread = std::thread([&] {
        writer.run("INSERT INTO t VALUES (2000, 'late')");
        written = true;
      });
      // Until the writer waits for us alone (then no new reader gets in) and the range's time is over.
      const auto started = steady_clock::now();
      while (looker.code("SELECT 1 FROM t LIMIT 1") != SQLITE_BUSY ||
             steady_clock::now() - started < milliseconds(20)) {
      }
    }
    if (!written) ++before;
    return true;
  }));
  thread.join();
  EXPECT_GE(end.ranges, 2U);
  EXPECT_EQ(end.rows, 1001U) << "the late row comes in a later range";
  EXPECT_LT(before, 1000U) << "the writer did not have to wait for the whole table";
  auto transaction = must(patient->begin(schema({"t"})));
  EXPECT_FALSE(end.mark.same_as(transaction->mark())) << "several ranges are not one snapshot, and the mark tells";
}

TEST_F(LocksTest, RangesGoOnUnderTheLocatorsOwnOrder) {
  make(
      "CREATE TABLE k (a TEXT COLLATE NOCASE, b INTEGER, PRIMARY KEY (b DESC, a)) WITHOUT ROWID;"
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)"
      "INSERT INTO k SELECT char(65 + i % 26 + 32 * (i % 2)) || i, i % 10 FROM n");
  const auto k = table("k");
  std::vector<std::string> seen;
  auto range_started = steady_clock::now();
  const ScanEnd end = must(store().scan({k.get(), {0, 1}}, [&](const LiveRow& row) {
    seen.push_back(std::to_string(row.values[1].integer()) + std::string(row.values[0].bytes()));
    if (seen.size() % 64 == 0) {  // where the clock is looked at
      while (steady_clock::now() - range_started < milliseconds(21)) {
      }
      range_started = steady_clock::now();
    }
    return true;
  }));
  EXPECT_GE(end.ranges, 10U);
  std::string all;
  for (const std::string& one : seen) all += (all.empty() ? "" : "\n") + one;
  EXPECT_EQ(all, ask("SELECT b || a FROM k ORDER BY b, a"));
}

TEST_F(LocksTest, InWalAScanIsOneRange) {
  make("PRAGMA journal_mode = WAL");
  const auto t = table("t");
  std::uint64_t rows = 0;
  const ScanEnd end = must(store().scan({t.get(), {0}}, [&](const LiveRow&) {
    const auto started = steady_clock::now();
    if (++rows == 1) {
      while (steady_clock::now() - started < milliseconds(25)) {
      }
    }
    return true;
  }));
  EXPECT_EQ(end.ranges, 1U);
  EXPECT_EQ(rows, 1000U);
}

TEST_F(LocksTest, SwitchingTheJournalModeWaitsForItsTurn) {
  (void)table("t");
  Other reader(path());
  reader.run("BEGIN; SELECT count(*) FROM t");
  const auto switched = store().set_journal_mode(JournalMode::Wal);
  EXPECT_EQ(plain(message(switched)), locked("20ms"));
  EXPECT_EQ(switched.error().kind, ErrorKind::Transient);
  reader.run("COMMIT");
  must(store().set_journal_mode(JournalMode::Wal));
  EXPECT_EQ(ask("PRAGMA journal_mode"), "wal");
}

TEST_F(LocksTest, ASetupLetsReadersInWhileItWaitsForOthers) {
  const auto patient = must(try_open(milliseconds(200)));
  Other reader(path());
  reader.run("BEGIN; SELECT count(*) FROM t");
  const std::string setup = "CREATE TABLE IF NOT EXISTS u (a)";
  EXPECT_EQ(plain(message(patient->set_up(setup))), locked("200ms"));
  EXPECT_EQ(ask("SELECT count(*) FROM sqlite_schema WHERE name = 'u'"), "0");
  reader.run("COMMIT");
  must(patient->set_up(setup));
  EXPECT_EQ(ask("SELECT count(*) FROM sqlite_schema WHERE name = 'u'"), "1");
}

}  // namespace
}  // namespace holdfast::stores
