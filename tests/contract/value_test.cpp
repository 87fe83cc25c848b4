// Values: what is written is what is read, by storage class and byte.
#include <gmock/gmock.h>

#include <limits>

#include "tests/contract/contract_test.h"

namespace holdfast::contract {
namespace {

using testing::ElementsAre;
using namespace std::string_literals;

class ValueContract : public StoreContract {};
HOLDFAST_CONTRACT(ValueContract);

struct ValueCase {
  std::string name;
  Value value;
  std::string column;  // that keeps it as it is, beside the column without a type
  bool raw = false;    // needs Capabilities::raw_bytes
};

std::vector<ValueCase> values() {
  constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
  return {
      {"null", null(), "n"},
      {"zero", integer(0), "n"},
      {"minus one", integer(-1), "n"},
      {"lowest integer", integer(lowest), "n"},
      {"highest integer", integer(highest), "n"},
      {"beyond a double's digits", integer(9007199254740993), "n"},
      {"a tenth", real(0.1), "r"},
      {"large", real(1e308), "r"},
      {"denormal", real(5e-324), "r"},
      {"whole real", real(3.0), "r"},
      {"negative real", real(-2.5), "r"},
      {"infinite", real(std::numeric_limits<double>::infinity()), "r"},
      {"empty text", text(""), "t"},
      {"text", text("Hulu - Hit Movies, TV and More!"), "t"},
      {"number in text", text("007"), "t"},
      {"blanks", text("  x \t\n"), "t"},
      {"beyond ASCII", text("naïve 表 😀"), "t"},
      {"quotes", text("'; DROP TABLE kept; --\""), "t"},
      {"NUL inside text", text("a\0b"s), "t", true},
      {"NUL at the end of text", text("a\0"s), "t", true},
      {"bytes that are not UTF-8", text("\xff\xfe\x80"), "t", true},
      {"long text", text(std::string(1'000'000, 'x')), "t"},
      {"empty blob", blob(""), "b"},
      {"blob of zeroes", blob("\0\0\0"s), "b"},
      {"blob of all kinds", blob("\x00\xff'\"\x7f"s), "b"},
      {"blob that looks like text", blob("7521"), "b"},
  };
}

std::vector<ValueCase> usable(const Capabilities& capabilities) {
  std::vector<ValueCase> cases = values();
  std::erase_if(cases, [&](const ValueCase& one) { return one.raw && !capabilities.raw_bytes; });
  return cases;
}

std::vector<TableDescription> value_table() {
  return {numbered("kept", {any_column("a"),
                            text_column("t"),
                            integer_column("n"),
                            real_column("r"),
                            {"b", "BLOB", Affinity::Blob, false, Collation::Binary, {}}})};
}

TEST_P(ValueContract, come_back_as_they_were_written) {
  create(value_table());
  std::int64_t id = 0;
  for (const ValueCase& one : usable(capabilities)) {
    SCOPED_TRACE(one.name);
    const Locator at = put("kept", {{"id", integer(++id)}, {"a", one.value}, {one.column, one.value}});
    const auto fetched = fetch(store(), "kept", at);
    ASSERT_TRUE(fetched.has_value());
    const std::uint32_t typed = table("kept")->find(one.column);
    EXPECT_EQ(fetched->values[1], one.value);
    EXPECT_EQ(fetched->values[typed], one.value);
    const auto outside_row = outside().rows("kept").back();
    EXPECT_EQ(outside_row[1], one.value) << "as the application reads it";
    EXPECT_EQ(outside_row[typed], one.value) << "as the application reads it";
  }
  std::size_t row = 0;
  const std::vector<std::vector<Value>> scanned = rows("kept");
  for (const ValueCase& one : usable(capabilities)) EXPECT_EQ(scanned.at(row++)[1], one.value) << one.name;
}

TEST_P(ValueContract, come_back_as_somebody_else_wrote_them) {
  create(value_table());
  std::int64_t id = 0;
  for (const ValueCase& one : usable(capabilities)) {
    SCOPED_TRACE(one.name);
    outside().insert("kept", {{"id", integer(++id)}, {"a", one.value}});
    const auto fetched = fetch(store(), "kept", {integer(id)});
    ASSERT_TRUE(fetched.has_value());
    EXPECT_EQ(fetched->values[1], one.value);
  }
}

TEST_P(ValueContract, are_updated_bytewise) {
  create(value_table());
  const Locator at = put("kept", {{"a", text("first")}});
  for (const ValueCase& one : usable(capabilities)) {
    SCOPED_TRACE(one.name);
    const auto transaction = begin();
    EXPECT_TRUE(update(*transaction, "kept", at, {{"a", one.value}}).ok());
    EXPECT_EQ(fetch(*transaction, "kept", at)->values[1], one.value);
    must(transaction->commit());
    EXPECT_EQ(fetch(store(), "kept", at)->values[1], one.value);
  }
}

TEST_P(ValueContract, are_found_by_themselves_and_by_nothing_else) {
  create(value_table());
  const std::vector<ValueCase> cases = usable(capabilities);
  for (const ValueCase& one : cases) outside().insert("kept", {{"a", one.value}});
  const auto shape = table("kept");
  for (const ValueCase& one : cases) {
    SCOPED_TRACE(one.name);
    const auto found = must(store().find(*shape, ColumnList{1}, std::vector<Value>{one.value}, 10));
    if (one.value.is_null()) {
      EXPECT_TRUE(found.empty());
      continue;
    }
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].values[1], one.value);
  }
}

