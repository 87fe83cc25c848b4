// G2 on a disk that fails: each write, sync and unlink of a run of the built program fails in turn, is cut in half, or
// is the last that the process does.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "tests/crash/shop.h"
#include "tests/tier.h"

namespace holdfast::agent {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

#ifdef __SANITIZE_ADDRESS__
constexpr bool sanitized = true;  // its runtime wants to be the first library of all
#else
constexpr bool sanitized = false;
#endif

constexpr std::uint64_t few_cases = 100;  // the quick tier's

std::map<std::string, std::string> failing(const Shop& shop, const std::string& how, int at) {
  return {{"LD_PRELOAD", HOLDFAST_FAILING_DISK},
          {"FAILING_UNDER", shop.folder()},
          {"FAILING_HOW", how},
          {"FAILING_AT", std::to_string(at)}};
}

// How many calls a whole run has.
int calls_of(const Shop& shop) {
  const ScratchFolder folder;
  shop.reset();
  auto environment = failing(shop, "once", 0);
  environment["FAILING_COUNT"] = folder / "count";
  EXPECT_EQ(shop.run(environment).exit, 0);
  int calls = 0;
  std::ifstream(folder / "count") >> calls;
  return calls;
}

struct Case {
  const Shop* shop;
  std::string how;
  int at;
  std::string what;
};

class FailingDisk : public testing::Test {
 protected:
  void SetUp() override {
    if (sanitized) GTEST_SKIP() << "a library cannot be preloaded before the address sanitizer's";
  }
};

TEST_F(FailingDisk, BeforeOrAfterWhateverCallFails) {
  std::vector<std::unique_ptr<Shop>> shops;
  std::vector<Case> cases;
  for (const char* mode : {"DELETE", "WAL"}) {
    for (const Job job : {Job::FirstApply, Job::Apply, Job::Undo}) {
      shops.push_back(std::make_unique<Shop>(job, mode));
      const int calls = calls_of(*shops.back());
      ASSERT_GT(calls, 10);
      for (const char* how : {"kill", "torn", "once", "gone", "full"}) {
        for (int at = 1; at <= calls; ++at)
          cases.push_back({shops.back().get(), how, at, name_of(job) + " in " + mode});
      }
    }
  }
  std::mt19937 random(static_cast<std::mt19937::result_type>(first_seed(20261123)));
  std::shuffle(cases.begin(), cases.end(), random);
  cases.resize(std::min<std::size_t>(cases.size(), case_count(few_cases, 1000)));  // there is an end of them

  int before = 0, after = 0;
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what + ": " + one.how + " at call " + std::to_string(one.at));
    Finished run;
    Found found;
    int splits = 0;
    do {
      one.shop->reset();
      run = one.shop->run(failing(*one.shop, one.how, one.at));
      EXPECT_EQ(one.shop->wrong(found), "");
      splits += found.split ? 1 : 0;
      ASSERT_LT(splits, most_splits) << "not one transaction, each time";
    } while (found.split);
    const bool done = found.where == Where::After;
    // What it says is so. An error may come after the point of no return; then it says that it does not know.
    EXPECT_TRUE(run.exit != 0 || done) << run.out;
    if (run.exit == 1 && done) {
      EXPECT_THAT(run.err, AnyOf(HasSubstr("may stand or not"), HasSubstr("the changes stand"))) << run.out;
    }
    EXPECT_TRUE(run.exit == 0 || run.exit == 1 || run.exit == 1000 + SIGKILL) << run.exit << run.err;
    ++(done ? after : before);
  }
  if (cases.size() < few_cases) return;
  EXPECT_GT(before, 0);
  EXPECT_GT(after, 0);
}

}  // namespace
}  // namespace holdfast::agent
