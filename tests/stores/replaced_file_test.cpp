// A file that is deleted or replaced while the store has it open: nothing is written into the old one.
#include <sys/stat.h>

#include <filesystem>

#include "tests/stores/database.h"

namespace holdfast::stores {
namespace {

class ReplacedFileTest : public DatabaseTest {
 protected:
  void SetUp() override { make("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'old')"); }

  ScanEnd scan(std::string& values) {
    const auto t = table("t");
    values.clear();
    return must(store().scan({t.get(), {1}}, [&](const LiveRow& row) {
      values += row.values[0].bytes();
      return true;
    }));
  }
};

TEST_F(ReplacedFileTest, IsReadAnewAndNoMarkComesAgain) {
  std::string values;
  const ReadMark before = scan(values).mark;
  EXPECT_EQ(values, "old");
  Other(folder_.file("new.db")).run("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'new')");
  std::filesystem::rename(folder_.file("new.db"), path());
  const ReadMark after = scan(values).mark;
  EXPECT_EQ(values, "new");
  EXPECT_FALSE(before.same_as(after));
  EXPECT_TRUE(after.same_as(scan(values).mark)) << "nothing happened since";
}

TEST_F(ReplacedFileTest, DeletedItIsNotThere) {
  const Schema before = schema({"t"});
  std::filesystem::remove(path());
  EXPECT_EQ(plain(message(store().begin(before))),
            "the database file is not there: popup (popup.db): check the Database's url, or give the Database a setup, "
            "which creates it");
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(ReplacedFileTest, DeletedUnderATransactionItsCommitFails) {
  const auto t = table("t");
  auto transaction = begin("t");
  std::filesystem::remove(path());
  const auto outcome = transaction->insert(*t, assign(*t, {{"a", Value::text("lost")}}));
  const auto committed = outcome ? transaction->commit() : Result<void>(outcome.error());
  EXPECT_EQ(plain(message(committed)),
            "the database file was moved or deleted while it was open: popup (popup.db): run again");
  EXPECT_EQ(committed.error().kind, ErrorKind::Transient);
}

// With the same tables: what was read, and what somebody has decided about the file, is about the other one.
TEST_F(ReplacedFileTest, ReplacedSinceItWasReadNothingIsWritten) {
  const Schema before = schema({"t"});
  const std::uint64_t opened = store().opened();
  Other(folder_.file("new.db")).run("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)");
  std::filesystem::rename(folder_.file("new.db"), path());
  const auto transaction = store().begin(before);
  ASSERT_FALSE(transaction.ok());
  EXPECT_EQ(transaction.error().kind, ErrorKind::Transient) << message(transaction);
  EXPECT_NE(store().opened(), opened);
  must(store().begin(schema({"t"})))->rollback();  // no lock is left, and another try is about the new one
}

TEST_F(ReplacedFileTest, AnotherSchemaInItIsNoticed) {
  const Schema before = schema({"t"});
  Other(folder_.file("new.db")).run("CREATE TABLE x (a); CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)");
  std::filesystem::rename(folder_.file("new.db"), path());
  EXPECT_EQ(plain(message(store().begin(before))), "the schema changed since it was read: popup (popup.db): run again");
}

}  // namespace
}  // namespace holdfast::stores
