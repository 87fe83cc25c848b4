#include "agent/core/quiet_files.h"

#include <gtest/gtest.h>

#include <random>

namespace holdfast::agent {
namespace {

using State = QuietFiles::State;
using Milliseconds = std::chrono::milliseconds;

QuietFiles::Time at(int milliseconds) {
  return QuietFiles::Time() + std::chrono::hours(1) + Milliseconds(milliseconds);
}

FileFacts facts(std::uint64_t size, std::int64_t changed_ns = 1) {
  FileFacts one;
  one.inode = 7;
  one.changed_ns = changed_ns;
  one.size = size;
  return one;
}
FileFacts not_there() {
  FileFacts one;
  one.error = 2;
  return one;
}

TEST(QuietFilesTest, FilesThatStayAreNoNews) {
  QuietFiles quiet({{"a", facts(1)}});
  for (int time = 0; time < 1000; time += 100) EXPECT_EQ(quiet.see({{"a", facts(1)}}, at(time)), State::Same);
  EXPECT_FALSE(quiet.look_again());
  EXPECT_FALSE(quiet.changing_since());
}

TEST(QuietFilesTest, AChangeIsTakenOnceWhenItHasBeenQuiet) {
  QuietFiles quiet({{"a", facts(1)}});
  EXPECT_EQ(quiet.see({{"a", facts(2)}}, at(1000)), State::Changing);
  EXPECT_EQ(quiet.look_again(), at(1200));
  EXPECT_EQ(quiet.changing_since(), at(1000));
  EXPECT_EQ(quiet.see({{"a", facts(2)}}, at(1199)), State::Changing);
  EXPECT_EQ(quiet.see({{"a", facts(2)}}, at(1200)), State::Settled);
  EXPECT_EQ(quiet.see({{"a", facts(2)}}, at(1201)), State::Same);
  EXPECT_FALSE(quiet.look_again());
}

TEST(QuietFilesTest, AFileThatGrowsIsNotTakenBeforeItRests) {
  QuietFiles quiet({{"a", facts(1)}});
  for (int step = 1; step <= 20; ++step) {
    EXPECT_EQ(quiet.see({{"a", facts(1 + step)}}, at(step * 150)), State::Changing) << step;
  }
  EXPECT_EQ(quiet.changing_since(), at(150));
  EXPECT_EQ(quiet.see({{"a", facts(21)}}, at(3199)), State::Changing);
  EXPECT_EQ(quiet.see({{"a", facts(21)}}, at(3200)), State::Settled);
}

TEST(QuietFilesTest, AllFilesHaveToBeQuiet) {
  QuietFiles quiet({{"a", facts(1)}, {"b", facts(1)}});
  EXPECT_EQ(quiet.see({{"a", facts(2)}, {"b", facts(1)}}, at(0)), State::Changing);
  EXPECT_EQ(quiet.see({{"a", facts(2)}, {"b", facts(2)}}, at(190)), State::Changing);
  EXPECT_EQ(quiet.see({{"a", facts(2)}, {"b", facts(2)}}, at(389)), State::Changing);
  EXPECT_EQ(quiet.see({{"a", facts(2)}, {"b", facts(2)}}, at(390)), State::Settled);
}

TEST(QuietFilesTest, WhatCountsAsAChange) {
  struct {
    const char* what;
    FileSet now;
  } const changes[] = {
      {"another size", {{"a", facts(2)}}},
      {"the same size at another time", {{"a", facts(1, 2)}}},
      {"one that is not there any more", {{"a", not_there()}}},
      {"one that nobody names any more", {}},
      {"one more", {{"a", facts(1)}, {"b", facts(1)}}},
      {"another name", {{"b", facts(1)}}},
  };
  for (const auto& change : changes) {
    QuietFiles quiet({{"a", facts(1)}});
    EXPECT_EQ(quiet.see(change.now, at(0)), State::Changing) << change.what;
    EXPECT_EQ(quiet.see(change.now, at(200)), State::Settled) << change.what;
  }
}

TEST(QuietFilesTest, AFileThatVanishesAndReturnsAsItWasIsNoNews) {
  QuietFiles quiet({{"a", facts(1)}});
  EXPECT_EQ(quiet.see({{"a", not_there()}}, at(0)), State::Changing);
  EXPECT_EQ(quiet.see({{"a", facts(1)}}, at(100)), State::Same);
  EXPECT_FALSE(quiet.changing_since());
}

TEST(QuietFilesTest, AFileThatIsExchangedIsTakenOnce) {
  QuietFiles quiet({{"a", facts(1)}});
  EXPECT_EQ(quiet.see({{"a", not_there()}}, at(0)), State::Changing);
  EXPECT_EQ(quiet.see({{"a", facts(1, 2)}}, at(100)), State::Changing);
  EXPECT_EQ(quiet.see({{"a", facts(1, 2)}}, at(300)), State::Settled);
}

// A write within one tick of the file system's clock leaves the facts as they are; an event tells of it.
TEST(QuietFilesTest, ATouchIsAChangeWhateverTheFactsSay) {
  QuietFiles quiet({{"a", facts(1)}});
  quiet.touch(at(0));
  EXPECT_EQ(quiet.look_again(), at(200));
  EXPECT_EQ(quiet.see({{"a", facts(1)}}, at(50)), State::Changing);
  quiet.touch(at(100));
  EXPECT_EQ(quiet.see({{"a", facts(1)}}, at(299)), State::Changing);
  EXPECT_EQ(quiet.see({{"a", facts(1)}}, at(300)), State::Settled);
  EXPECT_EQ(quiet.see({{"a", facts(1)}}, at(301)), State::Same);
}

TEST(QuietFilesTest, FilesComeAndGoWithoutBeingAChange) {
  QuietFiles quiet({{"a", facts(1)}});
  quiet.add("rows.csv", facts(5));
  EXPECT_EQ(quiet.see({{"a", facts(1)}, {"rows.csv", facts(5)}}, at(0)), State::Same);
  quiet.add("a", facts(9));  // it counts already, as it was
  EXPECT_EQ(quiet.see({{"a", facts(1)}, {"rows.csv", facts(5)}}, at(1)), State::Same);
  quiet.remove("rows.csv");
  EXPECT_EQ(quiet.see({{"a", facts(1)}}, at(2)), State::Same);
  quiet.add("rows.csv", facts(5));
  EXPECT_EQ(quiet.see({{"a", facts(1)}, {"rows.csv", facts(6)}}, at(3)), State::Changing);
}

TEST(QuietFilesTest, AClockThatStepsBackTakesNothingTooEarly) {
  QuietFiles quiet({{"a", facts(1)}});
  EXPECT_EQ(quiet.see({{"a", facts(2)}}, at(1000)), State::Changing);
  EXPECT_EQ(quiet.see({{"a", facts(3)}}, at(0)), State::Changing);
  EXPECT_EQ(quiet.look_again(), at(1200));
  EXPECT_EQ(quiet.see({{"a", facts(3)}}, at(1199)), State::Changing);
  EXPECT_EQ(quiet.see({{"a", facts(3)}}, at(1200)), State::Settled);
}

// Whatever happens at whatever pace: nothing is taken within 200 ms of the last change, and what has been quiet for
// that long is taken at the first look, once.
TEST(QuietFilesTest, RandomPaces) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    std::uint64_t size = 1, taken = 1;
    QuietFiles quiet({{"a", facts(size)}});
    int time = 0, last_change = 0;
    bool touched = false;
    for (int step = 0; step < 200; ++step) {
      time += static_cast<int>(random() % 150);
      const unsigned dice = random() % 4;
      if (dice == 0) ++size;
      if (dice == 1) quiet.touch(at(time));
      if (dice < 2) last_change = time;
      touched |= dice == 1;
      const bool pending = touched || size != taken;
      const State want = !pending ? State::Same : time - last_change >= 200 ? State::Settled : State::Changing;
      ASSERT_EQ(quiet.see({{"a", facts(size)}}, at(time)), want) << "seed " << seed << ", step " << step;
      if (want == State::Settled) {
        taken = size;
        touched = false;
      }
      ASSERT_EQ(quiet.look_again().has_value(), want == State::Changing);
    }
  }
}

}  // namespace
}  // namespace holdfast::agent
