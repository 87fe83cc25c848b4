// G2: the built program, killed at any instant, leaves the database before its run or after it, and a journal that
// agrees.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <random>

#include "tests/crash/shop.h"
#include "tests/tier.h"

namespace holdfast::agent {
namespace {

using Clock = std::chrono::steady_clock;

// How long it takes from the moment that the database is open to the end.
std::chrono::nanoseconds length_of(const Shop& shop) {
  shop.reset();
  Program program(shop.job(), shop.options());
  program.has_opened(shop.database());
  const auto begin = Clock::now();
  program.finish();
  return Clock::now() - begin;
}

TEST(Killed, AtAnyInstantItIsBeforeOrAfterAndTheJournalAgrees) {
  const int runs = by_tier(102, 1002);
  std::mt19937 random(proving() ? std::random_device()() : 20261123);
  int cut = 0, done = 0;
  for (const char* mode : {"DELETE", "WAL"}) {
    for (const Job job : {Job::FirstApply, Job::Apply, Job::Undo}) {
      const Shop shop(job, mode);
      const double whole = static_cast<double>(length_of(shop).count());
      for (int run = 0; run < runs / 6; ++run) {
        shop.reset();
        const auto delay = std::chrono::nanoseconds(
            static_cast<long long>(std::uniform_real_distribution<double>(0, 1.2 * whole)(random)));
        {
          Program program(shop.job(), shop.options());
          program.has_opened(shop.database());
          for (const auto begin = Clock::now(); Clock::now() - begin < delay;) continue;
          program.signal(SIGKILL);
        }
        bool after = false;
        EXPECT_EQ(shop.wrong(after), "") << name_of(job) << " in " << mode << ", killed " << delay.count()
                                         << " ns after it opened the database, of " << whole;
        ++(after ? done : cut);
      }
    }
  }
  EXPECT_GT(cut, 0);
  EXPECT_GT(done, 0);
}

}  // namespace
}  // namespace holdfast::agent
