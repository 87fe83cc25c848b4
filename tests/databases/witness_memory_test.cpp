// The witness over the memory engine, as the simulation has it: when it notes, and what it does when that fails.
#include <gmock/gmock.h>

#include "reconcilers/core/state.h"
#include "reconcilers/sql/sqlite_rules.h"
#include "reconcilers/stores/memory/memory_database.h"
#include "tests/databases/real_file.h"

namespace holdfast {
namespace {

using namespace databases_test;
using namespace std::chrono_literals;

class WorldOfATest final : public Surroundings {
 public:
  Result<PlaceNow> look() override { return PlaceNow{there, {"machine", "popup", 1, births.empty() ? 1 : next()}}; }
  bool is_there(const Place&) override { return false; }
  Result<std::optional<Marker>> remembered() override { return marker; }
  Result<void> remember(const Marker& one) override {
    marker = one;
    ++times;
    return {};
  }

  bool there = true;
  std::vector<std::int64_t> births;
  std::optional<Marker> marker;
  int times = 0;

 private:
  std::int64_t next() {
    const std::int64_t first = births.front();
    births.erase(births.begin());
    return first;
  }
};

class WitnessMemory : public testing::Test {
 protected:
  WitnessMemory() : database_(sql::sqlite_rules()), store_(database_.open("popup")) {
    must(State::open(*store_, true));
  }
  std::string fresh() { return "id" + std::to_string(++ids_); }

  stores::MemoryDatabase database_;
  std::unique_ptr<Store> store_;
  TestClock clock_;
  WorldOfATest world_;
  int ids_ = 0;
  DatabaseWitness witness_{world_, clock_, [this] { return fresh(); }};
  const std::vector<std::string> tables_ = {"campaigns"};
};

// Between a run and its note another file may come, or another database into the same file: it is not to get our
// marker.
TEST_F(WitnessMemory, notes_nothing_in_a_database_that_it_has_not_judged) {
  must(witness_.judge(*store_, tables_));
  must(witness_.note(*store_, tables_, {}));
  world_.births = {7, 7};
  const Result<void> other_file = witness_.note(*store_, tables_, {});
  ASSERT_FALSE(other_file.ok());
  EXPECT_EQ(other_file.error().kind, ErrorKind::Transient);
  must(witness_.note(*store_, tables_, {}));  // it is the one that was judged again

  Marker foreign = *witness_.in_database();
  foreign.database = "somebody else's";
  State state = must(State::open(*store_, false));
  auto transaction = must(store_->begin(must(store_->open_state(false))));
  must(state.set_meta(*transaction, "marker", marker_text(foreign)));
  must(transaction->commit());
  const Result<void> other_contents = witness_.note(*store_, tables_, {});
  ASSERT_FALSE(other_contents.ok());
  EXPECT_EQ(other_contents.error().kind, ErrorKind::Transient);
  EXPECT_EQ(must(state.meta(*store_, "marker")), marker_text(foreign));
}

TEST_F(WitnessMemory, notes_at_once_then_after_changes_then_seldom) {
  EXPECT_FALSE(witness_.due(true)) << "there is no verdict";
  EXPECT_EQ(must(witness_.judge(*store_, tables_)).kind, VerdictKind::FirstStart);
  EXPECT_TRUE(witness_.due(false));
  must(witness_.note(*store_, tables_, {}));
  EXPECT_FALSE(witness_.due(true));
  clock_.pass(5s);
  EXPECT_TRUE(witness_.due(true));
  EXPECT_FALSE(witness_.due(false));
  clock_.pass(10min);
  EXPECT_TRUE(witness_.due(false));
  EXPECT_EQ(world_.times, 1);
}

TEST_F(WitnessMemory, counts_up_and_keeps_its_incarnation) {
  must(witness_.judge(*store_, tables_));
  must(witness_.note(*store_, tables_, {{"campaigns", 12}}));
  const Marker first = *world_.marker;
  must(witness_.note(*store_, tables_, {}));
  EXPECT_EQ(world_.marker->sequence, first.sequence + 1);
  EXPECT_EQ(world_.marker->incarnation, first.incarnation);
  EXPECT_EQ(world_.marker->database, first.database);
}

TEST_F(WitnessMemory, remembers_nothing_beside_that_the_database_did_not_take) {
  must(witness_.judge(*store_, tables_));
  const Schema schema = must(store_->open_state(false));
  const auto writer = must(store_->begin(schema));
  const Result<void> noted = witness_.note(*store_, tables_, {});
  ASSERT_FALSE(noted);
  EXPECT_EQ(noted.error().kind, ErrorKind::Transient);
  EXPECT_EQ(world_.marker, std::nullopt);
  EXPECT_TRUE(witness_.due(false)) << "it is tried again";
}

TEST_F(WitnessMemory, has_no_verdict_on_a_file_that_was_replaced_meanwhile) {
  world_.births = {1, 2};
  const auto verdict = witness_.judge(*store_, tables_);
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().kind, ErrorKind::Transient);
  EXPECT_FALSE(witness_.verdict());
}

}  // namespace
}  // namespace holdfast
