#include "agent/core/http/time_text.h"

#include <gtest/gtest.h>

namespace holdfast::agent::http {
namespace {

using std::chrono::milliseconds;

TEST(TimeTextTest, IsRfc3339) {
  EXPECT_EQ(time_text(WallTime()), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(time_text(WallTime(milliseconds(1'760'000'000'007))), "2025-10-09T08:53:20.007Z");
  EXPECT_EQ(time_text(WallTime(milliseconds(951'827'696'789))), "2000-02-29T12:34:56.789Z");
  EXPECT_EQ(time_text(WallTime(milliseconds(-1))), "1969-12-31T23:59:59.999Z");
}

TEST(TimeTextTest, AnyTimeIsFourDigitsOfAYear) {
  for (const WallTime time : {WallTime::min(), WallTime::max()})
    EXPECT_EQ(time_text(time).size(), 24u) << time_text(time);
}

}  // namespace
}  // namespace holdfast::agent::http
