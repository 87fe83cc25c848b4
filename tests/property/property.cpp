#include "tests/property/property.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <random>
#include <string_view>

#include "tests/tier.h"

namespace holdfast::testing {
namespace {

std::uint64_t number(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : otherwise;
}

}  // namespace

void check_worlds(const char* what, unsigned share, const WorldKind& kind,
                  const std::function<std::string(const World&)>& broken) {
  if (const std::uint64_t one = number("HOLDFAST_WORLD", 0); one != 0) {
    const World world = make_world(one, kind);
    std::cout << world;
    EXPECT_EQ(broken(world), "");
    return;
  }
  // Databases in memory: thousands of them, and nothing here is about the disk.
  if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 1);
  const std::uint64_t cases = number("HOLDFAST_CASES", proving() ? 20'000 : 2'000);
  rc::detail::TestParams params;
  const std::uint64_t seed = number("HOLDFAST_SEED", proving() ? std::random_device()() : 20260101);
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
        const std::string wrong = broken(world);
        if (!wrong.empty()) RC_FAIL(wrong);
      },
      metadata, params);
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  EXPECT_TRUE(result.is<rc::detail::SuccessResult>()) << "HOLDFAST_SEED=" << seed << " HOLDFAST_CASES=" << cases << "\n"
                                                      << message.str();
}

}  // namespace holdfast::testing
