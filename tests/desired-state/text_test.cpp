// The small parsers that everything else stands on: text checks, units, base64, the core schema, ${…}, near names.
#include <gtest/gtest.h>

#include "desired-state/base64.h"
#include "desired-state/core_schema.h"
#include "desired-state/nearest.h"
#include "desired-state/quote_text.h"
#include "desired-state/substitute.h"
#include "desired-state/text_check.h"
#include "desired-state/units.h"

namespace holdfast {
namespace {

using namespace std::string_literals;  // NOLINT(google-build-using-namespace)

TEST(TextCheck, FindsTheFirstBadByte) {
  struct Case {
    std::string text;
    std::size_t offset;  // npos: good
    std::string message;
  };
  constexpr std::size_t good = std::string::npos;
  const Case cases[] = {
      {"", good, ""},
      {"plain ascii that is longer than a word\r\n\t", good, ""},
      {"é € 😀 \xef\xbf\xbd \xed\x9f\xbf \xee\x80\x80 \xf4\x8f\xbf\xbf", good, ""},
      {"12345678\xff", 8, "the text is not valid UTF-8 (byte 0xff)"},
      {"a\xc3", 1, "the text is not valid UTF-8 (byte 0xc3)"},
      {"\xc0\x80", 0, "the text is not valid UTF-8 (byte 0xc0)"},
      {"\xe0\x9f\xbf", 0, "the text is not valid UTF-8 (byte 0xe0)"},
      {"\xed\xa0\x80", 0, "the text is not valid UTF-8 (byte 0xed)"},
      {"\xf0\x8f\xbf\xbf", 0, "the text is not valid UTF-8 (byte 0xf0)"},
      {"\xf4\x90\x80\x80", 0, "the text is not valid UTF-8 (byte 0xf4)"},
      {"1234567\0008"s, 7, "the text has a NUL byte"},
  };
  for (const Case& one : cases) {
    const auto fault = find_bad_text(one.text);
    EXPECT_EQ(fault ? fault->offset : good, one.offset) << one.text;
    EXPECT_EQ(fault ? fault->message : "", one.message) << one.text;
  }
  EXPECT_FALSE(find_bad_text("\x1b"));
  EXPECT_EQ(find_bad_yaml_text("ab\x1b\xff")->offset, 2u);
  EXPECT_EQ(find_bad_yaml_text("a\x7f")->message, "the text has a control character (byte 0x7f)");
  EXPECT_EQ(find_bad_yaml_text("a\xff\x1b")->offset, 1u);
}

TEST(TextCheck, PlacesAreCountedInBytesFromOne) {
  EXPECT_EQ(mark_at("ab\ncd", 0), (Mark{1, 1}));
  EXPECT_EQ(mark_at("ab\ncd", 2), (Mark{1, 3}));
  EXPECT_EQ(mark_at("ab\ncd", 3), (Mark{2, 1}));
  EXPECT_EQ(mark_at("\n\nx", 2), (Mark{3, 1}));
}

TEST(Units, Durations) {
  const std::pair<const char*, std::int64_t> cases[] = {
      {"20ms", 20},
      {"30s", 30'000},
      {"5m", 300'000},
      {"48h", 172'800'000},
      {"30d", 2'592'000'000},
      {"1w", 604'800'000},
      {"1h30m", 5'400'000},
      {"1w2d3h4m5s6ms", 788'645'006},
      {"0h1s", 1000},
      {"", -1},
      {"0s", -1},
      {"5", -1},
      {"s", -1},
      {"-5s", -1},
      {"1.5h", -1},
      {"30m1h", -1},
      {"1s1s", -1},
      {"5 s", -1},
      {"5S", -1},
      {"10001w", -1},
      {"9999999999999s", -1},
  };
  for (const auto& [text, want] : cases) {
    const auto got = parse_duration(text);
    EXPECT_EQ(got ? got->count() : -1, want) << text;
  }
  EXPECT_EQ(write_duration(std::chrono::hours(24 * 90)), "90d");
  EXPECT_EQ(write_duration(std::chrono::milliseconds(5'400'020)), "1h30m20ms");
}

TEST(Units, Sizes) {
  const std::pair<const char*, std::int64_t> cases[] = {
      {"64KiB", 65'536},
      {"256MiB", 268'435'456},
      {"1B", 1},
      {"2GiB", 2'147'483'648},
      {"1TiB", 1'099'511'627'776},
      {"", -1},
      {"0B", -1},
      {"5", -1},
      {"5KB", -1},
      {"1.5MiB", -1},
      {"-1B", -1},
      {"5 MiB", -1},
      {"B", -1},
      {"999999999999TiB", -1},
  };
  for (const auto& [text, want] : cases) EXPECT_EQ(parse_size(text).value_or(-1), want) << text;
  EXPECT_EQ(write_size(268'435'456), "256MiB");
  EXPECT_EQ(write_size(1500), "1500B");
}

TEST(Base64, DecodesOrRefuses) {
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("YQ=="), "a");
  EXPECT_EQ(decode_base64("YWI="), "ab");
  EXPECT_EQ(decode_base64("YW\n  Jj\n"), "abc");
  EXPECT_EQ(decode_base64("AP8="), "\0\xff"s);
  EXPECT_EQ(decode_base64("+/+/"), "\xfb\xff\xbf"s);
  for (const char* bad : {"Y", "YQ", "YQ=", "YQ===", "=YQ=", "YQ==YQ==", "Y!==", "===="}) {
    EXPECT_EQ(decode_base64(bad), std::nullopt) << bad;
  }
}

TEST(CoreSchema, PlainScalarsOutsideOfRows) {
  using enum CoreType;
  const std::pair<const char*, CoreType> cases[] = {
      {"", Null},    {"~", Null},      {"null", Null},  {"nUll", Text},   {"true", Boolean}, {"FALSE", Boolean},
      {"yes", Text}, {"no", Text},     {"7", Integer},  {"-07", Integer}, {"0x1F", Integer}, {"0o17", Integer},
      {"0xg", Text}, {"1.5", Float},   {".5", Float},   {"1.", Float},    {".", Text},       {"1e3", Float},
      {"1e", Text},  {"-.inf", Float}, {".nan", Float}, {"1_000", Text},  {"1.2.3", Text},   {"+", Text},
      {"30s", Text}, {"1 2", Text},
  };
  for (const auto& [text, want] : cases) EXPECT_EQ(core_type(text), want) << text;
  EXPECT_EQ(core_integer("+12"), 12);
  EXPECT_EQ(core_integer("9223372036854775808"), std::nullopt);
  EXPECT_EQ(core_number("1.5e1"), 15.0);
  EXPECT_EQ(core_number(".inf"), std::nullopt);
}

TEST(Substitute, VariablesDefaultsAndDollars) {
  const Environment environment = [](std::string_view name) -> std::optional<std::string> {
    if (name == "HOST") return "db.example.com";
    if (name == "EMPTY") return "";
    if (name == "TRICKY") return "${HOST}";
    return std::nullopt;
  };
  struct Case {
    const char* text;
    const char* want;
    const char* message;
  };
  const Case cases[] = {
      {"plain", "plain", ""},
      {"postgres://${HOST}/x", "postgres://db.example.com/x", ""},
      {"${EMPTY}", "", ""},
      {"${NOPE:-a b/c}", "a b/c", ""},
      {"${EMPTY:-x}", "x", ""},
      {"${HOST:-x}", "db.example.com", ""},
      {"${NOPE:-}", "", ""},
      {"a$$b$${HOST}", "a$b${HOST}", ""},
      {"${TRICKY}", "${HOST}", ""},  // what comes in is not looked at again
      {"${NOPE}", "", "the environment variable NOPE is not set"},
      {"${HOST", "", "a ${ is not closed"},
      {"$HOST", "", "a dollar sign stands alone"},
      {"5$", "", "a dollar sign stands alone"},
      {"${}", "", "\"\" is not the name of a variable"},
      {"${1A}", "", "\"1A\" is not the name of a variable"},
      {"${A B}", "", "\"A B\" is not the name of a variable"},
  };
  for (const Case& one : cases) {
    const Substitution got = substitute(one.text, environment);
    EXPECT_EQ(got.text, one.want) << one.text;
    EXPECT_EQ(got.message, one.message) << one.text;
  }
}

TEST(Nearest, OnlySlipsOfThePen) {
  const std::vector<std::string> names = {"table", "key", "mode", "rowsFrom"};
  EXPECT_EQ(nearest_name("tabel", names), "table");
  EXPECT_EQ(nearest_name("RowsFrom", names), "rowsFrom");
  EXPECT_EQ(nearest_name("database", names), "");
  EXPECT_EQ(nearest_name(std::string(10'000, 'x'), names), "");
  EXPECT_EQ(mend_name("x", names, "there is"), "there is: table, key, mode, rowsFrom");
  EXPECT_EQ(mend_name("x", {}, "there is"), "");
}

TEST(Quoted, LongTextIsCutBetweenCharacters) {
  EXPECT_EQ(quote_text("a"), "\"a\"");
  EXPECT_EQ(quote_text(std::string(59, 'a') + "éx"), '"' + std::string(59, 'a') + "…\"");
}

}  // namespace
}  // namespace holdfast
