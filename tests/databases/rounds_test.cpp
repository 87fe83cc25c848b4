// Runs one after the other, and nobody who notices anything between them: what a run finds in the file's place, it
// judges before it writes.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "agent/edges/worker/rounds.h"
#include "tests/databases/real_file.h"
#include "tests/scenario/text_version.h"

namespace holdfast {
namespace {

using namespace databases_test;
namespace fs = std::filesystem;

constexpr const char* documents =
    "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: popup}\nspec: {url: 'sqlite:popup.db'}\n---\n"
    "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: campaigns}\nspec:\n  table: campaigns\n"
    "  key: [name]\n  mode: Enforce\n  rows: [{name: Hulu}, {name: Paramount}]\n";

class RoundsTest : public RealFileTest {
 protected:
  // An agent's rounds over one file, as after its start.
  struct Rounded {
    Rounded(const std::string& path, const Clock& clock)
        : rounds(
              "popup", clock,
              [path] {
                stores::SqliteOptions options;
                options.name = "popup";
                options.path = path;
                return stores::open_sqlite(options);
              },
              std::make_unique<agent::FileSurroundings>(agent::FileSurroundingsOptions{path, "machine", ""})) {
      rounds.take_documents(std::make_shared<holdfast::testing::TextVersion>("r", documents), {"campaigns"});
    }
    agent::SetOutcome round() {
      agent::RunOutcome outcome = rounds.run({"popup", agent::Trigger::Interval, {}}, {});
      if (outcome.error) throw std::runtime_error(to_string(*outcome.error));
      return outcome.sets.at("campaigns");
    }
    agent::Rounds rounds;
  };

  std::string names(const std::string& path) {
    std::string found;
    sqlite3* raw = nullptr;
    sqlite3_open(path.c_str(), &raw);
    const auto add = [](void* to, int, char** values, char**) {
      *static_cast<std::string*>(to) += std::string(values[0]) + " ";
      return 0;
    };
    sqlite3_exec(raw, "SELECT name FROM campaigns ORDER BY name", add, &found, nullptr);
    sqlite3_close(raw);
    return found;
  }

  std::string last_run() {
    auto store = stores::open_sqlite({"popup", path(), std::chrono::seconds(1)});
    if (!store) throw std::runtime_error(to_string(store.error()));
    const auto runs = DatabaseReconciler(**store, clock_).history(DatabaseDocument(), 1);
    if (!runs || runs->size() != 1) throw std::runtime_error("there is no run");
    return runs->front().id;
  }

