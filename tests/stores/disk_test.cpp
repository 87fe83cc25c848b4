// A disk that is full or fails: the error says so, everything is rolled back, and the store works on when it is mended.
#include "tests/stores/database.h"
#include "tests/stores/faulty_disk.h"

namespace holdfast::stores {
namespace {

class DiskTest : public DatabaseTest {
 protected:
  void SetUp() override { make("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'old')"); }
  ~DiskTest() override { close(); }  // before the disk goes

  // One row written and committed; the first error.
  Result<void> write(const std::string& text) {
    const auto t = table("t");
    auto transaction = begin("t");
    const Result<WriteOutcome> outcome = transaction->insert(*t, assign(*t, {{"a", Value::text(text)}}));
    if (!outcome) return outcome.error();
    EXPECT_TRUE(outcome->ok()) << outcome->message;
    return transaction->commit();
  }

  FaultyDisk disk_;
};

TEST_F(DiskTest, FailuresWhileWritingRollBack) {
  struct Case {
    const char* journal;
    DiskCall call;
    int code;
    const char* ending;
    const char* want;
    ErrorKind kind;
  };
  constexpr const char* full = "disk is full: popup (popup.db): free some space; what was under way was rolled back";
  constexpr const char* unsure =
      "disk is full: popup (popup.db): it happened while committing, so the change may stand or not: mend it and run "
      "again";
  constexpr const char* failing =
      "reading or writing the disk failed (disk I/O error): popup (popup.db): it happened while committing, so the "
      "change "
      "may stand or not: mend it and run again";
  for (const Case& one : {Case{"DELETE", DiskCall::Write, SQLITE_FULL, "-journal", full, ErrorKind::Terminal},
                          Case{"DELETE", DiskCall::Write, SQLITE_FULL, ".db", full, ErrorKind::Terminal},
                          Case{"WAL", DiskCall::Write, SQLITE_FULL, "-wal", unsure, ErrorKind::InDoubt},
                          Case{"DELETE", DiskCall::Write, SQLITE_IOERR_WRITE, ".db", failing, ErrorKind::InDoubt},
                          Case{"DELETE", DiskCall::Sync, SQLITE_IOERR_FSYNC, ".db", failing, ErrorKind::InDoubt},
                          Case{"WAL", DiskCall::Write, SQLITE_IOERR_WRITE, "-wal", failing, ErrorKind::InDoubt}}) {
    SCOPED_TRACE(std::string(one.journal) + " " + one.ending + " " + std::to_string(one.code));
    close();
    make(std::string("PRAGMA journal_mode = ") + one.journal);
    (void)table("t");
    disk_.fail(one.call, one.code, one.ending);
    const Result<void> failed_write = write("never");
    disk_.mend();
    EXPECT_EQ(plain(message(failed_write)), one.want);
    ASSERT_FALSE(failed_write.ok());
    EXPECT_EQ(static_cast<int>(failed_write.error().kind), static_cast<int>(one.kind));
    EXPECT_EQ(ask("SELECT group_concat(a) FROM t"), "old");
    must(write("after"));
    EXPECT_EQ(ask("SELECT group_concat(a) FROM t"), "old,after");
    close();
    make("DELETE FROM t WHERE a = 'after'");
  }
}

TEST_F(DiskTest, AFailureWhileReadingIsAnError) {
  const auto t = table("t");
  close();
  (void)table("t");
  make("UPDATE t SET a = 'new'");  // what is cached is no longer right
  disk_.fail(DiskCall::Read, SQLITE_IOERR_READ, ".db");
  const auto end = store().scan({t.get(), {1}}, [](const LiveRow&) { return true; });
  disk_.mend();
  EXPECT_EQ(
      plain(message(end)),
      "reading or writing the disk failed (disk I/O error): popup (popup.db): check the disk; what was under way was "
      "rolled back");
}

}  // namespace
}  // namespace holdfast::stores
