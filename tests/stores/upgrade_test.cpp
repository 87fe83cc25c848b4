// The state of an older version, which gets the columns that it lacks from whoever comes first.
#include <functional>

#include "reconcilers/core/state_tables.h"
#include "tests/stores/database.h"

namespace holdfast::stores {
namespace {

// Something that happens before the next connection that is opened takes the write lock for the first time. One at a
// time, one thread.
class BeforeTheLock {
 public:
  explicit BeforeTheLock(std::function<void()> event) {
    event_ = std::move(event);
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&watch));
  }
  ~BeforeTheLock() { stop(); }
  BeforeTheLock(const BeforeTheLock&) = delete;

  static bool happened() { return !event_; }

 private:
  static void stop() { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&watch)); }

  static int watch(sqlite3* connection, char**, const void*) {
    stop();
    return sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, &look_at, nullptr);
  }

  static int look_at(unsigned, void*, void*, void* text) {
    const std::string_view statement = static_cast<const char*>(text);
    if (event_ && statement.substr(0, 15) == "BEGIN IMMEDIATE") std::exchange(event_, nullptr)();
    return 0;
  }

  static inline std::function<void()> event_;
};

class UpgradeTest : public DatabaseTest {
 protected:
  void SetUp() override {
    make("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    must(must(try_open())->open_state(true));
  }

  // As format 1 had it.
  void make_older() {
    make(
        "ALTER TABLE _holdfast_holds DROP COLUMN table_name; ALTER TABLE _holdfast_holds DROP COLUMN key_columns;"
        "INSERT INTO _holdfast_holds (row_set, row_key, run) VALUES ('s', x'0102', 'r')");
  }

  std::string columns() { return ask("SELECT group_concat(name) FROM pragma_table_info('_holdfast_holds')"); }
};

TEST_F(UpgradeTest, OfTwoAtOnceBothAreDone) {
  for (const char* mode : {"DELETE", "WAL"}) {
    SCOPED_TRACE(mode);
    make(std::string("PRAGMA journal_mode = ") + mode);
    const std::string whole = columns();
    make_older();
    std::string other = "nobody came";
    const BeforeTheLock second([&] { other = message(must(try_open())->open_state(true)); });
    const auto first = must(try_open());
    const Result<Schema> state = first->open_state(true);
    ASSERT_TRUE(BeforeTheLock::happened());
    EXPECT_EQ(plain(message(state)), "no error");
    EXPECT_EQ(plain(other), "no error");
    EXPECT_EQ(columns(), whole);
    EXPECT_EQ(ask("SELECT run FROM _holdfast_holds"), "r");
    EXPECT_TRUE(state && state->find("_holdfast_holds")->columns.size() == 9);
    // And nothing is left of the transaction that did not get through.
    must(first->begin(must(first->inspect(std::vector<std::string>{"t"}, std::nullopt))));
    make("DELETE FROM _holdfast_holds");
  }
}

// Who came first may have been of a version that knew fewer columns.
TEST_F(UpgradeTest, WhatAnotherHasNotAddedIsAdded) {
  const std::string whole = columns();
  make_older();
  const BeforeTheLock other([&] { make("ALTER TABLE _holdfast_holds ADD COLUMN table_name TEXT"); });
  const Result<Schema> state = must(try_open())->open_state(true);
  ASSERT_TRUE(BeforeTheLock::happened());
  EXPECT_EQ(plain(message(state)), "no error");
  EXPECT_EQ(columns(), whole);
}

}  // namespace
}  // namespace holdfast::stores