TEST_P(ValueContract, null_and_empty_text_and_empty_blob_are_three_things) {
  create(value_table());
  put("kept", {{"a", null()}});
  put("kept", {{"a", text("")}});
  put("kept", {{"a", blob("")}});
  const auto found = rows("kept");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_THAT((std::vector<ValueKind>{found[0][1].kind(), found[1][1].kind(), found[2][1].kind()}),
              ElementsAre(ValueKind::Null, ValueKind::Text, ValueKind::Blob));
}

struct StoredCase {
  std::string column;
  Value written;
  Value want;
};

TEST_P(ValueContract, become_what_the_column_stores) {
  create({numbered(
      "typed", {text_column("t"), integer_column("n"), real_column("r"), boolean_column("flag"), any_column("a")})});
  const std::vector<StoredCase> cases = {
      {"t", integer(7521), text("7521")},
      {"t", real(0.5), text("0.5")},
      {"n", text("7521"), integer(7521)},
      {"n", real(2.0), integer(2)},
      {"n", real(2.5), real(2.5)},
      {"n", text("seven"), text("seven")},
      {"r", integer(3), real(3.0)},
      {"r", text("0.45"), real(0.45)},
      {"flag", text("1"), integer(1)},
      {"flag", text("true"), text("true")},
      {"a", text("7521"), text("7521")},
      {"a", integer(1), integer(1)},
      {"t", real(1e100), text("1.0e+100")},
      {"t", real(3.0), text("3.0")},
      {"n", real(-9223372036854775808.0), real(-9223372036854775808.0)},
      {"t", blob("7521"), blob("7521")},
      {"n", blob("7521"), blob("7521")},
      {"a", real(1.0), real(1.0)},
  };
  for (const StoredCase& one : cases) {
    SCOPED_TRACE(one.column + " " + testing::PrintToString(one.written));
    const Locator at = put("typed", {{one.column, one.written}});
    EXPECT_EQ(fetch(store(), "typed", at)->values[table("typed")->find(one.column)], one.want);
  }
}

// Both sides of every comparison go through the rules: what they call canonical must come back as it is.
TEST_P(ValueContract, that_the_rules_call_canonical_are_stored_as_they_are) {
  std::vector<ColumnDescription> columns = {
      text_column("t"),
      integer_column("n"),
      real_column("r"),
      boolean_column("flag"),
      any_column("a"),
      {"amount", "DECIMAL(10,2)", Affinity::Numeric, false, Collation::Binary, {}},
      {"s", "STRING", Affinity::Numeric, false, Collation::Binary, {}},
      {"at", "TIMESTAMP", Affinity::Numeric, false, Collation::Binary, {}},
  };
  create({numbered("typed", columns)});
  const std::vector<std::string> spellings = {"7521",
                                              "007",
                                              "0.45",
                                              "0.450",
                                              "true",
                                              "no",
                                              "2025",
                                              "2025-11-23",
                                              "1e3",
                                              "-1",
                                              " 7 ",
                                              "1.0",
                                              "seven",
                                              "0x1",
                                              "",
                                              "9223372036854775807",
                                              "9223372036854775808",
                                              "1e400",
                                              "FALSE",
                                              "0.1"};
  std::size_t accepted = 0;
  const auto shape = table("typed");
  const auto transaction = begin();
  for (std::uint32_t column = 1; column < shape->columns.size(); ++column) {
    for (const std::string& spelling : spellings) {
      const std::vector<Cell> cells = {Cell::of(ValueView::text(spelling)), Cell::plain(spelling), Cell::bare(spelling),
                                       Cell::of(ValueView::blob(spelling))};
      for (const Cell& cell : cells) {
        const ValueRules::Outcome rule = store().rules().canonical(shape->columns[column], shape->strict, cell);
        if (!rule.ok) continue;
        ++accepted;
        const std::vector<Assignment> values = {{column, rule.value.view()}};
        const WriteOutcome written = must(transaction->insert(*shape, values));
        ASSERT_TRUE(written.ok()) << shape->columns[column].name << " " << spelling << ": " << written.message;
        const auto fetched = must(transaction->fetch(*shape, std::vector<Locator>{written.locator})).front();
        ASSERT_TRUE(fetched.has_value());
        EXPECT_EQ(fetched->values[column], rule.value) << shape->columns[column].name << " " << spelling;
        EXPECT_TRUE(store().rules().same(shape->columns[column], fetched->values[column].view(), rule.value.view()));
      }
    }
  }
  EXPECT_GT(accepted, 200U) << "the rules refuse nearly everything";
}

}  // namespace
}  // namespace holdfast::contract
