// A key is worked on once for however many wakes, waits after failures, and lets others be.
#include "agent/core/work_queue.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/controller/moment.h"

namespace holdfast::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class WorkQueueTest : public testing::Test {
 protected:
  std::optional<Trigger> take() {
    const std::optional<Work> work = queue.take(moment.instant());
    return work ? std::optional<Trigger>(work->trigger) : std::nullopt;
  }
  void done(milliseconds took = milliseconds(0)) {
    const Clock::Instant began = moment.instant();
    moment.pass(took);
    queue.done("popup", began, moment.instant());
  }
  void fail() { queue.failed("popup", moment.instant()); }
  milliseconds until_next() {
    return std::chrono::duration_cast<milliseconds>(queue.next().value() - moment.instant());
  }

  Moment moment;
  WorkQueue queue{7};
};

TEST_F(WorkQueueTest, ManyWakesAreOneWork) {
  for (int wake = 0; wake < 10; ++wake) queue.add("popup", Trigger::Change);
  EXPECT_EQ(take(), Trigger::Change);
  EXPECT_EQ(take(), std::nullopt) << "it is being worked on";
  done();
  EXPECT_EQ(take(), std::nullopt);
}

TEST_F(WorkQueueTest, AWakeDuringTheWorkComesOnceAfterIt) {
  queue.add("popup", Trigger::Change);
  (void)take();
  for (int wake = 0; wake < 10; ++wake) queue.add("popup", Trigger::Change);
  done();
  EXPECT_EQ(take(), Trigger::Change);
  done();
  EXPECT_EQ(take(), std::nullopt);
}

TEST_F(WorkQueueTest, TheWeightiestTriggerSpeaksForAll) {
  queue.add("popup", Trigger::Change);
  queue.add("popup", Trigger::Person, "ann");
  queue.add("popup", Trigger::Documents);
  const std::optional<Work> work = queue.take(moment.instant());
  ASSERT_TRUE(work);
  EXPECT_EQ(work->trigger, Trigger::Person);
  EXPECT_EQ(work->who, "ann");
}

TEST_F(WorkQueueTest, OfSeveralTimesTheEarliestCounts) {
  queue.add_at("popup", Trigger::Interval, moment.instant() + seconds(30));
  queue.add_at("popup", Trigger::Interval, moment.instant() + seconds(10));
  queue.add_at("popup", Trigger::Interval, moment.instant() + seconds(20));
  EXPECT_EQ(until_next(), seconds(10));
  EXPECT_EQ(take(), std::nullopt);
  moment.pass(seconds(10));
  EXPECT_EQ(take(), Trigger::Interval);
  done();
  EXPECT_EQ(take(), std::nullopt);
}

TEST_F(WorkQueueTest, FailuresWaitTwiceAsLongEachTimeATenthMoreOrLess) {
  milliseconds wanted{100};
  for (int failure = 0; failure < 14; ++failure) {
    queue.add("popup", Trigger::Retry);
    moment.pass(minutes(6));
    ASSERT_TRUE(take());
    fail();
    const double wait = static_cast<double>(until_next().count());
    const double limit = static_cast<double>(std::min<milliseconds>(wanted, minutes(5)).count());
    EXPECT_GE(wait, 0.9 * limit - 1) << failure;
    EXPECT_LE(wait, 1.1 * limit + 1) << failure;
    wanted *= 2;
  }
}

TEST_F(WorkQueueTest, TheJitterDiffersBySeed) {
  std::set<milliseconds::rep> waits;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    WorkQueue other(seed);
    other.add("popup", Trigger::Change);
    (void)other.take(moment.instant());
    other.failed("popup", moment.instant());
    waits.insert((other.next().value() - moment.instant()).count());
  }
  EXPECT_GT(waits.size(), 10U);
}

// A database that was away for long was left alone for minutes after it had come back.
TEST_F(WorkQueueTest, HurryWaitsASecondAtMost) {
  for (int failure = 0; failure < 12; ++failure) {
    queue.add("popup", Trigger::Person);
    ASSERT_TRUE(take());
    fail();
  }
  queue.add("popup", Trigger::Change);
  EXPECT_GT(until_next(), minutes(2));
  queue.hurry("popup");
  EXPECT_EQ(until_next(), seconds(1));
  moment.pass(seconds(3));
  EXPECT_EQ(take(), Trigger::Change);
  fail();
  EXPECT_GT(until_next(), minutes(2)) << "another failure is not the first one";
  queue.hurry("nobody");
}

