// RowTable: what is put in comes out, with its places, in few bytes.
#include "desired-state/row_table.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/desired-state/decoding.h"

namespace holdfast::testing {
namespace {

void expect_same(const Cell& got, const Cell& want) {
  EXPECT_EQ(got.kind, want.kind);
  EXPECT_EQ(got.number, want.number);
  EXPECT_EQ(got.bytes, want.bytes);
}

TEST(RowTableTest, EveryKindOfCellComesBack) {
  const std::string longer(100'000, 'x');
  const std::vector<Cell> cells = {
      Cell::null(),
      Cell::of(ValueView::integer(0)),
      Cell::of(ValueView::integer(std::numeric_limits<std::int64_t>::min())),
      Cell::of(ValueView::integer(std::numeric_limits<std::int64_t>::max())),
      Cell::of(ValueView::real(-0.0)),
      Cell::of(ValueView::real(std::numeric_limits<double>::infinity())),
      Cell::of(ValueView::text("")),
      Cell::of(ValueView::text("Hulu - Hit Movies, TV and More!")),
      Cell::of(ValueView::blob(std::string_view("\0\xff", 2))),
      Cell::plain("~~"),
      Cell::bare("007"),
      Cell::pending(7),
      Cell::plain(longer),
  };
  RowTable table;
  for (std::uint32_t row = 0; row < 3; ++row) {
    table.begin_row({row + 1, 1});
    for (std::size_t i = 0; i < cells.size(); ++i) {
      table.put(table.column("c" + std::to_string(i)), cells[i], {row + 1, static_cast<std::uint32_t>(i + 1)});
    }
    table.end_row();
  }
  ASSERT_EQ(table.size(), 3u);
  for (std::size_t row = 0; row < 3; ++row) {
    RowTable::Cursor cursor = table.cursor(row);
    for (const Cell& want : cells) expect_same(cursor.next(), want);
    EXPECT_FALSE(cursor.next().present());
    EXPECT_FALSE(cursor.next().present());
    for (ColumnIndex i = 0; i < cells.size(); ++i) expect_same(table.cell(row, i), cells[i]);
  }
}

TEST(RowTableTest, CellsMayBeAbsentAndComeInAnyOrderAndTheLastOneCounts) {
  RowTable table;
  const ColumnIndex a = table.column("a"), b = table.column("b"), c = table.column("c");
  EXPECT_EQ(table.column("b"), b);
  EXPECT_EQ(table.find_column("d"), RowTable::npos);
  table.begin_row({1, 1});
  table.put(c, Cell::plain("3"), {1, 9});
  table.put(a, Cell::plain("x"), {1, 2});
  table.put(a, Cell::plain("1"), {1, 5});
  EXPECT_TRUE(table.has(a));
  EXPECT_FALSE(table.has(b));
  table.end_row();
  table.begin_row({2, 1});
  table.put(b, Cell::plain("gone"), {2, 3});
  table.drop_row();
  table.begin_row({3, 1});
  table.put(b, Cell::null(), {3, 4});
  table.end_row();
  table.begin_row({4, 1});
  table.end_row();
  EXPECT_EQ(rows_text(table), "1:5 a=Plain(1)@1:5 c=Plain(3)@1:9\n3:4 b=Null@3:4\n4:1\n");
}

TEST(RowTableTest, PlacesAreKeptOverLinesAndFiles) {
  RowTable table;
  const ColumnIndex a = table.column("a"), b = table.column("b");
  const auto row = [&](Mark mark, Mark first, Mark second) {
    table.begin_row(mark);
    table.put(a, Cell::plain("1"), first);
    table.put(b, Cell::plain("2"), second);
    table.end_row();
  };
  table.set_file("one.yaml");
  row({10, 3}, {10, 7}, {12, 70'000});
  row({20, 3}, {20, 9}, {20, 5});
  table.set_file("two.csv");
  row({4'000'000'000U, 1}, {4'000'000'000U, 1}, {4'000'000'000U, 3});
  row({7, 1}, {3, 2}, {7, 4});  // the first comes from an anchor further up
  EXPECT_EQ(to_string(table.where(0)), "one.yaml:10:7");
  EXPECT_EQ(to_string(table.where(0, b)), "one.yaml:12:70000");
  EXPECT_EQ(to_string(table.where(1)), "one.yaml:20:5");
  EXPECT_EQ(to_string(table.where(2, b)), "two.csv:4000000000:3");
  EXPECT_EQ(to_string(table.where(3, a)), "two.csv:3:2");
  EXPECT_EQ(to_string(table.where(3)), "two.csv:7:4");
  EXPECT_EQ(to_string(table.where(3, 9)), "two.csv:7:4");
}

TEST(RowTableTest, AppendRowIsTheSameAsPuttingCellByCell) {
  RowTable table;
  table.column("a");
  table.column("b");
  table.column("c");
  const Cell cells[] = {Cell::plain("x"), Cell{}, Cell::bare("y")};
  const Mark marks[] = {{1, 1}, {}, {2, 5}};
  table.append_row({1, 1}, cells, marks);
  table.append_row({3, 1}, {}, {});
  EXPECT_EQ(rows_text(table), "1:1 a=Plain(x)@1:1 c=Bare(y)@2:5\n3:1\n");
}

TEST(RowTableTest, ReleasedRowsGiveTheirMemoryBackAndLaterOnesStay) {
  RowTable table;
  const ColumnIndex a = table.column("a");
  const std::string text(1000, 'x');
  constexpr std::uint32_t rows = 5000;
  for (std::uint32_t row = 0; row < rows; ++row) {
    table.begin_row({row + 1, 1});
    table.put(a, Cell::plain(text + std::to_string(row)), {row + 1, 1});
    table.end_row();
  }
  const std::size_t before = table.memory_bytes();
  table.release_before(4000);
  EXPECT_LT(table.memory_bytes(), before / 3);
  for (std::uint32_t row = 4000; row < rows; ++row) EXPECT_EQ(table.cell(row, a).bytes, text + std::to_string(row));
  table.release_before(rows);
  EXPECT_EQ(table.cell(rows - 1, a).bytes, text + std::to_string(rows - 1));  // the block that is written stays
}

// The goal of docs/benchmarks.md: a declared row costs at most a quarter more than its payload, its index entry
// included.
TEST(RowTableTest, ADeclaredRowFromCsvIsAtMostAQuarterAboveItsPayload) {
  std::string csv =
      "id,name,tune_url,logo_url,main_image_url,description,cta_text,offer_id,aff_id,active,payout_amount\n";
  constexpr std::size_t rows = 20'000;
  std::size_t payload = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string id = std::to_string(row);
    const std::string cells[] = {
        id,
        "Campaign " + id + " of the long list of campaigns",
        "https://track.example.com/aff_c?offer_id=" + id + "&aff_id=42001",
        "https://images.example.com/logo/" + id + ".png",
        "https://images.example.com/main/" + id + ".jpeg",
        "A description of about a hundred letters, with a comma, a \"quoted\" word and little else in it at all.",
        "Claim the offer " + id,
        id,
        "42001",
        "1",
        "0.45"};
    std::string line;
    for (const std::string& cell : cells) {
      payload += cell.size();
      std::string escaped;
      for (const char c : cell) escaped += c == '"' ? std::string("\"\"") : std::string(1, c);
      line += (line.empty() ? "\"" : ",\"") + escaped + "\"";
    }
    csv += line + "\n";
  }
  const ReadRows read = read_rows("x.csv", csv, 1 << 20, {}, false);
  ASSERT_EQ(read.errors, std::vector<std::string>{});
  ASSERT_EQ(read.table.size(), rows);
  EXPECT_GE(payload / rows, 300u);
  EXPECT_LE(static_cast<double>(read.table.memory_bytes() + 8 * rows), 1.25 * static_cast<double>(payload));
}

}  // namespace
}  // namespace holdfast::testing
