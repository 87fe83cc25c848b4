// What is used up: the queue of events, watches, instances, descriptors; and folders that may not be read. Limits are
// set in a process with a user namespace of its own, so that they are the kernel's real answers and nobody else's
// limits.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

#include "agent/edges/watch/database_watch.h"
#include "agent/edges/watch/documents_watch.h"
#include "tests/must_mount.h"
#include "tests/watch/connection.h"
#include "tests/watch/scratch.h"

namespace holdfast::agent {
namespace {

constexpr int queue_events = 16'384;  // fs.inotify.max_queued_events, as every kernel has it
constexpr const char* not_allowed = "no namespace of one's own here";

class LimitsTest : public testing::Test {
 protected:
  LimitsTest() { sql(path_, "CREATE TABLE t (x);"); }
  Scratch scratch_;
  std::string path_ = scratch_ / "popup.db";
};

std::string yes_or_no(bool value) { return value ? "yes " : "no "; }

// Two names in turn: equal events in a row are one.
void more_events_than_the_queue_holds(const std::string& folder) {
  const std::string file = folder + "/noise";
  for (int i = 0; i <= queue_events / 2 + 100; ++i) {
    ::close(::open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    ::unlink(file.c_str());
  }
}

TEST_F(LimitsTest, AnOverflowIsToldAndTheWatchGoesOn) {
  DatabaseWatch watch(path_);
  const int handle = watch.native_handle();
  more_events_than_the_queue_holds(scratch_.path());
  sql(path_, "INSERT INTO t VALUES (1);");  // its events are lost
  const DatabaseChange change = watch.read();
  EXPECT_TRUE(change.overflow && change.lost);
  EXPECT_FALSE(change.database);
  EXPECT_EQ(watch.describe(), "events");
  EXPECT_EQ(watch.native_handle(), handle);
  sql(path_, "INSERT INTO t VALUES (1);");
  EXPECT_TRUE(watch.read().database);
}

TEST_F(LimitsTest, AFolderThatIsExchangedDuringAnOverflow) {
  shell("mkdir " + scratch_ / "a; cp " + path_ + " " + scratch_ / "a");
  DatabaseWatch watch(scratch_ / "a/popup.db");
  more_events_than_the_queue_holds(scratch_ / "a");
  shell("cd " + scratch_.path() + "; cp -r a b; mv a c; mv b a");
  EXPECT_TRUE(watch.read().overflow);
  sql(scratch_ / "a/popup.db", "INSERT INTO t VALUES (1);");
  EXPECT_TRUE(watch.read().database);
}

TEST_F(LimitsTest, AStormOfWritesIsFewEvents) {
  DatabaseWatch watch(path_);
  const int file = ::open((path_ + "-wal").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  for (int i = 0; i < 50'000; ++i) ASSERT_EQ(::write(file, "x", 1), 1);
  ::close(file);
  EXPECT_LE(unread_bytes(watch.native_handle()), 200);
  const DatabaseChange change = watch.read();
  EXPECT_TRUE(change.wal);
  EXPECT_FALSE(change.overflow);
  EXPECT_FALSE(watch.read().any());
}

TEST_F(LimitsTest, NoWatchesLeft) {
  const std::string seen = in_child([&]() -> std::string {
    if (!own_namespace() || !set_own_limit("max_inotify_watches", 0)) return not_allowed;
    DatabaseWatch watch(path_);
    std::string text = watch.describe().substr(0, 33) + " ";
    sql(path_, "INSERT INTO t VALUES (1);");
    text += yes_or_no(watch.poll().database);
    while (watch.poll().any()) continue;
    set_own_limit("max_inotify_watches", 100);
    int polls = 0;
    while (watch.polls() && polls < 100) polls += watch.poll().lost ? 0 : 1;
    sql(path_, "INSERT INTO t VALUES (1);");
    return text + yes_or_no(polls <= 20) + watch.describe() + " " + yes_or_no(watch.read().database);
  });
  if (seen == not_allowed) GTEST_SKIP() << seen;
  EXPECT_EQ(seen, "polling: no more inotify watches  yes yes events yes ");
}

TEST_F(LimitsTest, NoInstancesLeft) {
  const std::string seen = in_child([&]() -> std::string {
    if (!own_namespace() || !set_own_limit("max_inotify_instances", 0)) return not_allowed;
    DatabaseWatch watch(path_);
    DocumentsWatch documents({scratch_.path()}, Clock::now());
    std::string text = watch.describe().substr(0, 49) + " " + std::to_string(watch.native_handle()) + " ";
    text += yes_or_no(documents.polls() && documents.native_handle() == -1);
    set_own_limit("max_inotify_instances", 100);
    for (int polls = 0; watch.polls() && polls < 100; ++polls) (void)watch.poll();
    sql(path_, "INSERT INTO t VALUES (1);");
    return text + watch.describe() + " " + yes_or_no(watch.read().database);
  });
  if (seen == not_allowed) GTEST_SKIP() << seen;
  EXPECT_EQ(seen, "polling: no more inotify instances or descriptors -1 yes events yes ");
}

TEST_F(LimitsTest, NoDescriptorsLeft) {
  const std::string seen = in_child([&]() -> std::string {
    const rlimit none{3, 3};
    if (::setrlimit(RLIMIT_NOFILE, &none) != 0) return "setrlimit";
    const DatabaseWatch watch(path_);
    return watch.describe() + " " + std::to_string(watch.native_handle());
  });
  EXPECT_EQ(seen, "polling: no more inotify instances or descriptors (inotify) -1");
}

TEST_F(LimitsTest, AFolderThatMayNotBeRead) {
  const Scratch scratch(Place::Memory);
  shell("mkdir " + scratch / "open " + scratch / "shut; touch " + scratch / "shut/popup.db " +
        scratch / "open/popup.db");
  ::chmod(scratch.path().c_str(), 0711);  // above the folders: it may be passed
  ::chmod((scratch / "shut").c_str(), 0311);
  const std::string seen = in_child([&]() -> std::string {
    if (::geteuid() == 0 && ::setuid(65534) != 0) return "setuid";
    const DatabaseWatch shut(scratch / "shut/popup.db");
    const DatabaseWatch open(scratch / "open/popup.db");
    return shut.describe().substr(0, 35) + ", " + open.describe();
  });
  EXPECT_EQ(seen, "polling: the folder may not be read, events");
}

// No event tells of it; a poll now and then does.
TEST_F(LimitsTest, AFileSystemIsMountedOverTheFolder) {
  const std::string seen = in_child([&]() -> std::string {
    if (!own_namespace()) return not_allowed;
    DatabaseWatch watch(path_);
    if (::mount("none", scratch_.path().c_str(), "tmpfs", 0, nullptr) != 0) return not_allowed;
    std::string text = yes_or_no(watch.read().any()) + yes_or_no(watch.poll().lost);
    sql(path_, "CREATE TABLE t (x);");
    text += yes_or_no(watch.read().structure);
    if (::umount2(scratch_.path().c_str(), MNT_DETACH) != 0) return "umount";
    text += yes_or_no(watch.read().lost);
    sql(path_, "INSERT INTO t VALUES (1);");
    return text + yes_or_no(watch.read().database) + watch.describe();
  });
  if (seen == not_allowed && !must_mount()) GTEST_SKIP() << seen;
  EXPECT_EQ(seen, "no yes yes yes yes events");
}

TEST_F(LimitsTest, NothingIsLeftBehind) {
  const auto descriptors = [] { return shell("ls /proc/" + std::to_string(::getpid()) + "/fd | wc -l"); };
  const std::string before = descriptors();
  for (int i = 0; i < 300; ++i) {
    DatabaseWatch watch(path_);
    const DocumentsWatch documents({scratch_.path()}, Clock::now());
    ASSERT_EQ(watch.describe(), "events") << i;
    ASSERT_EQ(documents.describe(), "events") << i;
  }
  EXPECT_EQ(descriptors(), before);
}

}  // namespace
}  // namespace holdfast::agent
