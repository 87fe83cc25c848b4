// Live values the other way round: how a document may write them so that SQLite stores them again.
#include "reconcilers/core/spelling.h"

#include <gtest/gtest.h>

#include <limits>

#include "reconcilers/sql/sqlite_rules.h"

namespace holdfast::sql {
namespace {

using edit::NewValue;

std::string shown(const std::optional<NewValue>& value) {
  if (!value) return "none";
  switch (value->kind) {
    case NewValue::Kind::Null: return "null";
    case NewValue::Kind::Blob: return "blob " + value->blob;
    case NewValue::Kind::Scalar: break;
  }
  return (value->bare ? *value->bare : "-") + std::string(" ") +
         (value->quoted ? '"' + *value->quoted + '"' : std::string("-"));
}

struct Row {
  const char* type;
  Value live;
  Cell old;
  std::string want;  // without quotes, then with them; - where that would be another value
  CellKind unquoted = CellKind::Plain;
};

TEST(Spelling, means_the_live_value_under_its_column) {
  const Cell none = Cell::null();
  const Row table[] = {
      {"TEXT", Value::text("7521"), none, "7521 \"7521\""},
      {"TEXT", Value::text(""), none, " \"\""},
      {"TEXT", Value::text("true"), none, "true \"true\""},
      {"TEXT", Value::null(), none, "null"},
      {"TEXT", Value::blob("x"), none, "blob x"},
      {"TEXT", Value::text("a\xff"), none, "none"},
      {"TEXT", Value::text(std::string_view("a\0b", 3)), none, "none"},
      {"INTEGER", Value::integer(-7), none, "-7 \"-7\""},
      {"INTEGER", Value::integer(1), Cell::plain("false"), "true \"1\""},
      {"INTEGER", Value::integer(1), Cell::plain("0"), "1 \"1\""},
      {"INTEGER", Value::integer(std::numeric_limits<std::int64_t>::min()), none,
       "-9223372036854775808 \"-9223372036854775808\""},
      {"INTEGER", Value::text("abc"), none, "abc \"abc\""},
      {"INTEGER", Value::real(0.5), none, "0.5 \"0.5\""},
      {"REAL", Value::real(100000.0), none, "100000 \"100000\""},
      {"REAL", Value::real(1e300), none, "1e+300 \"1e+300\""},
      {"REAL", Value::real(std::numeric_limits<double>::infinity()), none, "none"},
      {"DECIMAL(10,2)", Value::real(0.45), none, "0.45 \"0.45\""},
      {"BOOLEAN", Value::integer(0), Cell::plain("true"), "false \"false\""},
      {"BOOLEAN", Value::integer(0), Cell::plain("TRUE"), "FALSE \"FALSE\""},
      {"BOOLEAN", Value::integer(1), {CellKind::Text, 0, "False"}, "True \"True\""},
      {"BOOLEAN", Value::integer(1), Cell::plain("0"), "1 \"1\""},
      {"BOOLEAN", Value::integer(2), Cell::plain("true"), "2 \"2\""},
      {"BOOLEAN", Value::text("yes"), Cell::plain("true"), "yes \"yes\""},
      {"BOOLEAN", Value::integer(1), Cell::bare("false"), "true \"true\"", CellKind::Bare},
      {"", Value::integer(7), none, "7 -"},
      {"", Value::text("7"), none, "- \"7\""},
      {"", Value::text("true"), none, "- \"true\""},
      {"", Value::real(7.0), none, "7.0 -"},
      {"", Value::text("0x10"), none, "- \"0x10\""},
      {"", Value::text("0x10"), none, "0x10 \"0x10\"", CellKind::Bare},
      {"BLOB", Value::blob(""), none, "blob "},
  };
  for (const Row& row : table) {
    Column column;
    column.declared_type = row.type;
    column.affinity = affinity_of(row.type);
    column.boolean = is_boolean(row.type);
    const SpellingPlace place{sqlite_rules(), column, false, row.unquoted};
    EXPECT_EQ(shown(spelling_of(place, row.live.view(), row.old)), row.want) << row.type << " " << row.want;
  }
}

}  // namespace
}  // namespace holdfast::sql
