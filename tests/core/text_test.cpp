#include "reconcilers/core/text.h"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(Text, NothingHostileReachesATerminal) {
  const std::string long_text(100, 'x');
  const std::string cut = long_text.substr(0, 60) + "…";
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"plain", "plain"},
      {"Trend'n Daily — ü", "Trend'n Daily — ü"},
      {"\x1b[2Jgone", "\\x1b[2Jgone"},
      {"two\nlines\r\t", "two\\nlines\\r\\t"},
      {std::string_view("a\0b", 3), "a\\x00b"},
      {"bad \xff utf8 \xc3", "bad \\xff utf8 \\xc3"},
      {"\xc2\x9b"
       "31m",
       "\\xc2\\x9b31m"},  // C1: CSI in one character
      {"a\xe2\x80\xae"
       "b",
       "a\\xe2\\x80\\xae"
       "b"},                                // right-to-left override
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},  // a surrogate
      {long_text, cut},
  };
  for (const auto& [from, want] : cases) EXPECT_EQ(printable(from), want);
}

TEST(Text, SeveralLinesOfAnEngineAreOne) {
  EXPECT_EQ(in_one_line("*** in database main ***\nPage 2: btreeInitPage() returns error code 11"),
            "in database main: Page 2: btreeInitPage() returns error code 11");
  EXPECT_EQ(in_one_line("a\n\nb\n"), "a: b");
  EXPECT_EQ(in_one_line("one"), "one");
  EXPECT_EQ(in_one_line(""), "");
}

TEST(Text, DescribesCells) {
  EXPECT_EQ(describe(ValueView::null()), "NULL");
  EXPECT_EQ(describe(ValueView::integer(-7)), "-7");
  EXPECT_EQ(describe(ValueView::real(0.45)), "0.45");
  EXPECT_EQ(describe(ValueView::text("Hulu")), "\"Hulu\"");
  EXPECT_EQ(describe(ValueView::blob("abc")), "blob of 3 bytes");
  EXPECT_EQ(describe(Cell::pending(3)), "(known after the insert)");
}

}  // namespace
}  // namespace holdfast
