#include "agent/edges/watch/read_facts.h"

#include <sqlite3.h>

#include <cerrno>

#include "agent/edges/watch/database_watch.h"
#include "agent/edges/watch/file_system.h"
#include "tests/watch/scratch.h"

namespace holdfast::agent {
namespace {

class ReadFactsTest : public OnEachPlace {
 protected:
  std::string path_ = scratch / "a file";
};
INSTANTIATE_TEST_SUITE_P(Places, ReadFactsTest, testing::Values(Place::Disk, Place::Memory), name_of);

TEST_P(ReadFactsTest, EqualWhileNothingHappens) {
  write(path_, "text");
  const FileFacts facts = read_facts(path_);
  EXPECT_TRUE(facts.exists());
  EXPECT_EQ(facts.size, 4U);
  EXPECT_NE(facts.inode, 0U);
  EXPECT_EQ(read_facts(path_), facts);
  EXPECT_EQ(read_facts(path_, Freshness::Fresh), facts);
}

TEST_P(ReadFactsTest, WritingMakesOtherFactsOfTheSameFile) {
  write(path_, "text");
  const FileFacts before = read_facts(path_);
  append(path_, "more");
  EXPECT_NE(read_facts(path_), before);
  EXPECT_TRUE(same_file(read_facts(path_), before));
}

TEST_P(ReadFactsTest, CopyingOverItWithItsTimeKeptIsSeen) {
  write(path_, "text");
  write(path_ + "2", "TEXT");
  shell("touch -r '" + path_ + "' '" + path_ + "2'");
  const FileFacts before = read_facts(path_);
  shell("cp -p '" + path_ + "2' '" + path_ + "'");
  const FileFacts after = read_facts(path_);
  EXPECT_EQ(after.modified_ns, before.modified_ns);
  EXPECT_EQ(after.size, before.size);
  EXPECT_EQ(after.inode, before.inode);
  EXPECT_NE(after, before);
}

// Inodes are reused at once: the birth tells them apart where it is kept.
TEST_P(ReadFactsTest, AnotherFileUnderTheSameName) {
  write(path_, "text");
  const FileFacts before = read_facts(path_);
  if (before.born_ns == 0) GTEST_SKIP() << "this file system keeps no birth";
  shell("rm '" + path_ + "'; printf text > '" + path_ + "'");
  EXPECT_FALSE(same_file(read_facts(path_), before));
}

TEST_P(ReadFactsTest, WhatIsNotThereIsAFact) {
  const FileFacts facts = read_facts(path_);
  EXPECT_FALSE(facts.exists());
  EXPECT_EQ(facts.error, ENOENT);
  EXPECT_EQ(read_facts(path_), facts);
  EXPECT_FALSE(same_file(facts, facts));
  write(path_, "");
  EXPECT_NE(read_facts(path_), facts);
  EXPECT_EQ(read_facts(path_ + "/x").error, ENOTDIR);
}

// TRAPS 14: closing a database file loses the locks that SQLite holds on it. Had anything here opened it, the other
// process would get in.
TEST_P(ReadFactsTest, WatchingLosesNoLock) {
  sql(path_, "CREATE TABLE t (x);");
  sqlite3* held = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &held), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(held, "BEGIN EXCLUSIVE; INSERT INTO t VALUES (1);", nullptr, nullptr, nullptr), SQLITE_OK);
  {
    DatabaseWatch watch(path_);
    watch.read();
    watch.poll();
    (void)read_facts(path_, Freshness::Fresh);
  }
  EXPECT_THROW(sql(path_, "INSERT INTO t VALUES (2);"), std::runtime_error);
  EXPECT_EQ(sqlite3_exec(held, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_EQ(sql(path_, "SELECT x FROM t;"), "1\n");
  sqlite3_close(held);
}

TEST(FileSystemTest, WhereOtherHostsWrite) {
  struct {
    std::int64_t type;
    std::string_view want;
  } const types[] = {
      {0x6969, "NFS"},      {0xff534d42, "CIFS"}, {static_cast<std::int32_t>(0xff534d42), "CIFS"},
      {0xfe534d42, "SMB"},  {0x65735546, "FUSE"}, {0x01021997, "9p"},
      {0x00c36400, "Ceph"}, {0xef53, ""},         {0x58465342, ""},
      {0x9123683e, ""},     {0x01021994, ""},     {0x794c7630, ""},
  };
  for (const auto& one : types) EXPECT_EQ(shared_file_system(one.type), one.want) << one.type;
  EXPECT_EQ(shared_file_system_of("/proc"), "");
  EXPECT_EQ(shared_file_system_of("/not/there"), "");
}

}  // namespace
}  // namespace holdfast::agent