struct During {
  Trigger trigger;
  bool waits;
};

TEST_F(WorkQueueTest, WhoWaitsForTheEndOfABackOff) {
  for (const During& one :
       {During{Trigger::Change, true}, During{Trigger::Interval, true}, During{Trigger::Person, false},
        During{Trigger::Documents, false}, During{Trigger::Resume, false}}) {
    queue = WorkQueue(7);
    queue.add("popup", Trigger::Start);
    (void)take();
    fail();
    queue.add("popup", one.trigger);
    EXPECT_EQ(take().has_value(), !one.waits) << to_string(one.trigger);
  }
}

TEST_F(WorkQueueTest, OneSuccessBetweenFailuresDoesNotBeginAnew) {
  for (int failure = 0; failure < 6; ++failure) {
    queue.add("popup", Trigger::Person);
    ASSERT_TRUE(take());
    fail();
  }
  queue.add("popup", Trigger::Person);
  ASSERT_TRUE(take());
  done();
  EXPECT_FALSE(queue.backing_off("popup")) << "it may run at once again";
  queue.add("popup", Trigger::Change);
  ASSERT_TRUE(take());
  fail();
  EXPECT_GT(until_next(), seconds(5)) << "64 times the first wait";
}

TEST_F(WorkQueueTest, ASuccessThatLastsForgetsTheFailures) {
  for (int failure = 0; failure < 6; ++failure) {
    queue.add("popup", Trigger::Person);
    ASSERT_TRUE(take());
    fail();
  }
  moment.pass(seconds(10));
  queue.add("popup", Trigger::Change);
  ASSERT_TRUE(take());
  done();
  queue.add("popup", Trigger::Change);
  ASSERT_TRUE(take());
  fail();
  EXPECT_LT(until_next(), milliseconds(111));
}

struct Rest {
  milliseconds took;
  milliseconds rest;
};

TEST_F(WorkQueueTest, AfterLongWorkAChangeWaitsFourTimesAsLong) {
  for (const Rest& one : {Rest{milliseconds(0), milliseconds(0)}, Rest{milliseconds(100), milliseconds(400)},
                          Rest{seconds(60), seconds(5)}}) {
    queue = WorkQueue(7);
    queue.add("popup", Trigger::Change);
    (void)take();
    done(one.took);
    queue.add("popup", Trigger::Change);
    EXPECT_EQ(until_next() < milliseconds(1) ? milliseconds(0) : until_next(), one.rest);
    queue.add("popup", Trigger::Person);
    EXPECT_EQ(take(), Trigger::Person) << "a person does not wait";
  }
}

TEST_F(WorkQueueTest, KeysDoNotWaitForEachOther) {
  queue.add("popup", Trigger::Change);
  queue.add("shop", Trigger::Change);
  EXPECT_EQ(queue.take(moment.instant())->key, "popup");
  EXPECT_EQ(queue.take(moment.instant())->key, "shop");
  EXPECT_FALSE(queue.take(moment.instant()));
  queue.forget("popup");
  queue.add("popup", Trigger::Change);
  EXPECT_EQ(queue.take(moment.instant())->key, "popup");
}

// One row that could never be written put the whole database off by five minutes.
TEST_F(WorkQueueTest, APartThatFailsIsTriedAgainLaterAndNothingElseWaitsForIt) {
  queue.add("popup", Trigger::Start);
  ASSERT_EQ(take(), Trigger::Start);
  for (int times = 0; times < 20; ++times) {
    queue.done_in_part("popup", moment.instant(), moment.instant());
    moment.pass(until_next() + milliseconds(1));
    ASSERT_EQ(take(), Trigger::Retry);
  }
  queue.done_in_part("popup", moment.instant(), moment.instant());
  const milliseconds wait = until_next();
  EXPECT_GT(wait, minutes(4));
  queue.add("popup", Trigger::Change);
  EXPECT_EQ(take(), Trigger::Change);
  queue.done_in_part("popup", moment.instant(), moment.instant());
  EXPECT_EQ(until_next(), wait) << "a look in between neither hurries it nor puts it off";
  queue.add_at("popup", Trigger::Interval, moment.instant() + seconds(30));
  EXPECT_EQ(until_next(), seconds(30));
}

}  // namespace
}  // namespace holdfast::agent
