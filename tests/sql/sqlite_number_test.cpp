#include "reconcilers/sql/sqlite_number.h"

#include <gtest/gtest.h>

namespace holdfast::sql {
namespace {

TEST(SqliteNumber, KeepsDigitsComparesNumbersNotSpellings) {
  struct Case {
    const char* written;
    double stored;
    bool kept;
  };
  for (const Case& one :
       {Case{"0.450", 0.45, true}, Case{"+4.5e-1", 0.45, true}, Case{"45e-2", 0.45, true},
        Case{"0.1234567890123456789", 0.1234567890123456789, false}, Case{"1e-400", 0.0, false}, Case{"0.0", 0.0, true},
        Case{"100", 100.0, true}, Case{"9007199254740993", 9007199254740992.0, false}}) {
    EXPECT_EQ(keeps_digits(one.written, Value::real(one.stored)), one.kept) << one.written;
  }
}

TEST(SqliteNumber, PlainScalarsAreYamlCore) {
  using Kind = PlainNumber::Kind;
  struct Case {
    const char* text;
    bool core;
    Kind kind;
    Value value;
  };
  const Case cases[] = {
      {"7", true, Kind::Number, Value::integer(7)},
      {"-7", true, Kind::Number, Value::integer(-7)},
      {"+7", true, Kind::Number, Value::integer(7)},
      {"007", true, Kind::Number, Value::integer(7)},
      {"0x1F", true, Kind::Number, Value::integer(31)},
      {"0o17", true, Kind::Number, Value::integer(15)},
      {"0x1F", false, Kind::None, {}},
      {"0x", true, Kind::None, {}},
      {"0x-1", true, Kind::None, {}},
      {"1.5", true, Kind::Number, Value::real(1.5)},
      {".5", true, Kind::Number, Value::real(0.5)},
      {"5.", true, Kind::Number, Value::real(5)},
      {"1e3", true, Kind::Number, Value::real(1000)},
      {"1e", true, Kind::None, {}},
      {"1e400", true, Kind::NotFinite, {}},
      {".inf", true, Kind::NotFinite, {}},
      {"-.INF", true, Kind::NotFinite, {}},
      {".nan", true, Kind::NotFinite, {}},
      {".inf", false, Kind::None, {}},
      {"inf", true, Kind::None, {}},
      {"nan", true, Kind::None, {}},
      {"1_000", true, Kind::None, {}},
      {"9223372036854775807", true, Kind::Number, Value::integer(9223372036854775807)},
      {"9223372036854775808", true, Kind::TooLarge, {}},
      {"0xFFFFFFFFFFFFFFFF", true, Kind::TooLarge, {}},
      {"", true, Kind::None, {}},
      {"-", true, Kind::None, {}},
      {"1 ", true, Kind::None, {}},
      {"12:30:45", true, Kind::None, {}},
  };
  for (const Case& one : cases) {
    const PlainNumber number = plain_number(one.text, one.core);
    EXPECT_EQ(static_cast<int>(number.kind), static_cast<int>(one.kind)) << one.text;
    if (one.kind == Kind::Number) {
      EXPECT_EQ(number.value, one.value) << one.text;
    }
  }
}

TEST(SqliteNumber, WholeRealsBecomeIntegersWhileTheyFit) {
  struct Case {
    double number;
    Value want;
  };
  for (const Case& one :
       {Case{1.0, Value::integer(1)}, Case{-0.0, Value::integer(0)}, Case{0.5, Value::real(0.5)},
        Case{1e18, Value::integer(1000000000000000000)},
        Case{9223372036854774784.0, Value::integer(9223372036854774784)},
        Case{9223372036854775808.0, Value::real(9223372036854775808.0)},
        Case{-9223372036854774784.0, Value::integer(-9223372036854774784)},
        Case{-9223372036854775808.0, Value::real(-9223372036854775808.0)}, Case{1e300, Value::real(1e300)}}) {
    EXPECT_EQ(integer_if_whole(one.number), one.want) << one.number;
  }
}

TEST(SqliteNumber, SpellingsAreWhatPeopleWrite) {
  struct Case {
    Value number;
    const char* want;
  };
  for (const Case& one :
       {Case{Value::integer(-7), "-7"}, Case{Value::real(0.45), "0.45"}, Case{Value::real(0.0001), "0.0001"},
        Case{Value::real(0.000001), "0.000001"}, Case{Value::real(1e-7), "1e-07"}, Case{Value::real(1000), "1000"},
        Case{Value::real(1e15), "1000000000000000"}, Case{Value::real(1e16), "1e+16"}, Case{Value::real(0.0), "0"},
        Case{Value::real(0.1 + 0.2), "0.30000000000000004"},
        Case{Value::real(-1.7976931348623157e308), "-1.7976931348623157e+308"}}) {
    EXPECT_EQ(spelling(one.number), one.want);
  }
}

}  // namespace
}  // namespace holdfast::sql
