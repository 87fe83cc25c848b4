// Rows from YAML, CSV and NDJSON: cells as they were written, with their exact places, whatever the pieces they come
// in.
#include <gtest/gtest.h>

#include "tests/desired-state/decoding.h"

namespace holdfast::testing {
namespace {

using namespace std::string_literals;  // NOLINT(google-build-using-namespace)

struct Case {
  const char* what;
  std::string text;
  std::string rows;
  std::vector<std::string> errors = {};
};

// The same in one piece, byte by byte, and in pieces that cut rows anywhere.
void check(const char* file, const Case& one) {
  for (const std::size_t piece :
       {std::size_t{1} << 20, std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}}) {
    const ReadRows got = read_rows(file, one.text, piece);
    EXPECT_EQ(got.rows, one.rows) << one.what << ", pieces of " << piece;
    std::vector<std::string> want;
    for (const std::string& error : one.errors) want.push_back(file + (":" + error));
    EXPECT_EQ(got.errors, want) << one.what << ", pieces of " << piece;
  }
}

TEST(CsvRows, WhatIsTaken) {
  const Case cases[] = {
      {"plain and quoted", "id,name\n1,a\n2,\"b,c\"\n",
       "2:1 id=Bare(1)@2:1 name=Bare(a)@2:3\n3:1 id=Bare(2)@3:1 name=Text(b,c)@3:3\n"},
      {"NULL and empty text, CRLF", "id,name\r\n1,\r\n2,\"\"\r\n",
       "2:1 id=Bare(1)@2:1 name=Null@2:3\n3:1 id=Bare(2)@3:1 name=Text()@3:3\n"},
      {"a byte order mark and doubled quotes", "\xef\xbb\xbfid,name\n1,\"x \"\"y\"\" z\"\n",
       "2:1 id=Bare(1)@2:1 name=Text(x \"y\" z)@2:3\n"},
      {"only quotes", "a,b\n\"\"\"\",\"\"\"\"\"\"\n", "2:1 a=Text(\")@2:1 b=Text(\"\")@2:6\n"},
      {"a field over two lines", "id,name,x\n1,\"two\nlines\",3\n4,,5",
       "2:1 id=Bare(1)@2:1 name=Text(two\nlines)@2:3 x=Bare(3)@3:8\n4:1 id=Bare(4)@4:1 name=Null@4:3 x=Bare(5)@4:4\n"},
      {"CRLF inside of quotes stays", "a\n\"x\r\ny\"\n", "2:1 a=Text(x\r\ny)@2:1\n"},
      {"blanks belong to the field", "a,b\n x , \n", "2:1 a=Bare( x )@2:1 b=Bare( )@2:5\n"},
      {"empty lines are skipped", "a\n\n1\r\n\r\n\"\"\n\n", "3:1 a=Bare(1)@3:1\n5:1 a=Text()@5:1\n"},
      {"no newline at the end", "a,b\n\"1\",2", "2:1 a=Text(1)@2:1 b=Bare(2)@2:5\n"},
      {"a quoted end", "a\n\"1\"", "2:1 a=Text(1)@2:1\n"},
      {"a quoted header", "\"a,\"\"b\",c\n1,2\n", "2:1 a,\"b=Bare(1)@2:1 c=Bare(2)@2:3\n"},
      {"a header alone", "a,b\n", ""},
      {"characters of several bytes", "é\n€uro\n", "2:1 é=Bare(€uro)@2:1\n"},
      {"fields of every length", "a,b\n1234567,12345678\n123456789,\"1234567890123456\"\n",
       "2:1 a=Bare(1234567)@2:1 b=Bare(12345678)@2:9\n3:1 a=Bare(123456789)@3:1 b=Text(1234567890123456)@3:11\n"},
  };
  for (const Case& one : cases) check("x.csv", one);
}

TEST(CsvRows, WhatIsRefused) {
  const Case cases[] = {
      {"another number of fields",
       "a,b\n1\n1,2,3\n4,5\n",
       "4:1 a=Bare(4)@4:1 b=Bare(5)@4:3\n",
       {"2:1: the row has 1 field, the header 2 (NULL is written as nothing between two commas)",
        "3:1: the row has 3 fields, the header 2 (quote a value that has a comma)"}},
      {"a quote in the middle",
       "a,b\n1,x\"y\n2,3\n",
       "3:1 a=Bare(2)@3:1 b=Bare(3)@3:3\n",
       {"2:4: there is a quote inside of an unquoted field (quote the whole field and write the quote twice)"}},
      {"text after a quote",
       "a,b\n1,\"x\"y\n2,3\n",
       "3:1 a=Bare(2)@3:1 b=Bare(3)@3:3\n",
       {"2:6: there is text after the closing quote (a quote inside of quotes is written twice)"}},
      {"an open quote", "a,b\n1,\"x\n2,3\n", "", {"2:3: the quote that begins here is not closed"}},
      {"an empty header", "a,\n1,2\n", "", {"1:3: column 2 of the header has no name"}},
      {"a duplicate header", "a,a\n1,2\n", "", {"1:3: column \"a\" is there twice in the header"}},
      {"a header in two cases", "a,A\n1,2\n", "", {"1:3: column \"A\" is there twice in the header"}},
      {"nothing", "", "", {" the file is empty (a CSV file begins with the names of its columns)"}},
      {"invalid UTF-8",
       "a,b\n1,2\n3,\xff\n4,5\n",
       "2:1 a=Bare(1)@2:1 b=Bare(2)@2:3\n",
       {"3:3: the text is not valid UTF-8 (byte 0xff) (save the file as UTF-8)"}},
      {"invalid UTF-8 at the end",
       "a\n\xc3",
       "",
       {"2:1: the text is not valid UTF-8 (byte 0xc3) (save the file as UTF-8)"}},
      {"a NUL byte",
       "a,b\n1,2\n3,\"x\n\0\"\n"s,
       "2:1 a=Bare(1)@2:1 b=Bare(2)@2:3\n",
       {"4:1: the text has a NUL byte (is this a text file?)"}},
      {"lines that end with CR",
       "a,b\r1,2\r",
       "",
       {"1:4: there is a carriage return without a line feed (end lines with LF or CRLF)"}},
      {"a broken header",
       "a\"b\n1\n",
       "",
       {"1:2: there is a quote inside of an unquoted field (quote the whole field and write the quote twice)"}},
  };
  for (const Case& one : cases) check("x.csv", one);
}

TEST(NdjsonRows, WhatIsTaken) {
  const Case cases[] = {
      {"numbers keep their spelling",
       "{\"id\":1,\"n\":12345678901234567890.10e5}\n{\"id\":-0.50,\"n\":9007199254740993}\n",
       "1:7 id=Plain(1)@1:7 n=Plain(12345678901234567890.10e5)@1:13\n2:7 id=Plain(-0.50)@2:7 "
       "n=Plain(9007199254740993)@2:17\n"},
      {"escapes, blanks, another order",
       "{\"a\":\"x\",\"b\":\"y\"}\n \t{ \"b\" : \"\\n\\u00e9\\\"\\\\\" , \"a\":\"\\ud83d\\ude00z\" }\r\n",
       "1:6 a=Text(x)@1:6 b=Text(y)@1:14\n2:11 a=Text(😀z)@2:32 b=Text(\né\"\\)@2:11\n"},
      {"true, false and null", "{\"t\":true,\"f\":false,\"n\":null}",
       "1:6 t=Plain(true)@1:6 f=Plain(false)@1:15 n=Null@1:25\n"},
      {"blank lines and other columns", "\n{\"a\":1}\n  \n{\"b\":\"\"}\n", "2:6 a=Plain(1)@2:6\n4:6 b=Text()@4:6\n"},
      {"a byte order mark", "\xef\xbb\xbf{\"a\":\"\\\\\"}\n{}\n", "1:6 a=Text(\\)@1:6\n2:1\n"},
      {"escaped keys", "{\"\\u0061\":1,\"b\\\"c\":2}\n", "1:11 a=Plain(1)@1:11 b\"c=Plain(2)@1:20\n"},
      {"nothing", "", ""},
      {"huge numbers", "{\"a\":1e400,\"b\":123456789012345678901234567890}\n",
       "1:6 a=Plain(1e400)@1:6 b=Plain(123456789012345678901234567890)@1:16\n"},
  };
  for (const Case& one : cases) check("x.ndjson", one);
  check("x.jsonl", cases[0]);
}

TEST(NdjsonRows, WhatIsRefused) {
  const Case cases[] = {
      {"nested values",
       "{\"a\":{\"b\":1}}\n{\"a\":[1]}\n",
       "",
       {"1:6: column \"a\" must be a single value, not an object (write JSON as a string)",
        "2:6: column \"a\" must be a single value, not an array (write JSON as a string)"}},
      {"no objects",
       "[1]\n1\nnull\n\"x\"\n",
       "",
       {"1:1: a line must be an object, not an array", "2:1: a line must be an object, not a single value",
        "3:1: a line must be an object, not a single value", "4:1: a line must be an object, not a single value"}},
      {"a duplicate key",
       "{\"a\":1,\"a\":2}\n{\"a\":3}\n",
       "2:6 a=Plain(3)@2:6\n",
       {"1:8: column \"a\" is there twice in this row"}},
      // Found by fuzzing: what was kept of the first line was put into the second, which is shorter.
      {"an escaped string on a line that is refused",
       "{\"a\":\"\\\"x\",\"d\":\"\\\"y\",\"b\":}\n{\"c\":1}\n",
       "2:6 c=Plain(1)@2:6\n",
       {"1:26: this is not JSON: syntax error"}},
      {"two objects",
       "{\"a\":1}{\"a\":2}\n{\"a\":1} x\n",
       "",
       {"1:8: there is text after the object (one object a line)",
        "2:9: there is text after the object (one object a line)"}},
      {"an object over two lines",
       "{\"a\":1\n}\n",
       "",
       {"1:7: the object is not complete (one object a line, each on one line)",
        "2:1: this is not JSON: syntax error"}},
      {"no JSON",
       "{\"a\" 1}\n{a:1}\n{\"a\":1,}\n{\"a\":01}\n{\"a\":\"x\ty\"}\n{\"a\":\"\\ud800\"}\n",
       "",
       {"1:6: this is not JSON: syntax error", "2:2: this is not JSON: syntax error",
        "3:8: this is not JSON: syntax error", "4:7: this is not JSON: syntax error",
        "5:8: this is not JSON: syntax error", "6:13: this is not JSON: syntax error"}},
      {"an empty key", "{\"\":1}\n", "", {"1:2: the name of a column is empty"}},
      {"an escaped NUL",
       "{\"a\":\"\\u0000\"}\n{\"\\u0000\":1}\n",
       "",
       {"1:6: the text has a NUL character (\\u0000) (write the row in YAML, with !!binary and base64)",
        "2:2: the name of a column has a NUL character"}},
      {"a NUL byte", "{\"a\":\"\0\"}\n{\"a\":1}\n"s, "", {"1:7: the text has a NUL byte (is this a text file?)"}},
      {"invalid UTF-8",
       "{\"a\":\"\xff\"}\n{\"a\":1}\n",
       "",
       {"1:7: the text is not valid UTF-8 (byte 0xff) (save the file as UTF-8)"}},
  };
  for (const Case& one : cases) check("x.ndjson", one);
}

TEST(YamlRows, WhatIsTaken) {
  const Case cases[] = {
      {"flow and block",
       "- {id: 1, name: \"a b\", x: ~, y: null, z: , w: ''}\n- id: 0450\n  name: |\n    two\n    lines\n  no: no\n",
       "1:8 id=Plain(1)@1:8 name=Text(a b)@1:17 x=Null@1:27 y=Null@1:33 z=Null@1:39 w=Text()@1:47\n"
       "2:7 id=Plain(0450)@2:7 name=Text(two\nlines\n)@3:9 no=Plain(no)@6:7\n"},
      {"nulls that nobody wrote", "- id:\n  name:\n\n- id: 2\n  name: NULL\n  x: Null\n",
       "1:3 id=Null@1:3 name=Null@2:3\n4:7 id=Plain(2)@4:7 name=Null@5:9 x=Null@6:6\n"},
      {"tags", "- {a: !!binary YWI=, b: !!str 1.10, c: !!str, d: ! x, e: !!str ~}\n",
       "1:7 a=Blob(ab)@1:7 b=Text(1.10)@1:25 c=Text()@1:40 d=Text(x)@1:50 e=Text(~)@1:58\n"},
      {"anchors", "- &a {id: 3, name: no}\n- *a\n- {id: &x 4, name: *x}\n",
       "1:11 id=Plain(3)@1:11 name=Plain(no)@1:20\n2:3 id=Plain(3)@2:3 name=Plain(no)@2:3\n3:8 id=Plain(4)@3:8 "
       "name=Plain(4)@3:20\n"},
      {"keys are their text", "- {1.0: a, null: b, true: c, \"x y\": d}\n",
       "1:9 1.0=Plain(a)@1:9 null=Plain(b)@1:18 true=Plain(c)@1:27 x y=Plain(d)@1:37\n"},
      {"spellings stay",
       "- [x]\n",
       "",
       {"1:3: a row must be a map of columns and values (write - {column: value, …})"}},
      {"no rows", "[]\n", ""},
  };
  for (const Case& one : cases) check("x.yaml", one);
  check("x.yml", cases[0]);
}

TEST(YamlRows, WhatIsRefused) {
  const Case cases[] = {
      {"not rows",
       "[a, [b], {c: [d]}, {e: {f: g}, h: 1}, {i: 1, i: 2}, {<<: x}, {\"\": 1}]\n",
       "1:16\n1:39 h=Plain(1)@1:39\n1:46 i=Plain(1)@1:46\n1:1\n1:1\n",
       {"1:2: a row must be a map of columns and values (write - {column: value, …})",
        "1:5: a row must be a map of columns and values (write - {column: value, …})",
        "1:14: column \"c\" must be a single value, not a list (quote the value, or write JSON as text)",
        "1:24: column \"e\" must be a single value, not a map (quote the value, or write JSON as text)",
        "1:46: column \"i\" is there twice in this row",
        "1:54: a merge key (<<) is not supported in rows (put what the rows share into defaults)",
        "1:63: the name of a column is empty"}},
      {"a map", "rows: []\n", "", {"1:1: a file of rows must be a list of rows (write - {column: value, …})"}},
      {"nothing", "# nothing\n", "", {" the file has no rows (write [] when there shall be none)"}},
      {"two lists",
       "- {a: 1}\n---\n- {a: 2}\n",
       "1:7 a=Plain(1)@1:7\n",
       {"2:1: a file of rows has one list, not several documents"}},
      {"a syntax error",
       "- {a: 1, a: 2}\n- {a: 1\n",
       "1:7 a=Plain(1)@1:7\n",
       {"1:10: column \"a\" is there twice in this row", "2:3: the map that begins here is not closed"}},
  };
  for (const Case& one : cases) {
    const ReadRows got = read_rows("x.yaml", one.text);
    std::vector<std::string> want;
    for (const std::string& error : one.errors) want.push_back("x.yaml:" + error);
    EXPECT_EQ(got.errors, want) << one.what;
  }
}

TEST(RowFiles, RowsOfTheDocumentComeFirstThenEachFileWithItsPlaces) {
  DecodeOptions options;
  options.files = {{"a.csv", "name,id\nx,1\n"}, {"sub/b.ndjson", "{\"id\":2}\n"}, {"c.yml", "- {id: 3, new: y}\n"}};
  const Decoded got =
      decode_all({{"folder/d.yaml",
                   row_set("  rows: [{id: 0}]\n  rowsFrom: [{file: a.csv}, {file: sub/b.ndjson}, {file: c.yml}]\n")}},
                 options);
  ASSERT_EQ(got.all_errors(), "");
  const RowSetDocument& set = got.state.row_sets.at(0);
  EXPECT_TRUE(set.has_rows);
  EXPECT_EQ(rows_text(*set.rows),
            "8:15 id=Plain(0)@8:15\n2:1 id=Bare(1)@2:3 name=Bare(x)@2:1\n1:7 id=Plain(2)@1:7\n1:8 id=Plain(3)@1:8 "
            "new=Plain(y)@1:16\n");
  EXPECT_EQ(to_string(set.rows->where(0)), "folder/d.yaml:8:15");
  EXPECT_EQ(to_string(set.rows->where(1)), "folder/a.csv:2:1");
  EXPECT_EQ(to_string(set.rows->where(2)), "folder/sub/b.ndjson:1:7");
  EXPECT_EQ(to_string(set.rows->where(3)), "folder/c.yml:1:8");
}

// -f FOLDER reads every *.yaml: one that a document names as its rows is no document.
TEST(RowFiles, AYamlFileOfRowsBesideItsDocumentIsNotTakenForADocument) {
  DecodeOptions options;
  options.files = {{"./rows.yaml", "- {id: 3}\n"}};
  const std::string document = row_set("  rowsFrom: [{file: ./rows.yaml}]\n");
  EXPECT_EQ(decode_all({{"f/a.yaml", document}, {"f/rows.yaml", "- {id: 3}\n"}}, options).all_errors(), "");
  EXPECT_EQ(decode_all({{"f/rows.yaml", "- {id: 3\n"}, {"f/a.yaml", document}}, options).all_errors(), "");
  EXPECT_EQ(decode_all({{"f/a.yaml", document}, {"g/rows.yaml", "- {id: 3}\n"}}, options).all_errors(),
            "g/rows.yaml:1:1: a document must be a map, not a list (with apiVersion, kind, metadata and spec)\n");
}

}  // namespace
}  // namespace holdfast::testing
