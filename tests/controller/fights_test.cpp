// G11: corrections that come too often are held back, for longer each time; the others are made.
#include "agent/core/fights.h"

#include <gtest/gtest.h>

#include "tests/controller/moment.h"

namespace holdfast::agent {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

Correction correction(DriftClass drift = DriftClass::Changed, const std::string& what = "same",
                      const std::string& subject = "row 1") {
  return {"campaigns", subject, "name \"Hulu\"", drift, what};
}

class FightsTest : public testing::Test {
 protected:
  bool held(const std::string& subject = "row 1") {
    return fights.held_until("campaigns", subject, moment.now()).has_value();
  }
  // How long the hold lasts that begins with this correction.
  seconds hold_after(const Correction& one) {
    fights.corrected(one, moment.now());
    seconds length{0};
    while (held()) {
      moment.pass(milliseconds(1000));
      ++length;
    }
    return length;
  }

  Moment moment;
  Fights fights;
};

TEST_F(FightsTest, FiveCorrectionsWithinAMinuteAreMadeAndTheSixthIsHeld) {
  for (int made = 1; made <= 5; ++made) {
    EXPECT_FALSE(held()) << "before correction " << made;
    const Fights::Sign sign = fights.corrected(correction(), moment.now());
    EXPECT_EQ(sign == Fights::Sign::Fast, made == 5) << made;
    moment.pass(seconds(2));
  }
  EXPECT_TRUE(held());
  moment.pass(seconds(3));
  EXPECT_FALSE(held()) << "five seconds after the fifth";
}

TEST_F(FightsTest, OneCorrectionEveryFifteenSecondsIsNoFastFight) {
  for (int made = 0; made < 100; ++made) {
    fights.corrected(correction(DriftClass::Changed, std::to_string(made)), moment.now());
    EXPECT_FALSE(held()) << made;
    moment.pass(seconds(15));
  }
}

struct Longest {
  DriftClass drift;
  seconds longest;
};

TEST_F(FightsTest, EachHoldIsTwiceAsLongAsTheOneBeforeUpToALimit) {
  for (const Longest& one : {Longest{DriftClass::Changed, minutes(10)}, Longest{DriftClass::Missing, seconds(30)},
                             Longest{DriftClass::Forbidden, seconds(30)}}) {
    fights = Fights();
    for (int made = 0; made < 4; ++made) fights.corrected(correction(one.drift), moment.now());
    seconds wanted{5};
    for (int hold = 0; hold < 9; ++hold) {
      EXPECT_EQ(hold_after(correction(one.drift)), std::min(wanted, one.longest)) << to_string(one.drift) << hold;
      wanted *= 2;
    }
  }
}

TEST_F(FightsTest, TenQuietMinutesForgetAFight) {
  for (int made = 0; made < 5; ++made) fights.corrected(correction(), moment.now());
  moment.pass(seconds(5) + minutes(10));
  fights.expire(moment.now());
  fights.corrected(correction(), moment.now());
  EXPECT_FALSE(held()) << "it begins at the beginning";
}

TEST_F(FightsTest, TheTimeOfAHoldIsNotQuiet) {
  for (int made = 0; made < 4; ++made) fights.corrected(correction(), moment.now());
  for (int hold = 0; hold < 8; ++hold) (void)hold_after(correction());
  // The last hold was ten minutes long; the other writer goes on right after it.
  fights.expire(moment.now());
  fights.corrected(correction(), moment.now());
  EXPECT_TRUE(held());
}

TEST_F(FightsTest, OtherKeysAndOtherSetsGoOn) {
  for (int made = 0; made < 5; ++made) fights.corrected(correction(), moment.now());
  EXPECT_TRUE(held());
  EXPECT_FALSE(held("row 2"));
  EXPECT_FALSE(fights.held_until("properties", "row 1", moment.now()));
}

TEST_F(FightsTest, TheFourthEqualCorrectionOfADayIsToldOnceAndMade) {
  std::vector<Fights::Sign> signs;
  for (int made = 0; made < 6; ++made) {
    signs.push_back(fights.corrected(correction(), moment.now()));
    EXPECT_FALSE(held());
    moment.pass(hours(1));
  }
  using enum Fights::Sign;
  EXPECT_EQ(signs, (std::vector{None, None, None, Slow, None, None}));
  const std::vector<Fight> told = fights.of_set("campaigns", moment.now());
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].corrections.size(), 6U);
  EXPECT_FALSE(told[0].held_until);
}

TEST_F(FightsTest, DifferentCorrectionsOfARowAreNoSlowFight) {
  for (int made = 0; made < 10; ++made) {
    EXPECT_EQ(fights.corrected(correction(DriftClass::Changed, std::to_string(made)), moment.now()),
              Fights::Sign::None);
    moment.pass(hours(1));
  }
}

TEST_F(FightsTest, AfterADayTheOldCorrectionsAreForgotten) {
  for (int made = 0; made < 3; ++made) fights.corrected(correction(), moment.now());
  moment.pass(hours(25));
  EXPECT_EQ(fights.corrected(correction(), moment.now()), Fights::Sign::None);
  moment.pass(hours(25));
  fights.expire(moment.now());
  EXPECT_TRUE(fights.of_set("campaigns", moment.now()).empty());
}

TEST_F(FightsTest, NextEndIsTheHoldThatEndsFirst) {
  EXPECT_FALSE(fights.next_end(moment.now()));
  for (int made = 0; made < 5; ++made) fights.corrected(correction(), moment.now());
  moment.pass(seconds(1));
  for (int made = 0; made < 5; ++made) fights.corrected(correction(DriftClass::Changed, "x", "row 2"), moment.now());
  ASSERT_TRUE(fights.next_end(moment.now()));
  EXPECT_EQ(*fights.next_end(moment.now()) - moment.instant(), seconds(4));
}

TEST_F(FightsTest, ItKnowsTenThousandRowsAndForgetsTheOldestFirst) {
  for (int made = 0; made < 5; ++made) fights.corrected(correction(), moment.now());
  for (int row = 0; row < 12'000; ++row) {
    moment.pass(milliseconds(0));
    fights.corrected(correction(DriftClass::Changed, "x", "other " + std::to_string(row)), moment.now());
  }
  EXPECT_TRUE(held()) << "what is held stays";
}

TEST_F(FightsTest, APersonLetsASetGo) {
  for (int made = 0; made < 5; ++made) fights.corrected(correction(), moment.now());
  fights.release("properties");
  EXPECT_TRUE(held());
  fights.release("campaigns");
  EXPECT_FALSE(held());
}

TEST_F(FightsTest, AClockThatIsSetBackHoldsNothingLonger) {
  for (int made = 0; made < 5; ++made) {
    Now now = moment.now();
    now.wall -= hours(made * 5);
    fights.corrected(correction(), now);
  }
  EXPECT_TRUE(held()) << "holds follow the clock that never goes back";
  moment.pass(seconds(5));
  EXPECT_FALSE(held());
}

}  // namespace
}  // namespace holdfast::agent
