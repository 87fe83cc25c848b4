#include "agent/render/value_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/agent/plan_builder.h"

namespace holdfast::agent {
namespace {

std::string repeat(std::string_view what, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += what;
  return out;
}

TEST(RealText, is_the_shortest_that_reads_back_and_never_looks_like_an_integer) {
  const std::pair<double, std::string> table[] = {
      {0.45, "0.45"},
      {1.0, "1.0"},
      {-0.0, "-0.0"},
      {1e300, "1e+300"},
      {0.1, "0.1"},
      {1e15, "1e+15"},
      {std::numeric_limits<double>::infinity(), "Inf"},
      {-std::numeric_limits<double>::infinity(), "-Inf"},
      {5e-324, "5e-324"},
  };
  for (const auto& [from, want] : table) {
    EXPECT_EQ(real_text(from), want);
    if (std::isfinite(from)) {
      EXPECT_EQ(std::strtod(want.c_str(), nullptr), from);
    }
  }
}

TEST(ValueText, shows_every_kind) {
  const std::pair<Cell, std::string> table[] = {
      {Cell::null(), "null"}, {integer(-9223372036854775807 - 1), "-9223372036854775808"},
      {real(7), "7.0"},       {text("7"), "\"7\""},
      {text(""), "\"\""},     {text("\x1b[31m"), "\"\\x1b[31m\""},
      {blob(""), "x''"},      {blob(std::string_view("\x00\xff", 2)), "x'00ff'"},
  };
  for (const auto& [from, want] : table) EXPECT_EQ(value_text(from), want);
}

TEST(ValueText, cuts_long_values_between_characters_and_says_how_long_they_are) {
  const std::string whole = repeat("a", 76), more = repeat("a", 77), wide = repeat("ü", 100), bytes = repeat("z", 31);
  EXPECT_EQ(value_text(text(whole)), "\"" + whole + "\"");
  EXPECT_EQ(value_text(text(more)), "\"" + repeat("a", 60) + "\"… (77 characters)");
  EXPECT_EQ(value_text(text(wide)), "\"" + repeat("ü", 60) + "\"… (100 characters)");
  EXPECT_EQ(value_text(blob(bytes)), "x'" + repeat("7a", 30) + "'… (31 bytes)");
  const std::string huge(3'000'000, 'x');
  EXPECT_EQ(value_text(text(huge)), "\"" + repeat("x", 60) + "\"… (3,000,000 characters)");
}

TEST(ValueTexts, show_the_first_difference_of_long_texts) {
  const std::string before = repeat("a", 100) + "X" + repeat("b", 100), after = repeat("a", 100) + "Y";
  const auto [left, right] = value_texts(text(before), text(after));
  EXPECT_EQ(left, "…\"" + repeat("a", 12) + "X" + repeat("b", 47) + "\"… (201 characters)");
  EXPECT_EQ(right, "…\"" + repeat("a", 12) + "Y\" (101 characters)");
  const auto [whole, other] = value_texts(text("short"), text(after));
  EXPECT_EQ(whole, "\"short\"");
  EXPECT_EQ(other, "\"" + repeat("a", 60) + "\"… (101 characters)");
  const auto [number, string] = value_texts(integer(7), text("7"));
  EXPECT_EQ(number + " " + string, "7 \"7\"");
}

TEST(ValueTexts, never_split_a_character_at_the_difference) {
  // é and è share their first byte.
  const std::string before = repeat("ü", 80) + "é", after = repeat("ü", 80) + "è";
  const auto [left, right] = value_texts(text(before), text(after));
  EXPECT_EQ(left, "…\"" + repeat("ü", 12) + "é\" (81 characters)");
  EXPECT_EQ(right, "…\"" + repeat("ü", 12) + "è\" (81 characters)");
}

}  // namespace
}  // namespace holdfast::agent
