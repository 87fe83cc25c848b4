// The agent's life in many worlds: HOLDFAST_CASES of them, or HOLDFAST_WORLD alone, which is shown.
#include "tests/simulation/simulation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "tests/tier.h"

namespace holdfast::simulation {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t quick_lives = 100;  // each takes many times as long
#else
constexpr std::uint64_t quick_lives = 1000;
#endif

// The quick tier lives the same lives each time; prove lives others.
TEST(Simulation, EveryPromiseIsKeptInEveryLife) {
  if (const std::uint64_t one = asked("HOLDFAST_WORLD", 0); one != 0) {
    const Life life = live(one);
    std::cout << report(life);
    EXPECT_EQ(life.broken, "");
    return;
  }
  const std::uint64_t lives = case_count(quick_lives, 100'000);
  const std::uint64_t first = first_seed(1);
  std::cout << lives << " lives from seed " << first << " on\n";
  std::map<std::string, std::size_t> seen;
  for (std::uint64_t seed = first; seed < first + lives; ++seed) {
    const Life life = live(seed);
    ASSERT_EQ(life.broken, "") << report(life);
    for (const auto& [what, times] : life.seen) seen[what] += times;
  }
  for (const auto& [what, times] : seen) std::cout << times << "  " << what << "\n";
  if (lives < 1000) return;
  for (const char* what : {"a call fails",
                           "a confirmation",
                           "a rival's answer",
                           "a run fails",
                           "an event is lost",
                           "blocked: budget",
                           "blocked: dependents",
                           "commit fails",
                           "commit in doubt, done",
                           "commit in doubt, not done",
                           "documents change",
                           "documents do not fit",
                           "documents that the database kept",
                           "edit before a read",
                           "edit before the lock",
                           "held: fight",
                           "held: pause",
                           "held: undo",
                           "killed in a run",
                           "locked",
                           "undo",
                           "vanish"}) {
    EXPECT_GT(seen[what], 0U) << "no life had this: " << what;
  }
}

TEST(Simulation, TheSameSeedIsTheSameLife) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Life life = live(seed);
    const Life again = live(seed);
    for (std::size_t i = 0; i < std::min(life.trace.size(), again.trace.size()); ++i) {
      ASSERT_EQ(life.trace[i], again.trace[i]) << "seed " << seed << ", line " << i;
    }
    EXPECT_EQ(life.trace.size(), again.trace.size());
    EXPECT_EQ(life.digest, again.digest);
  }
}

TEST(Simulation, WouldNoticeWhatIsBroken) {
  struct Case {
    Mutant mutant;
    const char* what;
    std::vector<std::string> promises;  // one of them does not hold
  };
  const Case cases[] = {
      {Mutant::LosesAWrite, "a store that loses a write", {"G5: nobody wrote down", "G4: "}},
      {Mutant::WritesAStranger, "a store that writes another row as well", {"G5: nobody wrote down: strangers"}},
      {Mutant::IgnoresPauses,
       "an agent that ignores what is held",
       {"a paused set is changed", "G11: corrected although"}},
      {Mutant::IsDeaf, "an agent that hears nothing but events", {"G3: "}},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    std::string broken;
    std::uint64_t seed = 0;
    while (broken.empty() && ++seed <= 50) broken = live(seed, one.mutant).broken;
    EXPECT_TRUE(std::any_of(one.promises.begin(), one.promises.end(),
                            [&](const std::string& promise) { return broken.starts_with(promise); }))
        << "seed " << seed << ": " << broken;
  }
}

}  // namespace
}  // namespace holdfast::simulation
