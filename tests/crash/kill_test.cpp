// G2: the built program, killed at any instant, leaves the database before its run or after it, and a journal that
// agrees.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <random>

#include "tests/crash/shop.h"
#include "tests/tier.h"

namespace holdfast::agent {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t few_runs = 102;  // the quick tier's

// How long it takes from the moment that the database is open to the end.
std::chrono::nanoseconds length_of(const Shop& shop) {
  shop.reset();
  Program program(shop.job(), shop.options());
  program.has_opened(shop.database());
  const auto begin = Clock::now();
  program.finish();
  return Clock::now() - begin;
}

void kill_after(std::chrono::nanoseconds delay, const Shop& shop) {
  Program program(shop.job(), shop.options());
  program.has_opened(shop.database());
  for (const auto begin = Clock::now(); Clock::now() - begin < delay;) continue;
  program.signal(SIGKILL);
}

// The instants are drawn from a span that follows the machine: the first measurement may be far off, because the files
// were not cached yet or because something else ran beside it, and then every run would be cut off, or none of them.
class Span {
 public:
  explicit Span(std::chrono::nanoseconds measured) : whole_(static_cast<double>(measured.count())) {}

  std::chrono::nanoseconds draw(std::mt19937& random) const {
    return std::chrono::nanoseconds(
        static_cast<long long>(std::uniform_real_distribution<double>(0, 1.2 * whole_)(random)));
  }
  // After a run that got to its end, or did not. Widens more than it narrows, so that most runs are cut off on their
  // way.
  void saw(bool done) { whole_ = std::max(100'000.0, whole_ * (done ? 0.92 : 1.05)); }
  double whole() const { return whole_; }

 private:
  double whole_;  // nanoseconds
};

TEST(Killed, AtAnyInstantItIsBeforeOrAfterAndTheJournalAgrees) {
  const std::uint64_t runs = case_count(few_runs, 1002);
  std::mt19937 random(static_cast<std::mt19937::result_type>(first_seed(20261123)));
  int cut = 0, done = 0;
  for (const char* mode : {"DELETE", "WAL"}) {
    for (const Job job : {Job::FirstApply, Job::Apply, Job::Undo}) {
      const Shop shop(job, mode);
      Span span(length_of(shop));
      for (std::uint64_t run = 0; run < (runs + 5) / 6; ++run) {
        const std::chrono::nanoseconds delay = span.draw(random);
        SCOPED_TRACE(name_of(job) + " in " + mode + ", killed " + std::to_string(delay.count()) +
                     " ns after it opened the database, of " + std::to_string(span.whole()));
        Found found;
        int splits = 0;
        do {
          shop.reset();
          kill_after(delay, shop);
          EXPECT_EQ(shop.wrong(found), "");
          splits += found.split ? 1 : 0;
          ASSERT_LT(splits, most_splits) << "not one transaction, each time";
        } while (found.split);
        span.saw(found.where == Where::After);
        ++(found.where == Where::After ? done : cut);
      }
    }
  }
  if (runs < few_runs) return;
  EXPECT_GT(cut, 0);
  EXPECT_GT(done, 0);
}

}  // namespace
}  // namespace holdfast::agent
