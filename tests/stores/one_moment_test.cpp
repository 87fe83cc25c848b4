// Reading as of one moment, and commits that the disk has a little later: what a plan and a mend are quick with.
#include <thread>

#include "tests/stores/database.h"
#include "tests/stores/faulty_disk.h"

namespace holdfast::stores {
namespace {

using std::chrono::milliseconds;

class OneMomentTest : public DatabaseTest {
 protected:
  void start(const std::string& mode) {
    close();
    make("PRAGMA journal_mode = " + mode + "; DROP TABLE IF EXISTS t; CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)");
    table_ = table("t");
  }
  std::uint64_t rows() { return must(store().count(*table_, {}, {})); }
  Result<void> write(bool soon) {
    const auto t = table("t");
    auto transaction = begin("t");
    must(transaction->insert(*t, assign(*t, {{"a", Value::text("ours")}})));
    return soon ? transaction->commit_soon() : transaction->commit();
  }

  std::shared_ptr<const Table> table_;
};

TEST_F(OneMomentTest, NothingOfACommitIsSeenUntilItEnds) {
  start("WAL");
  const ReadMark before = must(store().mark());
  {
    const OneMoment moment(store());
    must(moment.begun());
    EXPECT_EQ(rows(), 0U);
    make("INSERT INTO t VALUES (1, 'theirs')");
    EXPECT_EQ(rows(), 0U);
    EXPECT_TRUE(before.same_as(must(store().mark()))) << "the mark is that of what is read";
  }
  EXPECT_EQ(rows(), 1U);
  EXPECT_FALSE(before.same_as(must(store().mark())));
}

TEST_F(OneMomentTest, AWriteEndsIt) {
  start("WAL");
  const OneMoment moment(store());
  EXPECT_EQ(rows(), 0U);
  make("INSERT INTO t VALUES (1, 'theirs')");
  must(write(false));
  EXPECT_EQ(rows(), 2U);
}

// In a rollback mode whoever commits waits for readers: G8 gives them 20 ms.
TEST_F(OneMomentTest, InARollbackModeItIsLetGoForWriters) {
  start("DELETE");
  Other other(path());
  other.wait_for_locks(milliseconds(2'000));
  const OneMoment moment(store());
  EXPECT_EQ(rows(), 0U);
  const ReadMark before = must(store().mark());
  std::thread writer([&] { other.run("INSERT INTO t VALUES (1, 'theirs')"); });
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  bool seen = false;
  while (!seen && std::chrono::steady_clock::now() < until) {
    const Result<std::uint64_t> now = store().count(*table_, {}, {});  // an error while the writer's sync takes long
    seen = now && *now == 1;
  }
  writer.join();
  EXPECT_EQ(rows(), 1U);
  EXPECT_FALSE(before.same_as(must(store().mark()))) << "another moment by now, and the mark tells";
}

// What is read for so long is thought about for long as well, and nobody waits for that.
TEST_F(OneMomentTest, InARollbackModeALongTableEndsIt) {
  start("DELETE");
  make(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000)"
      "INSERT INTO t SELECT i, 'a row that takes its time ' || i FROM n");
  const OneMoment moment(store());
  EXPECT_EQ(must(store().mark()).value.has_value(), true);
  const ScanEnd end = must(store().scan({table_.get(), {1}}, [](const LiveRow&) { return true; }));
  ASSERT_GT(end.ranges, 1U) << "this machine reads 400,000 rows within 20 ms";
  Other other(path());  // that waits for no lock
  EXPECT_EQ(other.code("UPDATE t SET a = 'theirs' WHERE id = 1"), SQLITE_OK);
}

TEST_F(OneMomentTest, AFileThatIsNotThereIsNoError) {
  const OneMoment moment(store());
  must(moment.begun());
}

class DurabilityTest : public OneMomentTest {
 protected:
  ~DurabilityTest() override { close(); }  // before the disk goes
  bool syncs(const std::string& ending, bool soon) {
    disk_.fail(DiskCall::Sync, SQLITE_IOERR_FSYNC, ending);
    const Result<void> committed = write(soon);
    disk_.mend();
    return !committed;
  }

  FaultyDisk disk_;
};

TEST_F(DurabilityTest, ACommitIsOnTheDiskWhenItReturnsAndOneThatIsSoonAfterMakeDurable) {
  start("WAL");
  must(write(false));
  EXPECT_TRUE(syncs("-wal", false));
  EXPECT_FALSE(syncs("-wal", true)) << "commit_soon() does not wait for the disk";
  EXPECT_EQ(ask("SELECT count(*) FROM t"), "3") << "everybody sees all of them";
  disk_.fail(DiskCall::Sync, SQLITE_IOERR_FSYNC, "-wal");
  const Result<void> durable = store().make_durable();
  disk_.mend();
  ASSERT_FALSE(durable.ok());
  EXPECT_EQ(durable.error().kind, ErrorKind::InDoubt);
  must(store().make_durable());
  disk_.fail(DiskCall::Sync, SQLITE_IOERR_FSYNC, "-wal");
  must(store().make_durable());  // nothing is left to do
  disk_.mend();
}

// Without a log NORMAL is not enough. The mode may change while we are connected.
TEST_F(DurabilityTest, InARollbackModeEveryCommitWaitsForTheDisk) {
  start("DELETE");
  must(write(true));
  EXPECT_TRUE(syncs(".db", true));
  must(write(true));
  make("PRAGMA journal_mode = WAL");
  must(write(true));
  EXPECT_FALSE(syncs("-wal", true));
  EXPECT_TRUE(syncs("-wal", false));
}

}  // namespace
}  // namespace holdfast::stores
