// Another user's database: written only where that user can use the side files that we would leave (TRAPS 20).
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "tests/stores/database.h"

namespace holdfast::stores {
namespace {

constexpr uid_t api = 12345;
constexpr gid_t shared = 23456;
constexpr uid_t nobody = 65534;

// This process as another user, until it goes.
class As {
 public:
  As(uid_t user, gid_t group, gid_t extra_group) {
    groups_.resize(static_cast<std::size_t>(getgroups(0, nullptr)));
    getgroups(static_cast<int>(groups_.size()), groups_.data());
    EXPECT_EQ(setgroups(1, &extra_group), 0);
    EXPECT_EQ(setegid(group), 0);
    EXPECT_EQ(seteuid(user), 0);
  }
  ~As() {
    EXPECT_EQ(seteuid(0), 0);
    EXPECT_EQ(setegid(0), 0);
    EXPECT_EQ(setgroups(groups_.size(), groups_.data()), 0);
  }
  As(const As&) = delete;

 private:
  std::vector<gid_t> groups_;
};

class OwnerTest : public DatabaseTest {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
  }
  void make_file(const char* journal, mode_t mode, mode_t folder_mode) {
    close();
    make(std::string("PRAGMA journal_mode = ") + journal + "; CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY)");
    EXPECT_EQ(chown(folder_.path().c_str(), 0, shared), 0);
    EXPECT_EQ(chmod(folder_.path().c_str(), folder_mode), 0);
    EXPECT_EQ(chown(path().c_str(), api, shared), 0);
    EXPECT_EQ(chmod(path().c_str(), mode), 0);
  }
};

TEST_F(OwnerTest, WritingNeedsSideFilesThatTheOwnerCanUse) {
  struct Case {
    const char* journal;
    mode_t mode;
    mode_t folder_mode;
    gid_t group;  // ours; `shared` is always among the others
    const char* want;
  };
  constexpr const char* unusable =
      "the database belongs to another user, who could not use the side files that we make: popup (popup.db): run as "
      "the user that "
      "owns the file, or share file and folder through its group";
  for (const Case& one :
       {Case{"DELETE", 0666, 0777, nobody, "no error"},   // everybody's
        Case{"DELETE", 0660, 0777, shared, "no error"},   // shared by our first group
        Case{"DELETE", 0660, 0777, nobody, unusable},     // our files would be of group nobody
        Case{"DELETE", 0660, 02777, nobody, "no error"},  // the folder hands its group on
        Case{"WAL", 0660, 0777, nobody, unusable}, Case{"WAL", 0660, 02777, nobody, "no error"},
        Case{"DELETE", 0644, 0777, nobody,
             "database is read-only: popup (popup.db): give this user write access to the file and its folder"},
        Case{"WAL", 0644, 0777, nobody,
             "database is read-only: popup (popup.db): give this user write access to the file and its folder"}}) {
    SCOPED_TRACE(std::string(one.journal) + " " + std::to_string(one.mode) + " " + std::to_string(one.folder_mode));
    make_file(one.journal, one.mode, one.folder_mode);
    const As as(nobody, one.group, shared);
    const Schema before = schema({"t"});  // reading is always possible
    ASSERT_NE(before.find("t"), nullptr);
    auto begun = store().begin(before);
    EXPECT_EQ(plain(message(begun)), one.want);
    if (begun) begun.value().reset();
    if (!begun) {
      EXPECT_EQ(static_cast<int>(begun.error().kind), static_cast<int>(ErrorKind::Terminal));
    }
    EXPECT_EQ(plain(message(store().set_up("CREATE TABLE IF NOT EXISTS t (a)"))), one.want);
  }
}

TEST_F(OwnerTest, WhatCannotBeReadCannotBeOpened) {
  make_file("DELETE", 0600, 0777);
  const As as(nobody, nobody, nobody);
  EXPECT_EQ(plain(message(try_open())),
            "cannot open the database: popup (popup.db): check the path and the rights on file and folder");
}

TEST_F(OwnerTest, WhatLiesInAFolderOfOthersCannotBeOpened) {
  make_file("DELETE", 0666, 0700);
  const As as(nobody, nobody, nobody);
  EXPECT_EQ(plain(message(try_open())),
            "cannot open the database (Permission denied): popup (popup.db): check the path and the rights on file and "
            "folder");
}

// As root everything may be written: SQLite gives the side files to the file's owner, and that owner can go on.
TEST_F(OwnerTest, RootLeavesSideFilesToTheOwner) {
  make_file("WAL", 0640, 0777);
  const auto t = table("t");
  auto transaction = begin("t");
  must(transaction->insert(*t, assign(*t, {{"id", Value::integer(1)}})));
  must(transaction->commit());
  for (const char* end : {"-wal", "-shm"}) {
    struct stat about {};
    ASSERT_EQ(stat((path() + end).c_str(), &about), 0);
    EXPECT_EQ(about.st_uid, api);
    EXPECT_EQ(about.st_mode & 0777U, 0640U);
  }
  const As as(api, shared, shared);
  Other(path()).run("INSERT INTO t VALUES (2)");
  EXPECT_EQ(ask("SELECT count(*) FROM t"), "2");
}

}  // namespace
}  // namespace holdfast::stores