  // In a rollback mode, and while no run is under way.
  static std::string bytes(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TestClock clock_;
};

// By which the agent shows that a long run is under way.
TEST_F(RoundsTest, a_run_tells_that_it_goes_on) {
  make(path());
  run(path(), "DELETE FROM campaigns WHERE name = 'Hulu'");
  Rounded ours(path(), clock_);
  int told = 0;
  const agent::RunOutcome outcome = ours.rounds.run({"popup", agent::Trigger::Interval, {}}, {}, [&] { ++told; });
  EXPECT_EQ(outcome.sets.at("campaigns").corrected, 1U);
  EXPECT_GT(told, 0);
}

TEST_F(RoundsTest, another_databases_contents_in_the_file_are_judged_before_anything_is_written) {
  make(path());
  make(file("other.db"));
  Rounded ours(path(), clock_), theirs(file("other.db"), clock_);
  EXPECT_TRUE(ours.round().in_sync);
  EXPECT_TRUE(theirs.round().in_sync);
  run(file("other.db"), "DELETE FROM campaigns WHERE name = 'Hulu'");
  fs::copy_file(file("other.db"), path(), fs::copy_options::overwrite_existing);
  const std::string theirs_now = bytes(path());
  const agent::SetOutcome found = ours.round();
  EXPECT_TRUE(bytes(path()) == theirs_now) << "what a run remembers is none of this database's business, either";
  EXPECT_EQ(found.held, 1U);
  EXPECT_EQ(found.corrected, 0U);
  EXPECT_EQ(names(path()), "Hotsheets Paramount ");
  const auto verdict = ours.rounds.take_verdict();
  ASSERT_TRUE(verdict.has_value());
  EXPECT_FALSE(verdict->may_write) << verdict->reason;
}

TEST_F(RoundsTest, a_copy_that_is_renamed_over_the_file_is_judged_before_anything_is_written) {
  make(path());
  make(file("other.db"));
  Rounded ours(path(), clock_), theirs(file("other.db"), clock_);
  EXPECT_TRUE(ours.round().in_sync);
  EXPECT_TRUE(theirs.round().in_sync);
  fs::copy_file(file("other.db"), file("new.db"));
  run(file("new.db"), "DELETE FROM campaigns WHERE name = 'Hulu'");
  fs::rename(file("new.db"), path());
  EXPECT_EQ(ours.round().held, 1U);
  EXPECT_EQ(names(path()), "Hotsheets Paramount ");
}

TEST_F(RoundsTest, an_older_state_in_the_file_is_rolled_back_and_mended_as_a_wipe) {
  make(path());
  Rounded ours(path(), clock_);
  EXPECT_TRUE(ours.round().in_sync);
  fs::copy_file(path(), file("old.db"));
  clock_.pass(std::chrono::minutes(11));  // so that the marker is written once more
  EXPECT_TRUE(ours.round().in_sync);
  // Two commits: with one the file would have the change counter that the open connection knows, and SQLite would go on
  // with the pages that it has. Only whoever watches the file can tell then.
  run(file("old.db"), "DELETE FROM campaigns WHERE name = 'Hulu'");
  run(file("old.db"), "CREATE INDEX names ON campaigns(name)");
  fs::copy_file(file("old.db"), path(), fs::copy_options::overwrite_existing);
  (void)ours.rounds.take_verdict();
  EXPECT_EQ(ours.round().corrected, 1U);
  const auto verdict = ours.rounds.take_verdict();
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(verdict->kind, VerdictKind::RolledBack);
}

// The answer to POST /runs/ID/undo was "0 changes taken back", and "1 changes taken back".
TEST_F(RoundsTest, an_undo_says_why_it_takes_nothing_back) {
  make(path());
  run(path(), "DELETE FROM campaigns WHERE name = 'Hulu'; UPDATE campaigns SET name = 'Gone' WHERE name = 'Paramount'");
  Rounded ours(path(), clock_);
  EXPECT_EQ(ours.round().corrected, 2U);
  agent::Request request;
  request.kind = agent::Request::Kind::Undo;
  request.run = last_run();
  run(path(), "DELETE FROM campaigns WHERE name = 'Hulu'");

  const agent::Answer first = ours.rounds.undo(request);
  EXPECT_EQ(first.kind, agent::Answer::Kind::Done);
  EXPECT_EQ(first.message, "1 change taken back, 1 change left: campaigns: the row of campaigns is not there any more");
  const agent::Answer second = ours.rounds.undo(request);
  EXPECT_EQ(second.kind, agent::Answer::Kind::Conflict);
  EXPECT_EQ(second.message,
            "nothing is taken back, 1 change left: campaigns: the row of campaigns is not there any more");
}

TEST_F(RoundsTest, an_undo_of_what_is_taken_back_says_so) {
  make(path());
  run(path(), "DELETE FROM campaigns WHERE name = 'Hulu'");
  Rounded ours(path(), clock_);
  EXPECT_EQ(ours.round().corrected, 1U);
  agent::Request request;
  request.kind = agent::Request::Kind::Undo;
  request.run = last_run();
  EXPECT_EQ(ours.rounds.undo(request).message, "1 change taken back");
  EXPECT_EQ(ours.rounds.undo(request).message, "nothing is left to take back: all of it is taken back already");
}

// A run of which the journal has forgotten a part was answered as if there were none.
TEST_F(RoundsTest, only_a_run_that_is_not_there_is_not_found) {
  make(path());
  run(path(), "DELETE FROM campaigns WHERE name = 'Hulu'");
  Rounded ours(path(), clock_);
  EXPECT_EQ(ours.round().corrected, 1U);
  agent::Request request;
  request.kind = agent::Request::Kind::Undo;
  request.run = "ZZZZZZZZ";
  const agent::Answer unknown = ours.rounds.undo(request);
  EXPECT_EQ(unknown.kind, agent::Answer::Kind::NotFound);
  EXPECT_EQ(unknown.message, "there is no such run: ZZZZZZZZ: holdfast history lists the runs");
  const std::string id = last_run();
  request.run = id.substr(0, agent::shortest_run_id);
  request.dry_run = true;
  const agent::Answer which = ours.rounds.undo(request);
  EXPECT_EQ(which.kind, agent::Answer::Kind::Done);
  EXPECT_EQ(which.found, id);
  EXPECT_EQ(which.run, "") << "nothing is taken back";
  request.dry_run = false;
  run(path(), "DELETE FROM _holdfast_changes");
  const agent::Answer forgotten = ours.rounds.undo(request);
  EXPECT_EQ(forgotten.kind, agent::Answer::Kind::Conflict);
  EXPECT_THAT(forgotten.message, ::testing::HasSubstr("not in the journal any more"));
}

// The documents did not fit the tables for a while: the first run read the pause and got no further, and what came
// after it wrote that nothing is paused. The next start changed rows that somebody had asked to leave alone.
TEST_F(RoundsTest, a_pause_outlives_a_first_run_that_cannot_be_made) {
  make(path());
  {
    Rounded ours(path(), clock_);
    EXPECT_TRUE(ours.round().in_sync);
    (void)ours.rounds.take_kept_pauses();
    ours.rounds.keep_pauses({{"campaigns", {clock_.wall() + std::chrono::hours(1), "ann"}}});
  }
  run(path(), "ALTER TABLE campaigns RENAME COLUMN name TO title");
  {
    Rounded unfit(path(), clock_);
    EXPECT_FALSE(unfit.rounds.run({"popup", agent::Trigger::Start, {}}, {}).mistakes.empty());
    unfit.rounds.keep_pauses({});
  }
  run(path(), "ALTER TABLE campaigns RENAME COLUMN title TO name");
  Rounded again(path(), clock_);
  (void)again.round();
  const std::optional<agent::Pauses> kept = again.rounds.take_kept_pauses();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->count("campaigns"), 1U);
}

}  // namespace
}  // namespace holdfast
