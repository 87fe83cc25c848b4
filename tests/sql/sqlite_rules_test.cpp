#include "reconcilers/sql/sqlite_rules.h"

#include <gtest/gtest.h>

#include <limits>

namespace holdfast::sql {
namespace {

Column column_of(const std::string& type) {
  Column column;
  column.name = "v";
  column.declared_type = type;
  column.affinity = affinity_of(type);
  column.boolean = is_boolean(type);
  return column;
}

TEST(SqliteRules, AffinityFollowsTheFiveRulesInOrder) {
  struct Case {
    const char* type;
    Affinity want;
  };
  for (const Case& one :
       {Case{"INTEGER", Affinity::Integer}, Case{"BIGINT", Affinity::Integer},
        Case{"FLOATING POINT", Affinity::Integer}, Case{"VARCHAR(10)", Affinity::Text}, Case{"CLOB", Affinity::Text},
        Case{"text", Affinity::Text}, Case{"CHARINT", Affinity::Integer}, Case{"BLOB", Affinity::Blob},
        Case{"", Affinity::Blob}, Case{"REAL", Affinity::Real}, Case{"DOUBLE PRECISION", Affinity::Real},
        Case{"FLOAT", Affinity::Real}, Case{"DECIMAL(10,2)", Affinity::Numeric}, Case{"BOOLEAN", Affinity::Numeric},
        Case{"TIMESTAMP", Affinity::Numeric}, Case{"STRING", Affinity::Numeric}}) {
    EXPECT_EQ(affinity_of(one.type), one.want) << one.type;
  }
}

TEST(SqliteRules, RefusalsSayWhatWouldHappen) {
  struct Case {
    const char* type;
    Cell cell;
    const char* message;
    const char* hint;
  };
  const auto text = [](std::string_view bytes) { return Cell{CellKind::Text, 0, bytes}; };
  const Case cases[] = {
      {"INTEGER", text("007"), "storing would change '007' to 7", "write 7, or make the column TEXT"},
      {"DECIMAL(10,2)", text("0.450"), "storing would change '0.450' to 0.45", "write 0.45, or make the column TEXT"},
      {"INTEGER", text(" 7 "), "storing would change ' 7 ' to 7", "write 7, or make the column TEXT"},
      {"INTEGER", text("1e3"), "storing would change '1e3' to 1000", "write 1000, or make the column TEXT"},
      {"INTEGER", Cell::plain("9223372036854775808"), "9223372036854775808 is beyond a 64-bit integer",
       "quote it and use a TEXT column"},
      {"REAL", Cell::plain(".inf"), ".inf is not a finite number", "the database could not keep it"},
      {"REAL", Cell::of(ValueView::real(std::numeric_limits<double>::infinity())), "inf is not a finite number",
       "the database could not keep it"},
      {"DECIMAL", Cell::plain("0.1234567890123456789"),
       "0.1234567890123456789 would lose digits: it would be stored as 0.12345678901234568",
       "write the value that is stored, or use a TEXT column"},
      {"REAL", Cell::plain("9007199254740993"),
       "9007199254740993 would lose digits: it would be stored as 9007199254740992",
       "write the value that is stored, or use a TEXT column"},
  };
  for (const Case& one : cases) {
    const ValueRules::Outcome outcome = sqlite_rules().canonical(column_of(one.type), false, one.cell);
    EXPECT_FALSE(outcome.ok) << one.cell.bytes;
    EXPECT_EQ(outcome.message, one.message);
    EXPECT_EQ(outcome.hint, one.hint);
  }
}

TEST(SqliteRules, StrictTablesRefuseOtherTypes) {
  struct Case {
    const char* type;
    const char* plain;
    bool ok;
  };
  for (const Case& one :
       {Case{"INT", "7", true}, Case{"INTEGER", "7.5", false}, Case{"INT", "abc", false}, Case{"REAL", "7", true},
        Case{"REAL", "abc", false}, Case{"TEXT", "7", true}, Case{"BLOB", "abc", false}, Case{"ANY", "abc", true}}) {
    Column column = column_of(one.type);
    if (column.declared_type == "ANY") column.affinity = Affinity::Blob;
    EXPECT_EQ(sqlite_rules().canonical(column, true, Cell::plain(one.plain)).ok, one.ok)
        << one.type << " " << one.plain;
  }
}

TEST(SqliteRules, BooleansHaveManySpellingsAndOneValue) {
  const Column column = column_of("BOOLEAN");
  for (const Cell& cell : {Cell::plain("true"), Cell::plain("TRUE"), Cell{CellKind::Text, 0, "True"}, Cell::plain("1"),
                           Cell{CellKind::Text, 0, "1"}, Cell::bare("true")}) {
    const ValueRules::Outcome outcome = sqlite_rules().canonical(column, false, cell);
    EXPECT_TRUE(outcome.ok && outcome.value == Value::integer(1)) << cell.bytes;
  }
  const ValueView one = ValueView::integer(1);
  EXPECT_TRUE(sqlite_rules().same(column, ValueView::text("TRUE"), one));
  EXPECT_TRUE(sqlite_rules().same(column, ValueView::text("1"), one));
  EXPECT_FALSE(sqlite_rules().same(column, ValueView::text("yes"), one));
  EXPECT_FALSE(sqlite_rules().same(column, ValueView::integer(2), one));
  EXPECT_FALSE(sqlite_rules().same(column_of("INTEGER"), ValueView::text("1"), one));
}

}  // namespace
}  // namespace holdfast::sql
