// Damage that yaml-cpp lets pass or tells badly, each with the message that people get (trap 28).
#include <gtest/gtest.h>

#include "tests/desired-state/decoding.h"

namespace holdfast::testing {
namespace {

using namespace std::string_literals;  // NOLINT(google-build-using-namespace)

struct Case {
  const char* what;
  std::string spec;    // of a RowSet, from line 8 on
  std::string errors;  // after "d.yaml:", one a line
};

void check(const Case& one) {
  std::string want;
  for (std::size_t at = 0; at < one.errors.size();) {
    const std::size_t end = std::min(one.errors.find('\n', at), one.errors.size());
    want += "d.yaml:" + one.errors.substr(at, end - at) + "\n";
    at = end + 1;
  }
  EXPECT_EQ(decode_one(row_set(one.spec)).all_errors(), want) << one.what;
}

TEST(YamlSyntax, WhatYamlCppLetsPass) {
  const Case cases[] = {
      {"an unclosed double quote before the last newline", "  rows:\n    - {id: 1}\n    - id: \"2\n",
       "10:11: the quote that begins here is not closed"},
      {"an unclosed single quote before the last newline", "  rows:\n    - id: 'it''s\n",
       "9:11: the quote that begins here is not closed"},
      {"a second root", "---\n- a\nb: c\n",
       "9:1: a document must be a map, not a list (with apiVersion, kind, metadata and spec)\n10:1: the document has "
       "ended before this line (check the indentation; a new document begins with ---)"},
      {"a bare word after pairs", "  allowEmpty: true\n  word\n",
       "9:3: there is no \":\" after \"word\" (is this part of the value above? quote that value)\n9:3: spec has no "
       "field \"word\" (its fields: databaseRef, table, key, mode, initial, defaults, rows, rowsFrom, renames, "
       "forbidden, references, policy, limits, sensitive, interval, expect, allowEmpty)"},
      {"a name with a comma in flow style", "  rows:\n    - {id: 1, name: Hulu - Hit Movies, TV and More!}\n",
       "9:40: there is no \":\" after \"TV and More!\" (is this part of a value? quote the value)"},
      {"a colon without a space in flow style", "  rows: [{id:1}]\n",
       "8:11: there is no \":\" after \"id:1\" (write a space after the colon)"},
      {"an empty pair", "  rows: [{id: 1,,name: b}]\n", "8:17: a key is missing here"},
      {"a duplicate key", "  allowEmpty: true\n  allowEmpty: false\n",
       "9:3: \"allowEmpty\" is there twice (the first is on line 8)"},
      {"a duplicate column", "  rows:\n    - {id: 1, name: a, \"name\": b}\n",
       "9:24: column \"name\" is there twice in this row"},
      {"three hyphens without a blank", "---c\n",
       "8:1: there is no \":\" after \"---c\" (is this part of the value above? quote that value)\n8:1: a document has "
       "no field \"---c\" (its fields: apiVersion, kind, metadata, spec)"},
      {"a merge key in a row", "  rows:\n    - {<<: {a: b}, id: 1}\n",
       "9:8: a merge key (<<) is not supported in rows (put what the rows share into defaults)"},
      {"a merge key elsewhere", "  policy: {<<: {}}\n",
       "8:12: a merge key (<<) is not supported (put what rows share into defaults)"},
      {"a list as key", "  ? [a]\n  : b\n", "8:5: a key must be a word or quoted text, not a list or map"},
      {"an alias of a list as key", "  key: &x [a]\n  *x : b\n",
       "8:3: \"key\" is there twice (the first is on line 6)\n9:3: a key must be a word or quoted text, not a list or "
       "map"},
      {"a key on a line of its own", "  ? allowEmpty\n  : true\n",
       "8:5: there is no \":\" after \"allowEmpty\" (is this part of the value above? quote that value)"},
      {"an unknown tag", "  rows: [{id: !!int 1, b: !money 2}]\n",
       "8:15: unknown tag \"!!int\" (only !!str and !!binary mean something here)\n8:27: unknown tag \"!money\" (only "
       "!!str and !!binary mean something here)"},
      {"a value that begins with an ampersand", "  rows: [{id: &b, n: 1}]\n",
       "8:15: the anchor names nothing (a value that begins with & must be quoted)"},
      {"an address that begins with an ampersand", "  rows:\n    - id: &it''s' x\n",
       "9:11: the name of an anchor has letters, digits, - and _ only (a value that begins with & must be quoted)"},
      {"a percent sign in the first column", "  table: x\n%y\n",
       "9:1: a directive (%) cannot stand here (it belongs before the --- of a document; a value that begins with % "
       "must be quoted)"},
      {"bytes that are not base64", "  rows: [{id: !!binary \"?\"}]\n", "8:15: what follows !!binary is not base64"},
      {"an escaped NUL", "  rows: [{id: \"a\\0\"}]\n",
       "8:15: the text has a NUL character (\\0) (write bytes as !!binary and base64)"},
  };
  for (const Case& one : cases) check(one);
}

TEST(YamlSyntax, SyntaxErrorsNameThePlaceAndTheMend) {
  const Case cases[] = {
      {"an open list at the end", "  initial: [a,\n    b\n", "8:12: the list that begins here is not closed"},
      {"an open map", "  rows:\n    - {id: 1}\n    - {id: 2\n", "10:7: the map that begins here is not closed"},
      {"an address with a question mark", "  rows: [{id: http://x?y}]\n",
       "8:23: this is not YAML: unknown token (quote this value?)"},
      {"an at sign", "  table: @x\n", "8:10: this is not YAML: unknown token (quote this value?)"},
      {"a colon in a value", "  table: a: b\n", "8:11: this is not YAML: illegal map value (quote this value?)"},
      {"text behind a quote", "  initial: [\"a\" b]\n",
       "8:12: the list that begins here is not closed (at 8:17 a comma, a bracket or a quote is missing)"},
      {"a quote that ends early", "  table: 'it's'\n",
       "8:14: this is not YAML: end of map not found (check the indentation, and that each quote above is closed)"},
      {"an unknown escape", "  interval: \"\\q\"\n", "8:16: this is not YAML: unknown escape character: q"},
      {"a glob", "  interval: *x\n",
       "8:13: this is not YAML: the referenced anchor is not defined (a value that begins with * must be quoted)"},
      {"wrong indentation", "  policy:\n    extra: Keep\n   missing: Report\n",
       "10:4: this is not YAML: end of map not found (check the indentation, and that each quote above is closed)"},
      {"an alias of itself", "  initial: &x [*x]\n", "8:16: the alias is inside of what it names"},
      {"a control character", "  initial: [\x04]\n",
       "8:13: the text has a control character (byte 0x04) (inside double quotes write it as \\x04)"},
      {"invalid UTF-8", "  initial: [\xff]\n",
       "8:13: the text is not valid UTF-8 (byte 0xff) (save the file as UTF-8)"},
      {"a NUL byte", "  initial: [\0]\n"s, "8:13: the text has a NUL byte (is this a text file?)"},
      {"a cut file", "  rows:\n    - {id: \"1",
       "9:14: this is not YAML: illegal EOF in scalar (is a quote above not closed?)"},
  };
  for (const Case& one : cases) check(one);
}

TEST(YamlSyntax, AWholeFileEndsAtItsSyntaxErrorAndOthersGoOn) {
  const Decoded got =
      decode_all({{"a.yaml", row_set("  tabel: x\n") + "---\nx: [\n"}, {"b.yaml", row_set("  mod: x\n")}});
  ASSERT_EQ(got.errors.size(), 3u) << got.all_errors();
  EXPECT_EQ(got.errors[0].substr(0, 11), "a.yaml:8:3:");
  EXPECT_EQ(got.errors[1], "a.yaml:10:4: the list that begins here is not closed");
  EXPECT_EQ(got.errors[2], "b.yaml:8:3: spec has no field \"mod\" (did you mean \"mode\"?)");
}

TEST(YamlSyntax, SoundYamlIsTaken) {
  const char* specs[] = {
      "  \"allowEmpty\" : true   # a comment\n",
      "  interval: !!str 30s\n",
      "  initial:\n  - a\n  - \"b: c\"\n  - 'it''s'\n  - |\n    block\n  - >-\n    folded\n    text\n",
      "  rows: [{id: 1, \"a:b\": 2}, {\"x\":3, id: http://x}]\n",
      "  rows:\n    - id: 1\n      text: several\n        lines of plain\n",
      "  rows:\n    - id: \"a\\\"b\"\n    - id: 'a''b'\n",
      "...\n---\n...\n# only a comment\n---\n",
      "\n---   # empty\n",
      "  policy: &p {extra: Keep}\n",
      "  rows:\n    - &r {id: 1, name: a}\n    - *r\n",
      "  rows: !!seq [!!map {id: 1}]\n",
      "  rows: [{? id : 1}]\n",
  };
  for (const char* spec : specs) EXPECT_EQ(decode_one(row_set(spec)).all_errors(), "") << spec;
  EXPECT_EQ(decode_one("\xef\xbb\xbf" + row_set("")).all_errors(), "");
  EXPECT_EQ(
      decode_one("# first\n%YAML 1.2\n---\n" + row_set("") + "...\n\n%YAML 1.2\n---\n" + row_set("")).all_errors(), "");
  std::string windows;
  for (const char c : row_set("  rows:\n    - {id: 1, name: a}\n"))
    windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(decode_one(windows).all_errors(), "");
}

TEST(YamlSyntax, FilesWithoutDocuments) {
  const char* want =
      "d.yaml: the file has no documents (remove it, or write one with apiVersion, kind, metadata and spec)\n";
  for (const char* text : {"", "\n", "# a comment\n", "---\n", "---\n---\n", "...\n"}) {
    EXPECT_EQ(decode_one(text).all_errors(), want) << text;
  }
  EXPECT_EQ(decode_one("~\n").all_errors(),
            "d.yaml:1:1: a document must be a map, not nothing (with apiVersion, kind, metadata and spec)\n");
}

}  // namespace
}  // namespace holdfast::testing
