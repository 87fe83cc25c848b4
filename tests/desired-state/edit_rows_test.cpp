// Values put into files of rows in place: CSV and NDJSON.
#include <gtest/gtest.h>

#include "desired-state/edit/csv_edit.h"
#include "desired-state/edit/ndjson_edit.h"
#include "tests/desired-state/editing.h"

namespace holdfast::edit {
namespace {

using testing::absent;
using testing::blob;
using testing::null;
using testing::number;
using testing::text;
using testing::text_only_quoted;

struct Row {
  const char* story;
  std::string from;
  std::size_t row;
  std::string column;
  NewValue value;
  std::string want;
  bool add = false;
};

void check(std::span<const Row> table, Edited (*editor)(std::string_view, std::span<const CellEdit>)) {
  for (const Row& row : table) {
    const CellEdit edit{{}, row.row, row.column, row.add, row.value};
    const Edited edited = editor(row.from, {&edit, 1});
    EXPECT_EQ(edited.ok() ? edited.text : "refused: " + edited.problems.front().message, row.want) << row.story;
    EXPECT_EQ(apply_splices(row.from, edited.splices), edited.ok() ? edited.text : row.from) << row.story;
  }
}

TEST(EditCsv, only_the_field_is_replaced) {
  const Row table[] = {
      {"bare", "id,name\n1,Pen\n2,Cup\n", 1, "name", text("Box"), "id,name\n1,Pen\n2,Box\n"},
      {"a number", "id,price,x\n1,1.5,y\n", 0, "price", number("2.25"), "id,price,x\n1,2.25,y\n"},
      {"quotes stay", "id,name\n1,\"Pen\"\n", 0, "name", text("Cup"), "id,name\n1,\"Cup\"\n"},
      {"quotes around a number stay", "id,name\n\"1\",a\n", 0, "id", number("2"), "id,name\n\"2\",a\n"},
      {"but where they would make text of it", "id,name\n\"1\",a\n", 0, "id", absent("2"), "id,name\n2,a\n"},
      {"a comma needs quotes", "id,name\n1,Pen\n", 0, "name", text("a,b"), "id,name\n1,\"a,b\"\n"},
      {"so does a quote", "id,name\n1,Pen\n", 0, "name", text("5\" box"), "id,name\n1,\"5\"\" box\"\n"},
      {"so does a line feed", "id,name\n1,Pen\n", 0, "name", text("a\r\nb"), "id,name\n1,\"a\r\nb\"\n"},
      {"so does a blank at an end", "id,name\n1,Pen\n", 0, "name", text("a "), "id,name\n1,\"a \"\n"},
      {"text that would be a number", "id,name\n1,Pen\n", 0, "name", text_only_quoted("7"), "id,name\n1,\"7\"\n"},
      {"empty text", "id,name\n1,Pen\n", 0, "name", text(""), "id,name\n1,\"\"\n"},
      {"NULL", "id,name,x\n1,\"Pen\",y\n", 0, "name", null(), "id,name,x\n1,,y\n"},
      {"NULL at the end", "id,name\n1,Pen", 0, "name", null(), "id,name\n1,"},
      {"text for NULL", "id,name\n1,\n", 0, "name", text("Pen"), "id,name\n1,Pen\n"},
      {"text for NULL at the end", "id,name\n1,", 0, "name", text("Pen"), "id,name\n1,Pen"},
      {"several lines in quotes", "id,name\n1,\"a \"\"b\"\"\nc\"\n2,x\n", 0, "name", text("d"),
       "id,name\n1,\"d\"\n2,x\n"},
      {"behind them", "id,name\n1,\"a\nb\"\n\n\n2,x\n", 1, "name", text("d"), "id,name\n1,\"a\nb\"\n\n\n2,d\n"},
      {"CRLF and a byte order mark", "\xef\xbb\xbfid,name\r\n1,Pen\r\n2,Cup\r\n", 0, "name", text("Box"),
       "\xef\xbb\xbfid,name\r\n1,Box\r\n2,Cup\r\n"},
      {"quotes in the header", "\"id\",\"a \"\"b\"\"\"\n1,x\n", 0, "a \"b\"", text("y"),
       "\"id\",\"a \"\"b\"\"\"\n1,y\n"},
      {"no such column", "id,name\n1,Pen\n", 0, "price", number("1"), "refused: the CSV file has no such column", true},
      {"no such row", "id,name\n1,Pen\n", 1, "name", text("a"), "refused: the row is not where it was read"},
      {"bytes", "id,name\n1,Pen\n", 0, "name", blob("a"), "refused: CSV has no way to write the new value"},
      {"text that is none", "id,name\n1,Pen\n", 0, "name", text("a\xff"),
       "refused: the new value would not be read as the same"},
  };
  check(table, edit_csv);
}

TEST(EditNdjson, only_the_value_is_replaced) {
  const Row table[] = {
      {"a string", "{\"id\":1,\"name\":\"Pen\"}\n", 0, "name", text("Cup"), "{\"id\":1,\"name\":\"Cup\"}\n"},
      {"escapes", "{\"id\":1,\"name\":\"a\\\"}\"}\n", 0, "name", text("b\"\\\n\x01"),
       "{\"id\":1,\"name\":\"b\\\"\\\\\\n\\u0001\"}\n"},
      {"a number", "{ \"id\" : 1 , \"x\" : 2 }\n", 0, "id", number("-1.5"), "{ \"id\" : -1.5 , \"x\" : 2 }\n"},
      {"a number in quotes stays in quotes", "{\"id\":\"1\"}\n", 0, "id", number("2"), "{\"id\":\"2\"}\n"},
      {"true", "{\"id\":true}\n", 0, "id", number("false"), "{\"id\":false}\n"},
      {"text for a number", "{\"id\":1}\n", 0, "id", text("abc"), "{\"id\":\"abc\"}\n"},
      {"text that is no number of JSON", "{\"id\":1}\n", 0, "id", text("007"), "{\"id\":\"007\"}\n"},
      {"a number beyond 2^53", "{\"id\":1}\n", 0, "id", number("9007199254740993"), "{\"id\":9007199254740993}\n"},
      {"null", "{\"id\":\"1\"}\n", 0, "id", null(), "{\"id\":null}\n"},
      {"a later line, CRLF", "{\"id\":1}\r\n\r\n  {\"id\":2}\r\n", 1, "id", number("3"),
       "{\"id\":1}\r\n\r\n  {\"id\":3}\r\n"},
      {"an escaped name", "{\"n\\u0061me\":\"Pen\"}", 0, "name", text("Cup"), "{\"n\\u0061me\":\"Cup\"}"},
      {"a column more", "{\"id\":1}\n{\"id\":2}\n", 0, "b", number("3"), "{\"id\":1,\"b\":3}\n{\"id\":2}\n", true},
      {"a column more, with blanks", "{\"id\": 1, \"x\": 2 }\n", 0, "b", text("c"),
       "{\"id\": 1, \"x\": 2, \"b\": \"c\" }\n", true},
      {"nothing but that column", "{}\n", 0, "b", number("3"), "{\"b\":3}\n", true},
      {"no such row", "{\"id\":1}\n", 1, "id", text("a"), "refused: the row is not where it was read"},
      {"a column that is not there", "{\"id\":1}\n", 0, "b", text("a"), "refused: the row is not as it was read"},
      {"bytes", "{\"id\":1}\n", 0, "id", blob("a"), "refused: JSON has no way to write the new value"},
      {"no spelling without quotes", "{\"id\":1}\n", 0, "id", absent("Infinity"),
       "refused: JSON has no way to write the new value"},
  };
  check(table, edit_ndjson);
}

TEST(EditRows, two_edits_of_one_cell_are_refused) {
  const CellEdit edits[] = {{{}, 0, "id", false, number("2")}, {{}, 0, "id", false, number("3")}};
  EXPECT_FALSE(edit_csv("id,x\n1,2\n", edits).ok());
  EXPECT_FALSE(edit_ndjson("{\"id\":1}\n", edits).ok());
}

TEST(EditRows, several_edits_at_once) {
  const CellEdit edits[] = {{{}, 1, "id", false, number("20")},
                            {{}, 0, "x", false, null()},
                            {{}, 0, "y", true, number("1")},
                            {{}, 0, "z", true, number("2")}};
  EXPECT_EQ(edit_ndjson("{\"id\":1,\"x\":5}\n{\"id\":2}\n", edits).text,
            "{\"id\":1,\"x\":null,\"y\":1,\"z\":2}\n{\"id\":20}\n");
  EXPECT_EQ(edit_csv("id,x\n1,5\n2,6\n", std::span(edits, 2)).text, "id,x\n1,\n20,6\n");
}

TEST(EditRows, ranges_cover_every_field_of_a_column) {
  const auto shown = [](std::string_view text, const std::vector<Range>& ranges) {
    std::string found;
    for (const Range& range : ranges) found += std::string(text.substr(range.begin, range.end - range.begin)) + ";";
    return found;
  };
  const std::string csv = "id,Email\n1,a@b\n2,\"c@\"\"d\n\"\n3,\n";
  EXPECT_EQ(shown(csv, csv_ranges(csv, {"email"})), "a@b;\"c@\"\"d\n\";");
  const std::string json = "{\"id\":1,\"email\":\"a\\\"b\"}\n{\"EMAIL\": 7}\n";
  EXPECT_EQ(shown(json, ndjson_ranges(json, {"email"})), "\"a\\\"b\";7;");
}

}  // namespace
}  // namespace holdfast::edit
