#include "agent/core/http/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::agent::http {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(TargetTest, IsTakenApart) {
  EXPECT_THAT(parse_target("/")->segments, ElementsAre(""));
  EXPECT_THAT(parse_target("/a/b")->segments, ElementsAre("a", "b"));
  EXPECT_THAT(parse_target("/a//b/")->segments, ElementsAre("a", "", "b", ""));
  EXPECT_THAT(parse_target("/../a/.")->segments, ElementsAre("..", "a", ".")) << "nothing here is a path of files";
  EXPECT_THAT(parse_target("/a%2Fb/%c3%A9+%00")->segments, ElementsAre("a/b", std::string("\xc3\xa9+\0", 4)));
  EXPECT_THAT(parse_target("/?a=1&b=x%20y+z&&c&d=")->query,
              ElementsAre(Pair("a", "1"), Pair("b", "x y z"), Pair("c", ""), Pair("d", "")));
  EXPECT_THAT(parse_target("/a?b=/c?d")->query, ElementsAre(Pair("b", "/c?d")));
  EXPECT_EQ(parse_target("http://[::1]:80/a?b")->authority, "[::1]:80");
  EXPECT_THAT(parse_target("http://localhost")->segments, ElementsAre(""));
  EXPECT_THAT(parse_target("http://localhost?a=b")->query, ElementsAre(Pair("a", "b")));
}

TEST(TargetTest, WhatIsNoneIsNone) {
  for (const char* text : {"", "a", "*", "host:443", "http://", "http:///a", "https://a/", "/%", "/%4", "/%4g", "/%g4",
                           "/a?b=%", "/a?%=b", "/a#b", "?a"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
}

// Decoding is what escaping undoes, whatever the bytes.
RC_GTEST_PROP(TargetTest, EscapedBytesComeBack, (const std::string& bytes)) {
  std::string escaped;
  for (const char byte : bytes) {
    constexpr const char* digits = "0123456789ABCDEF";
    escaped += '%';
    escaped += digits[static_cast<unsigned char>(byte) >> 4];
    escaped += digits[static_cast<unsigned char>(byte) & 15];
  }
  const std::optional<Target> target = parse_target("/" + escaped + "?" + escaped + "=" + escaped + "&x");
  RC_ASSERT(target.has_value());
  RC_ASSERT(target->segments.size() == 1u && target->segments[0] == bytes);
  RC_ASSERT(target->query[0] == std::pair(bytes, bytes));
}

}  // namespace
}  // namespace holdfast::agent::http
