#include "tests/property/property.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <sstream>

#include "tests/tier.h"

namespace holdfast::testing {
namespace {

constexpr std::uint64_t quick_cases = 2'000;

void check_judged(const char* what, std::size_t worlds, Seen& seen, const std::vector<Judged>& judged) {
  std::cout << worlds << " worlds: " << what << "\n";
  for (const auto& [check, times] : seen) std::cout << times << "  " << check << "\n";
  for (const Judged& one : judged) {
    EXPECT_GT(seen[one.what] * 100, worlds * one.percent) << what << " has hardly been judged: " << one.what;
  }
}

}  // namespace

void check_worlds(const char* what, unsigned share, const WorldKind& kind,
                  const std::function<std::string(const World&, Seen&)>& broken, const std::vector<Judged>& judged) {
  Seen seen;
  if (const std::uint64_t one = asked("HOLDFAST_WORLD", 0); one != 0) {
    const World world = make_world(one, kind);
    std::cout << world;
    EXPECT_EQ(broken(world, seen), "");
    for (const auto& [check, times] : seen) std::cout << "judged: " << check << "\n";
    return;
  }
  // Databases in memory: thousands of them, and nothing here is about the disk.
  if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 1);
  const std::uint64_t cases = case_count(quick_cases, 20'000);
  rc::detail::TestParams params;
  const std::uint64_t seed = first_seed(20260101);
  params.seed = seed;
  for (const char* c = what; *c != '\0'; ++c) params.seed = params.seed * 31 + static_cast<unsigned char>(*c);
  params.maxSuccess = static_cast<int>((cases * share + 99) / 100);
  rc::detail::TestMetadata metadata;
  metadata.id = what;
  const auto numbers = rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::uint64_t>());
  const auto worlds = rc::gen::shrink(
      rc::gen::map(rc::gen::noShrink(numbers), [kind](std::uint64_t one) { return make_world(one, kind); }),
      [](const World& world) { return rc::seq::fromContainer(smaller_worlds(world)); });
  const auto result = rc::detail::checkTestable(
      [&] {
        const World world = *worlds;
        const std::string wrong = broken(world, seen);
        if (!wrong.empty()) RC_FAIL(wrong);
      },
      metadata, params);
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  const bool good = result.is<rc::detail::SuccessResult>();
  EXPECT_TRUE(good) << "HOLDFAST_SEED=" << seed << " HOLDFAST_CASES=" << cases << "\n" << message.str();
  // Of few worlds a share says little, and of those that a broken one was made smaller to nothing.
  if (good && cases >= quick_cases) check_judged(what, static_cast<std::size_t>(params.maxSuccess), seen, judged);
}

}  // namespace holdfast::testing
