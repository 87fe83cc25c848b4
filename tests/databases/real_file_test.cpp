// Verdicts over real SQLite files, after what people and deploys really do to them.
#include "tests/databases/real_file.h"

#include <gmock/gmock.h>

#include <fstream>

namespace holdfast {
namespace {

using namespace databases_test;
using testing::HasSubstr;
namespace fs = std::filesystem;

using RealFile = RealFileTest;

TEST_F(RealFile, starts_once_and_is_intact_from_then_on) {
  make(path());
  EXPECT_EQ(look_after(path()).kind, VerdictKind::FirstStart);
  EXPECT_EQ(look_after(path()).kind, VerdictKind::Intact);
  run(path(), "INSERT INTO campaigns (name) VALUES ('Best Gold')");
  EXPECT_EQ(look_after(path()).kind, VerdictKind::Intact);
}

TEST_F(RealFile, judging_writes_nothing) {
  make(path());
  look_after(path());
  const auto size = fs::file_size(path());
  const auto time = fs::last_write_time(path());
  EXPECT_EQ(judge(path()), VerdictKind::Intact);
  EXPECT_EQ(fs::file_size(path()), size);
  EXPECT_EQ(fs::last_write_time(path()), time);
}

TEST_F(RealFile, deleted_by_somebody_is_wiped) {
  make(path());
  look_after(path());
  fs::remove(path());
  EXPECT_EQ(judge(path()), VerdictKind::Wiped);
  run(path(), "CREATE TABLE campaigns (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT)");
  const DatabaseVerdict verdict = look_after(path());
  EXPECT_EQ(verdict.kind, VerdictKind::Wiped) << "the application has made its tables again";
  EXPECT_THAT(verdict.reason, HasSubstr("campaigns"));
  EXPECT_EQ(look_after(path()).kind, VerdictKind::Intact) << "it is told once";
}

TEST_F(RealFile, deploy_that_takes_everything_along_is_a_first_start) {
  make(path());
  look_after(path());
  for (const auto& entry : fs::directory_iterator(folder_)) fs::remove(entry.path());
  EXPECT_EQ(judge(path()), VerdictKind::FirstStart) << "nothing remembers it, and nothing is made up";
}

TEST_F(RealFile, deploy_is_a_wipe_where_a_state_folder_outlives_it) {
  const std::string state = file("state");
  fs::create_directory(state);
  make(path());
  look_after(path(), "machine", state);
  EXPECT_FALSE(fs::exists(path() + ".holdfast"));
  fs::remove(path());
  EXPECT_EQ(judge(path(), "machine", state), VerdictKind::Wiped);
}

TEST_F(RealFile, emptied_by_the_application_is_wiped_while_the_marker_stays) {
  make(path());
  look_after(path());
  fs::remove(path() + ".holdfast");
  run(path(), "DELETE FROM campaigns");
  EXPECT_EQ(judge(path()), VerdictKind::Wiped) << "the database itself remembers";
  run(path(), "DROP TABLE campaigns");
  EXPECT_EQ(judge(path()), VerdictKind::Wiped);
}

TEST_F(RealFile, truncated_to_nothing_is_wiped) {
  make(path());
  look_after(path());
  fs::resize_file(path(), 0);
  EXPECT_EQ(judge(path()), VerdictKind::Wiped);
}

TEST_F(RealFile, older_copy_put_back_is_rolled_back) {
  make(path());
  look_after(path());
  copy("popup.db", "yesterday.db");
  run(path(), "INSERT INTO campaigns (name) VALUES ('Best Gold')");
  look_after(path());
  for (const bool rename : {false, true}) {
    copy("popup.db", "today.db");
    fs::copy_file(path() + ".holdfast", file("memory"), fs::copy_options::overwrite_existing);
    copy("yesterday.db", rename ? "new.db" : "popup.db");  // cp keeps the inode (TRAPS 18), mv brings another
    if (rename) fs::rename(file("new.db"), path());
    const DatabaseVerdict verdict = look_after(path());
    EXPECT_EQ(verdict.kind, VerdictKind::RolledBack) << (rename ? "mv: " : "cp: ") << verdict.reason;
    EXPECT_TRUE(verdict.may_write) << "declared rows are held all the same";
    EXPECT_EQ(look_after(path()).kind, VerdictKind::Intact);
    copy("today.db", "popup.db");
    fs::copy_file(file("memory"), path() + ".holdfast", fs::copy_options::overwrite_existing);
  }
}

TEST_F(RealFile, backup_from_before_holdfast_is_replaced) {
  make(path());
  copy("popup.db", "golden.db");
  look_after(path());
  copy("golden.db", "popup.db");
  // The same rows and numbers, in the same file: nobody can tell it from one whose _holdfast_ tables were dropped.
  EXPECT_EQ(judge(path()), VerdictKind::Intact);
  run(path(), "INSERT INTO campaigns (name) VALUES ('Best Gold')");
  look_after(path());
  copy("golden.db", "popup.db");
  EXPECT_EQ(judge(path()), VerdictKind::Replaced) << "it knows fewer numbers than were given";
  copy("golden.db", "new.db");
  fs::rename(file("new.db"), path());
  EXPECT_EQ(judge(path()), VerdictKind::Replaced);
}

TEST_F(RealFile, copy_by_vacuum_into_or_cp_is_a_copy_until_it_is_adopted) {
  make(path());
  look_after(path());
  run(path(), "VACUUM INTO '" + file("staging.db") + "'");
  fs::create_directory(file("other"));
  copy("popup.db", "other/popup.db");
  for (const std::string& staged : {file("staging.db"), file("other/popup.db")}) {
    Agent agent(staged, clock_);
    const DatabaseVerdict verdict = agent.judge();
    EXPECT_EQ(verdict.kind, VerdictKind::Copy) << verdict.reason;
    EXPECT_FALSE(verdict.may_write);
    EXPECT_FALSE(agent.witness.due(true));
    agent.note();
    EXPECT_EQ(agent.judge().kind, VerdictKind::Copy) << "noting wrote nothing";
    EXPECT_TRUE(must(agent.witness.adopt(*agent.store, agent.tables)).may_write);
    EXPECT_EQ(agent.judge().kind, VerdictKind::Intact);
    EXPECT_EQ(judge(staged), VerdictKind::Intact);
  }
  EXPECT_EQ(judge(path()), VerdictKind::Intact) << "the original has no part in it";
  copy("staging.db", "popup.db");
  EXPECT_EQ(judge(path()), VerdictKind::WrongFile) << "staging put over production";
}

TEST_F(RealFile, moved_is_intact) {
  make(path());
  look_after(path());
  fs::rename(path(), file("moved.db"));
  EXPECT_EQ(look_after(file("moved.db")).kind, VerdictKind::Intact);
  // To another file system it is copied and then deleted: the original is gone.
  copy("moved.db", "far.db");
  EXPECT_EQ(judge(file("far.db")), VerdictKind::Copy);
  fs::remove(file("moved.db"));
  EXPECT_EQ(judge(file("far.db")), VerdictKind::Intact);
}

TEST_F(RealFile, vacuumed_into_its_own_place_is_intact) {
  make(path());
  look_after(path());
  run(path(), "VACUUM INTO '" + file("small.db") + "'");
  fs::rename(file("small.db"), path());
  EXPECT_EQ(look_after(path()).kind, VerdictKind::Intact);
  EXPECT_EQ(look_after(path()).kind, VerdictKind::Intact);
}

TEST_F(RealFile, on_a_volume_of_another_container_is_intact) {
  make(path());
  look_after(path(), "");
  EXPECT_EQ(judge(path(), ""), VerdictKind::Intact) << "no host is known: the name changes with each deploy";
  EXPECT_EQ(judge(path(), "Railway:staging"), VerdictKind::Intact);
  look_after(path(), "Railway:production");
  EXPECT_EQ(judge(path(), "Railway:staging"), VerdictKind::Copy) << "a snapshot of the volume in another service";
}

TEST_F(RealFile, damaged_is_corrupt) {
  make(path());
  look_after(path());
  {
    std::fstream bytes(path(), std::ios::in | std::ios::out | std::ios::binary);
    bytes.write(std::string(100, '\x7f').data(), 100);
  }
  const DatabaseVerdict verdict = look_after(path());
  EXPECT_EQ(verdict.kind, VerdictKind::Corrupt) << verdict.reason;
  EXPECT_EQ(verdict.cause(), "corrupt");
}

TEST_F(RealFile, of_somebody_else_is_the_wrong_one) {
  make(path());
  look_after(path());
  fs::remove(path());
  run(path(), "CREATE TABLE bookmarks (id INTEGER PRIMARY KEY, url TEXT); INSERT INTO bookmarks (url) VALUES ('x')");
  EXPECT_EQ(judge(path()), VerdictKind::WrongFile);
}

TEST_F(RealFile, whose_state_tables_were_dropped_is_intact) {
  make(path());
  look_after(path());
  run(path(), "DROP TABLE _holdfast_meta; DROP TABLE _holdfast_runs");  // as Alembic's autogenerate proposes
  const DatabaseVerdict verdict = judge(path()) == VerdictKind::Intact ? look_after(path()) : DatabaseVerdict{};
  EXPECT_EQ(verdict.kind, VerdictKind::Intact);
  EXPECT_THAT(verdict.hint, HasSubstr("_holdfast_"));
}

TEST_F(RealFile, process_remembers_where_nothing_can_be_written_beside) {
  make(path());
  Agent agent(path(), clock_, "machine", file("not-there"));
  agent.judge();
  agent.make_state();
  EXPECT_FALSE(agent.witness.note(*agent.store, agent.tables, {})) << "told once";
  EXPECT_TRUE(agent.witness.note(*agent.store, agent.tables, {}));
  fs::remove(path());
  EXPECT_EQ(must(agent.witness.judge(*agent.store, agent.tables)).kind, VerdictKind::Wiped);
}

TEST_F(RealFile, observed_only_has_no_tables_of_ours_and_is_remembered_beside) {
  make(path());
  Agent agent(path(), clock_);
  agent.judge();
  agent.note();
  EXPECT_FALSE(must(State::open(*agent.store, false)).there());
  fs::remove(path());
  EXPECT_EQ(judge(path()), VerdictKind::Wiped);
}

TEST_F(RealFile, that_is_locked_is_an_error_and_no_verdict) {
  make(path());
  look_after(path());
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
  Agent agent(path(), clock_);
  const auto opened = stores::open_sqlite({"popup", path(), std::chrono::milliseconds(50)});
  ASSERT_FALSE(opened);
  const auto verdict = agent.witness.judge_unopened(opened.error());
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().kind, ErrorKind::Transient);
  EXPECT_FALSE(agent.witness.verdict()) << "nothing is known, so nothing is written";
  sqlite3_close(other);
}

}  // namespace
}  // namespace holdfast
