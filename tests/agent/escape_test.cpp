#include "agent/render/escape.h"

#include <gtest/gtest.h>

#include "agent/render/utf8.h"

namespace holdfast::agent {
namespace {

using namespace std::string_literals;

struct Row {
  std::string from;
  std::string want;
};

TEST(Printable, leaves_text_and_disarms_what_steers_a_terminal) {
  const Row table[] = {
      {"Hulu - Hit Movies, TV and More!", "Hulu - Hit Movies, TV and More!"},
      {"Zoë → 数据 🎬", "Zoë → 数据 🎬"},
      {"back\\slash", "back\\slash"},
      {"a\nb\r\tc", "a\\nb\\r\\tc"},
      {"\x1b[2J\x1b]0;owned\a", "\\x1b[2J\\x1b]0;owned\\x07"},
      {"nul\0!"s, "nul\\x00!"},
      {"\x7f", "\\x7f"},
      {"\xc2\x9b"s + "31m", "\\u009b31m"},              // CSI as one C1 character
      {"\xe2\x80\xae"s + "gpj.exe", "\\u202egpj.exe"},  // right-to-left override
      {"\xe2\x81\xa6", "\\u2066"},
      {"\xe2\x80\xa8", "\\u2028"},
      {"zero\xe2\x80\x8bwidth", "zero\\u200bwidth"},
      {"\xef\xbb\xbf", "\\ufeff"},
      {"\xf3\xa0\x81\x81", "\\U000e0041"},  // a tag character
      {"\xff\xfe", "\\xff\\xfe"},
      {"\xc0\xaf", "\\xc0\\xaf"},           // overlong
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},  // a surrogate
      {"cut \xe2\x82", "cut \\xe2\\x82"},
      {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},  // beyond the last code point
      {"", ""},
  };
  for (const auto& [from, want] : table) {
    EXPECT_EQ(printable(from), want);
    EXPECT_TRUE(is_utf8(printable(from)));
  }
}

TEST(Printable, never_lets_a_control_byte_through) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string from = {static_cast<char>(first), static_cast<char>(second)};
      const std::string shown = printable(from);
      ASSERT_TRUE(is_utf8(shown)) << first << " " << second;
      for (const char c : shown)
        ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) << first << " " << second;
      ASSERT_EQ(shown.find("\xc2\x9b"), std::string::npos);
    }
  }
}

TEST(Quoted, escapes_quotes_so_that_the_end_is_never_in_doubt) {
  EXPECT_EQ(in_quotes("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(in_quotes("\n"), R"("\n")");
}

TEST(Quoted, a_word_for_a_shell_where_it_must_be) {
  for (const auto& [word, quoted] :
       std::initializer_list<std::pair<std::string, std::string>>{{"rows/", "rows/"},
                                                                  {"my rows", "'my rows'"},
                                                                  {"", "''"},
                                                                  {"it's", "'it'\\''s'"},
                                                                  {"$HOME", "'$HOME'"},
                                                                  {"ü 😀", "'ü 😀'"},
                                                                  {"a\nb'\\", R"($'a\x0ab\'\\')"},
                                                                  {"\x1b[31m", R"($'\x1b[31m')"},
                                                                  {"\xff", R"($'\xff')"},
                                                                  {"\u202e", R"($'\xe2\x80\xae')"}}) {
    EXPECT_EQ(quoted_for_shell(word), quoted);
  }
}

TEST(Markdown, no_character_of_a_value_means_anything) {
  const Row table[] = {
      {"plain text, 1.5", "plain text, 1.5"},
      {"a|b", "a&#124;b"},
      {"`code`", "&#96;code&#96;"},
      {"<img src=x>", "&#60;img src=x&#62;"},
      {"&lt;", "&#38;lt;"},
      {"a\\|b", "a&#92;&#124;b"},
      {"@team #1", "&#64;team &#35;1"},
      {"https://example.com", "https&#58;//example.com"},
      {"www.example.com", "www&#46;example.com"},
      {"[x](y) **b** _i_ ~s~ $m$",
       "&#91;x&#93;&#40;y&#41; &#42;&#42;b&#42;&#42; &#95;i&#95; &#126;s&#126; &#36;m&#36;"},
  };
  for (const auto& [from, want] : table) EXPECT_EQ(markdown_text(from), want);
  EXPECT_EQ(markdown_code("</code>"), "<code>&#60;/code&#62;</code>");
}

TEST(Base64, agrees_with_the_standard) {
  const Row table[] = {{"", ""},        {"f", "Zg=="},          {"fo", "Zm8="},
                       {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}, {"\xff\x00\x10"s, "/wAQ"}};
  for (const auto& [from, want] : table) EXPECT_EQ(base64(from), want);
}

TEST(Counts, are_grouped_and_take_a_plural) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(grouped(18446744073709551615u), "18,446,744,073,709,551,615");
  EXPECT_EQ(counted(1, "row"), "1 row");
  EXPECT_EQ(counted(0, "row"), "0 rows");
}

}  // namespace
}  // namespace holdfast::agent
