#include "reconcilers/core/key_value.h"

#include <gtest/gtest.h>

#include <limits>

#include "reconcilers/core/value_rules.h"

namespace holdfast {
namespace {

struct Case {
  const char* what;
  Collation collation;
  ValueView a;
  ValueView b;
  bool same;
};

TEST(KeyValue, EqualityHashAndBytesAgree) {
  const auto text = [](std::string_view bytes) { return ValueView::text(bytes); };
  const Case cases[] = {
      {"same text", Collation::Binary, text("Hulu"), text("Hulu"), true},
      {"case", Collation::Binary, text("Hulu"), text("HULU"), false},
      {"case under NOCASE", Collation::NoCase, text("Hulu"), text("HULU"), true},
      {"NOCASE folds ASCII only", Collation::NoCase, text("É"), text("é"), false},
      {"trailing blank", Collation::Binary, text("a"), text("a "), false},
      {"trailing blank under RTRIM", Collation::RTrim, text("a"), text("a  "), true},
      {"leading blank under RTRIM", Collation::RTrim, text(" a"), text("a"), false},
      {"trailing tab under RTRIM", Collation::RTrim, text("a\t"), text("a"), false},
      {"whole real", Collation::Binary, ValueView::integer(1), ValueView::real(1.0), true},
      {"fraction", Collation::Binary, ValueView::integer(1), ValueView::real(1.5), false},
      {"negative zero", Collation::Binary, ValueView::integer(0), ValueView::real(-0.0), true},
      {"beyond 2^63", Collation::Binary, ValueView::integer(std::numeric_limits<std::int64_t>::max()),
       ValueView::real(9223372036854775808.0), false},
      {"number and its text", Collation::Binary, ValueView::integer(7), text("7"), false},
      {"text and blob", Collation::Binary, text("a"), ValueView::blob("a"), false},
      {"null is not even itself", Collation::Binary, ValueView::null(), ValueView::null(), false},
      {"NUL byte inside", Collation::Binary, text({"a\0b", 3}), text({"a\0c", 3}), false},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(key_equal(one.collation, one.a, one.b), one.same) << one.what;
    EXPECT_EQ(key_equal(one.collation, one.b, one.a), one.same) << one.what;
    if (one.a.is_null()) continue;
    std::string a, b;
    append_key(one.collation, one.a, a);
    append_key(one.collation, one.b, b);
    EXPECT_EQ(a == b, one.same) << one.what;
    EXPECT_EQ(key_hash(one.collation, one.a, 3) == key_hash(one.collation, one.b, 3), one.same) << one.what;
  }
}

TEST(KeyValue, IdenticalBytesTellStorageClassesApart) {
  const ValueView all[] = {ValueView::null(),   ValueView::integer(1), ValueView::real(1.0), ValueView::text("1"),
                           ValueView::text(""), ValueView::blob(""),   ValueView::blob("1"), ValueView::integer(0)};
  for (const ValueView& a : all) {
    for (const ValueView& b : all) {
      std::string x, y;
      append_identical(a, x);
      append_identical(b, y);
      EXPECT_EQ(x == y, &a == &b);
    }
  }
}

}  // namespace
}  // namespace holdfast
