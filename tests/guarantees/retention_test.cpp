// The journal's size is a mark beside it, which is put right where it is wrong: by one of those who find it so.
#include <gtest/gtest.h>

#include "reconcilers/rows/retention.h"
#include "reconcilers/stores/sqlite/sqlite_store.h"
#include "tests/scenario/scenario.h"
#include "tests/scenario/store_with_pause.h"

namespace holdfast::testing {
namespace {

// Somebody has emptied the journal of its older runs, so that the mark says too much: two processes that both saw it
// took off the difference, each, and the journal was taken for smaller than it is from then on.
TEST(Retention, TwoThatFindTheSizeWrongPutItRightOnce) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
  for (const char* name : {"a", "b", "c"}) {
    s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: " + std::string(name) + "}]\n"));
    ASSERT_EQ(s.apply().exit, 0);
  }
  s.sql("UPDATE _holdfast_meta SET value = value + 1000000 WHERE name = 'journal-bytes'");
  const JournalLimits limits{std::chrono::hours(24), 500000};
  const auto prune = [&](std::function<void()> meanwhile) {
    stores::SqliteOptions options;
    options.name = "db";
    options.path = s.path();
    auto store = stores::open_sqlite(options);
    ASSERT_TRUE(store.ok());
    StoreWithPause pausing(**store, {}, std::move(meanwhile));
    const Result<State> state = State::open(pausing, false);
    const Result<Schema> schema = pausing.inspect({}, std::nullopt);
    ASSERT_TRUE(state.ok() && schema.ok());
    EXPECT_TRUE(prune_journal(pausing, *schema, *state, std::chrono::system_clock::now(), limits).ok());
  };
  prune([&] { prune({}); });
  EXPECT_EQ(s.rows("SELECT (SELECT value FROM _holdfast_meta WHERE name = 'journal-bytes') = sum(bytes), count(*) FROM "
                   "_holdfast_runs"),
            "1|3");
}

}  // namespace
}  // namespace holdfast::testing
