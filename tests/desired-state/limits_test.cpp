// What is too deep, too large or too many gets one clear error, quickly.
#include <gtest/gtest.h>

#include "tests/desired-state/decoding.h"

namespace holdfast::testing {
namespace {

TEST(Limits, TenThousandLevelsOfNesting) {
  EXPECT_EQ(decode_one(std::string(10'000, '[')).all_errors(), "d.yaml:1:51: nested deeper than 100 levels\n");
  std::string block;
  for (std::size_t i = 0; i < 1000; ++i) block += std::string(i, ' ') + "a:\n";
  EXPECT_EQ(decode_one(block).all_errors(), "d.yaml:101:101: nested deeper than 100 levels\n");
  std::string flow;
  for (std::size_t i = 0; i < 10'000; ++i) flow += "{a: ";
  EXPECT_EQ(decode_one(flow).all_errors(), "d.yaml:1:397: nested deeper than 100 levels\n");
  std::string good = "a: " + std::string(98, '[') + std::string(98, ']');
  EXPECT_EQ(decode_one(good).all_errors().find("deeper"), std::string::npos);
}

TEST(Limits, AnAliasBomb) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += before + (j < 9 ? ", " : "]\n");
  }
  const Decoded got = decode_one(bomb);
  ASSERT_EQ(got.errors.size(), 1u) << got.all_errors();
  EXPECT_EQ(got.errors[0].substr(0, 9), "d.yaml:5:");
  EXPECT_NE(got.errors[0].find("the aliases of this file stand for more than 100000 values (write them out, or keep "
                               "rows in a file of rowsFrom)"),
            std::string::npos);
}

TEST(Limits, AliasesCountTheirDepth) {
  std::string text =
      "a: &a " + std::string(60, '[') + "x" + std::string(60, ']') + "\nb: " + std::string(60, '[') + "*a";
  EXPECT_EQ(decode_one(text + std::string(60, ']') + "\n").all_errors(),
            "d.yaml:2:64: nested deeper than 100 levels\n");
}

TEST(Limits, AFileThatIsTooLarge) {
  const std::string large(std::size_t{70} << 20, '#');
  const char* want =
      "d.yaml: the file has more than 64 MiB (keep rows in CSV or NDJSON files and name them in rowsFrom)\n";
  EXPECT_EQ(decode_one(large).all_errors(), want);
  DecodeOptions options;
  options.files["x.yaml"] = large;
  EXPECT_EQ(decode_one(row_set("  rowsFrom: [{file: x.yaml}]\n"), options).all_errors(),
            "x.yaml: the file has more than 64 MiB (keep this many rows as CSV or NDJSON)\n");
}

TEST(Limits, RowFilesColumnsCellsAndNodes) {
  DecodeOptions options;
  options.limits.row_file_bytes = 1 << 20;
  options.files["x.csv"] = "id\n" + std::string(2 << 20, '\n');
  EXPECT_EQ(decode_one(row_set("  rowsFrom: [{file: x.csv}]\n"), options).all_errors(),
            "x.csv: the file has more than 1 MiB\n");

  options = {};
  options.limits.row_cells = 3;
  EXPECT_EQ(decode_one(row_set("  rows: [{a: 1, b: 2}, {a: 1, b: 2}]\n"), options).all_errors(),
            "d.yaml:8:34: there are more cells in all rows than Holdfast takes\n");
  options.files["x.csv"] = "id\n1\n2\n3\n4\n5\n";
  EXPECT_EQ(decode_one(row_set("  rowsFrom: [{file: x.csv}]\n"), options).all_errors(),
            "x.csv:5:1: there are more cells in all rows than Holdfast takes\n");
  options.files["x.ndjson"] = "{\"a\":1,\"b\":2,\"c\":3,\"d\":4}\n";
  EXPECT_EQ(decode_one(row_set("  rowsFrom: [{file: x.ndjson}]\n"), options).all_errors(),
            "x.ndjson:1:1: there are more cells in all rows than Holdfast takes\n");

  std::string columns, names;
  for (int i = 0; i <= 2000; ++i) {
    columns += (i ? ", c" : "c") + std::to_string(i) + ": 1";
    names += (i ? ",c" : "c") + std::to_string(i);
  }
  EXPECT_EQ(decode_one(row_set("  rows:\n    - {" + columns + "}\n"))
                .errors.at(0)
                .find("the rows name more than 2000 columns"),
            16u);
  EXPECT_EQ(read_rows("x.csv", names + "\n").errors.at(0), "x.csv:1:1: the rows name more than 2000 columns");

  options = {};
  options.limits.nodes = 20;
  EXPECT_EQ(decode_one(row_set("  initial: [a, b, c, d, e]\n"), options).all_errors(),
            "d.yaml:8:3: the documents of this file hold too much outside of rows (keep large sets in rows or in files "
            "of rowsFrom)\n");
}

TEST(Limits, OneRowOfAFile) {
  RowReaderLimits limits;
  limits.row_bytes = 1 << 20;
  EXPECT_EQ(read_rows("x.csv", "a,b\n1,\"" + std::string(3 << 20, 'x'), 1 << 16, limits, false).errors,
            std::vector<std::string>{"x.csv:2:1: the row is longer than 1 MiB (is a quote not closed?)"});
  EXPECT_EQ(read_rows("x.ndjson", "{}\n{\"a\":\"" + std::string(3 << 20, 'x'), 1 << 16, limits, false).errors,
            std::vector<std::string>{"x.ndjson:2:1: the line is longer than 1 MiB"});
}

// A damaged file of many rows prints a page, and says how many more there are.
TEST(Limits, ManyErrorsAreCounted) {
  std::string rows = "  rows:\n";
  for (int i = 0; i < 1000; ++i) rows += "    - [x]\n";
  const Decoded got = decode_one(row_set(rows));
  EXPECT_EQ(got.errors.size(), 100u);
  EXPECT_EQ(got.error_count, 1000u);
}

}  // namespace
}  // namespace holdfast::testing
