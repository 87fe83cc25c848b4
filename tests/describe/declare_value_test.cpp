#include "reconcilers/describe/declare_value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "reconcilers/sql/sqlite_rules.h"

namespace holdfast::testing {
namespace {

using namespace std::string_literals;  // NOLINT(google-build-using-namespace)

Column column(const std::string& type) {
  Column one;
  one.name = "c";
  one.declared_type = type;
  one.affinity = sql::affinity_of(type);
  one.boolean = sql::is_boolean(type);
  return one;
}

// "Plain 7", "Text 7"; "-" where no document can say it.
std::string declared(const std::string& type, const Value& value, Likeness likeness = Likeness::Same) {
  std::string keep;
  const std::optional<Cell> cell =
      declare_value(sql::sqlite_rules(), column(type), false, likeness, value.view(), keep);
  if (!cell) return "-";
  switch (cell->kind) {
    case CellKind::Null: return "Null";
    case CellKind::Text: return "Text " + std::string(cell->bytes);
    case CellKind::Blob: return "Blob " + std::string(cell->bytes);
    case CellKind::Plain: return "Plain " + std::string(cell->bytes);
    default: return "?";
  }
}

TEST(DeclareValue, AsADocumentWritesIt) {
  const double infinity = std::numeric_limits<double>::infinity();
  struct Case {
    std::string type;
    Value value;
    std::string want;
  };
  const Case cases[] = {
      {"TEXT", Value::null(), "Null"},
      {"TEXT", Value::text(""), "Text "},
      {"TEXT", Value::text("007"), "Text 007"},
      {"TEXT", Value::text("\0"s), "-"},
      {"TEXT", Value::text("\xff"), "-"},
      {"TEXT", Value::blob("\xff\0"s), "Blob \xff\0"s},
      {"TEXT", Value::integer(7), "-"},  // such a column never has one
      {"INTEGER", Value::integer(std::numeric_limits<std::int64_t>::max()), "Plain 9223372036854775807"},
      {"INTEGER", Value::integer(std::numeric_limits<std::int64_t>::min()), "Plain -9223372036854775808"},
      {"INTEGER", Value::real(0.5), "Plain 0.5"},
      {"INTEGER", Value::text("seven"), "Text seven"},
      {"INTEGER", Value::text("7"), "-"},  // such a column never has one
      {"BOOLEAN", Value::integer(1), "Plain true"},
      {"BOOLEAN", Value::integer(0), "Plain false"},
      {"BOOLEAN", Value::integer(2), "Plain 2"},
      {"BOOLEAN", Value::text("true"), "Text true"},
      {"BOOLEAN", Value::text("yes"), "Text yes"},
      {"REAL", Value::real(5), "Plain 5.0"},
      {"REAL", Value::real(0.1), "Plain 0.1"},
      {"REAL", Value::real(1e300), "Plain 1e+300"},
      {"REAL", Value::real(infinity), "-"},
      {"REAL", Value::real(-infinity), "-"},
      {"", Value::integer(1), "Plain 1"},
      {"", Value::real(1), "Plain 1.0"},
      {"", Value::real(-0.0), "Plain -0.0"},
      {"", Value::text("1"), "Text 1"},
      {"DECIMAL(10,2)", Value::real(0.45), "Plain 0.45"},
      {"DECIMAL(10,2)", Value::real(9223372036854775808.0), "Plain 9.223372036854776e+18"},
  };
  for (const Case& one : cases) EXPECT_EQ(declared(one.type, one.value), one.want) << one.type << " " << one.want;
}

TEST(DeclareValue, AKeyIsTheSameToTheLetter) {
  EXPECT_EQ(declared("BOOLEAN", Value::text("true"), Likeness::Identical), "-");
  EXPECT_EQ(declared("BOOLEAN", Value::integer(1), Likeness::Identical), "Plain true");
  EXPECT_EQ(declared("TEXT", Value::text("true"), Likeness::Identical), "Text true");
}

TEST(DeclareValue, EveryNumberComesBackBitByBit) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t bits = random();
    const Value values[] = {Value::integer(static_cast<std::int64_t>(bits)), Value::real(std::bit_cast<double>(bits)),
                            Value::real(static_cast<double>(bits >> 40) / 100)};
    for (const Value& value : values) {
      if (value.kind() == ValueKind::Real && !std::isfinite(value.view().real())) continue;
      std::string keep;
      const auto cell = declare_value(sql::sqlite_rules(), column(""), false, Likeness::Identical, value.view(), keep);
      ASSERT_TRUE(cell);
      EXPECT_EQ(sql::sqlite_rules().canonical(column(""), false, *cell).value, value) << cell->bytes;
    }
  }
}

}  // namespace
}  // namespace holdfast::testing
