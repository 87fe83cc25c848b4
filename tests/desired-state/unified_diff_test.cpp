// Diffs of edited texts.
#include <gtest/gtest.h>

#include "desired-state/edit/unified_diff.h"

namespace holdfast::edit {
namespace {

std::string diff(const std::string& text, std::vector<Splice> splices, std::vector<Range> masked_before = {},
                 std::vector<Range> masked_after = {}) {
  EXPECT_TRUE(sort_splices(splices));
  const std::string after = apply_splices(text, splices);
  return to_text(unified_diff("f", {text, std::move(masked_before)}, {after, std::move(masked_after)}, splices));
}

TEST(UnifiedDiff, shows_three_lines_around_each_change) {
  EXPECT_EQ(diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", {{8, 1, "five"}}),
            "--- f\n+++ f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
  EXPECT_EQ(diff("1\n2\n", {{0, 1, "one"}}), "--- f\n+++ f\n@@ -1,2 +1,2 @@\n-1\n+one\n 2\n");
  EXPECT_EQ(diff("1\n", {{0, 1, "one"}}), "--- f\n+++ f\n@@ -1 +1 @@\n-1\n+one\n");
}

TEST(UnifiedDiff, joins_changes_that_are_near_and_parts_those_that_are_not) {
  std::string text;
  for (char c = 'a'; c <= 'p'; ++c) text += std::string(1, c) + "\n";
  EXPECT_EQ(diff(text, {{2, 1, "B"}, {16, 1, "I"}}),
            "--- f\n+++ f\n@@ -1,12 +1,12 @@\n a\n-b\n+B\n c\n d\n e\n f\n g\n h\n-i\n+I\n j\n k\n l\n");
  EXPECT_EQ(
      diff(text, {{2, 1, "B\nBB"}, {18, 1, "J"}}),
      "--- f\n+++ f\n@@ -1,5 +1,6 @@\n a\n-b\n+B\n+BB\n c\n d\n e\n@@ -7,7 +8,7 @@\n g\n h\n i\n-j\n+J\n k\n l\n m\n");
}

TEST(UnifiedDiff, several_splices_of_a_line_are_one_change) {
  EXPECT_EQ(diff("x\na b c\ny\n", {{2, 1, "A"}, {6, 1, "C"}}),
            "--- f\n+++ f\n@@ -1,3 +1,3 @@\n x\n-a b c\n+A b C\n y\n");
}

TEST(UnifiedDiff, a_line_more_or_less_is_only_that) {
  EXPECT_EQ(diff("x\ny\n", {{1, 0, "\nz"}}), "--- f\n+++ f\n@@ -1,2 +1,3 @@\n x\n+z\n y\n");
  EXPECT_EQ(diff("x\nz\ny\n", {{1, 2, ""}}), "--- f\n+++ f\n@@ -1,3 +1,2 @@\n x\n-z\n y\n");
  EXPECT_EQ(diff("a\nb\nc\nd\n", {{1, 4, "\nb2\nc"}}), "--- f\n+++ f\n@@ -1,4 +1,4 @@\n a\n-b\n+b2\n c\n d\n");
}

TEST(UnifiedDiff, tells_of_a_missing_last_line_feed) {
  const std::string none = "\\ No newline at end of file\n";
  EXPECT_EQ(diff("x\ny", {{2, 1, "z"}}), "--- f\n+++ f\n@@ -1,2 +1,2 @@\n x\n-y\n" + none + "+z\n" + none);
  EXPECT_EQ(diff("x\ny", {{0, 1, "z"}}), "--- f\n+++ f\n@@ -1,2 +1,2 @@\n-x\n+z\n y\n" + none);
  EXPECT_EQ(diff("x", {{1, 0, "\ny"}}), "--- f\n+++ f\n@@ -1 +1,2 @@\n-x\n" + none + "+x\n+y\n" + none);
}

TEST(UnifiedDiff, nothing_changed_nothing_shown) {
  EXPECT_EQ(diff("x\n", {}), "");
  EXPECT_EQ(diff("x\n", {{0, 1, "x"}}), "");
}

TEST(UnifiedDiff, masked_parts_are_never_shown) {
  //                       0123456789
  const std::string text = "a: secret\nb: word\nc: 1\n";
  EXPECT_EQ(diff(text, {{3, 6, "hidden"}}, {{3, 9}, {13, 17}}, {{3, 9}, {13, 17}}),
            "--- f\n+++ f\n@@ -1,3 +1,3 @@\n-a: ***\n+a: ***\n b: ***\n c: 1\n");
}

TEST(UnifiedDiff, masking_keeps_the_lines) {
  const std::string text = "x: |\r\n  one\r\n\r\n  two\r\ny: 1\n";
  const Range range{3, 21};
  EXPECT_EQ(masked(text, {&range, 1}), "x: ***\r\n  ***\r\n\r\n  ***\r\ny: 1\n");
  const Range overlapping[] = {{0, 2}, {1, 4}, {2, 3}};
  EXPECT_EQ(masked("abcdef", overlapping), "******ef");
}

}  // namespace
}  // namespace holdfast::edit
