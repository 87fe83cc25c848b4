#include <gtest/gtest.h>

#include "agent/core/controller.h"
#include "tests/controller/moment.h"

namespace holdfast::agent {
namespace {

Pauses some() {
  const WallTime until(std::chrono::milliseconds(1'700'000'000'123));
  return {{"", {until, "ann"}}, {"a set, 3:x", {until, "with\nany \"character\""}}, {"campaigns", {until, ""}}};
}

bool equal(const Pauses& a, const Pauses& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const auto& one, const auto& other) {
           return one.first == other.first && one.second.until == other.second.until &&
                  one.second.who == other.second.who;
         });
}

TEST(Pauses, ReadBackAsTheyWereWritten) {
  EXPECT_TRUE(equal(read_pauses(pauses_text(some())), some()));
  EXPECT_TRUE(read_pauses(pauses_text({})).empty());
}

TEST(Pauses, TextThatWasCutOrChangedLosesPausesAndNothingElse) {
  const std::string text = pauses_text(some());
  for (std::size_t size = 0; size <= text.size(); ++size) {
    EXPECT_LE(read_pauses(text.substr(0, size)).size(), 3U);
    std::string changed = text;
    if (size < text.size()) changed[size] = '9';
    (void)read_pauses(changed);
  }
  for (const char* hostile : {"99999999999999999999:x", "-1:x", "3:abc", "0:0:0:", ":", "18446744073709551615:x"}) {
    EXPECT_TRUE(read_pauses(hostile).empty()) << hostile;
  }
}

}  // namespace
}  // namespace holdfast::agent
