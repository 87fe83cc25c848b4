// Values put into YAML in place: from a text, a cell and a live value to the text that is wanted, byte for byte.
#include <gtest/gtest.h>

#include "desired-state/edit/yaml_edit.h"
#include "tests/desired-state/editing.h"

namespace holdfast::edit {
namespace {

using testing::absent;
using testing::blob;
using testing::document_with_rows;
using testing::null;
using testing::number;
using testing::text;
using testing::text_only_quoted;

// The rows' text alone: `from` and `want` stand below "rows:" of a document with a comment above and below.
struct Row {
  const char* story;
  std::string from;
  std::string column;
  NewValue value;
  std::string want;
  bool add = false;
  std::size_t row = 0;
};

std::string run(const Row& row) {
  const testing::DocumentWithRows document = document_with_rows(row.from);
  const CellEdit edit{document.mark, row.row, row.column, row.add, row.value};
  const Edited edited = edit_yaml(document.text, {&edit, 1}, false);
  if (!edited.ok()) return "refused: " + edited.problems.front().message;
  EXPECT_EQ(apply_splices(document.text, edited.splices), edited.text) << row.story;
  if (edited.text.rfind(document.before, 0) != 0) return "the head has changed:\n" + edited.text;
  return edited.text.substr(document.before.size());
}

void check(std::span<const Row> table) {
  for (const Row& row : table) EXPECT_EQ(run(row), row.want) << row.story;
}

TEST(EditYaml, flow_rows_keep_their_style) {
  const Row table[] = {
      {"plain text", "    - {id: 1, name: Pen}\n", "name", text("Cup"), "    - {id: 1, name: Cup}\n"},
      {"plain number", "    - {id: 1, price: 1.5 }   # dear\n", "price", number("2.25"),
       "    - {id: 1, price: 2.25 }   # dear\n"},
      {"negative number", "    - {id: 1, price: 1.5}\n", "price", number("-2"), "    - {id: 1, price: -2}\n"},
      {"double quotes", "    - {id: 1, name: \"Pen\"}\n", "name", text("Cup \"5\"\n"),
       "    - {id: 1, name: \"Cup \\\"5\\\"\\n\"}\n"},
      {"single quotes", "    - {id: 1, name: 'Pen'}\n", "name", text("it's"), "    - {id: 1, name: 'it''s'}\n"},
      {"single quotes cannot hold a line feed", "    - {id: 1, name: 'Pen'}\n", "name", text("a\nb"),
       "    - {id: 1, name: \"a\\nb\"}\n"},
      {"a comma ends a plain scalar in braces", "    - {id: 1, name: Hulu}\n", "name", text("Hulu, TV and More!"),
       "    - {id: 1, name: \"Hulu, TV and More!\"}\n"},
      {"a question mark does, too", "    - {id: 1, url: http://a.b/c}\n", "url", text("http://a.b/c?d=1"),
       "    - {id: 1, url: \"http://a.b/c?d=1\"}\n"},
      {"an address is plain", "    - {id: 1, url: http://a.b/c}\n", "url", text("http://x.y/z"),
       "    - {id: 1, url: http://x.y/z}\n"},
      {"null", "    - {id: 1, name: \"Pen\"}\n", "name", null(), "    - {id: 1, name: null}\n"},
      {"text for null", "    - {id: 1, name: null}\n", "name", text("Pen"), "    - {id: 1, name: Pen}\n"},
      {"text for ~", "    - {id: 1, name: ~}\n", "name", text(""), "    - {id: 1, name: \"\"}\n"},
      {"the word null", "    - {id: 1, name: Pen}\n", "name", text("null"), "    - {id: 1, name: \"null\"}\n"},
      {"a value for nothing", "    - {id: 1, name: , b: 2}\n", "name", text("Pen"), "    - {id: 1, name: Pen, b: 2}\n"},
      {"a value for nothing at the end", "    - {id: 1, name:}\n", "name", text("Pen"), "    - {id: 1, name: Pen}\n"},
      {"a quoted number", "    - {id: 1, name: \"7\"}\n", "name", number("8"), "    - {id: 1, name: \"8\"}\n"},
      {"a number that only quotes make text", "    - {id: 1, name: abc}\n", "name", text_only_quoted("7521"),
       "    - {id: 1, name: \"7521\"}\n"},
      {"a number where quotes would make text", "    - {id: 1, name: \"7\"}\n", "name", absent("8"),
       "    - {id: 1, name: 8}\n"},
      {"a key in quotes, as in JSON", "    - {\"id\":1,\"name\":\"Pen\"}\n", "name", text("Cup"),
       "    - {\"id\":1,\"name\":\"Cup\"}\n"},
      {"several lines in quotes", "    - {id: 1, name: \"Pen\n       and \\\n       ink\", b: 2}\n", "name",
       text("Cup"), "    - {id: 1, name: \"Cup\", b: 2}\n"},
      {"several plain lines", "    - {id: 1, name: Pen  \n       and\n\n       ink , b: 2}\n", "name", text("Cup"),
       "    - {id: 1, name: Cup , b: 2}\n"},
      {"a row on several lines", "    - {\n        id: 1,   # the first\n        name: Pen   # a tool\n      }\n",
       "name", text("Cup"), "    - {\n        id: 1,   # the first\n        name: Cup   # a tool\n      }\n"},
      {"another row", "    - {id: 1, name: Pen}\n    - {id: 2, name: Pen}\n", "name", text("Cup"),
       "    - {id: 1, name: Pen}\n    - {id: 2, name: Cup}\n", false, 1},
      {"rows in brackets", "    [{id: 1, name: Pen}, {id: 2, name: Pen}]\n", "name", text("Cup"),
       "    [{id: 1, name: Pen}, {id: 2, name: Cup}]\n", false, 1},
      {"letters beyond ASCII before and in it", "    - {id: 1, a: \"äöü €\", name: Käse}\n", "name", text("Brötchen"),
       "    - {id: 1, a: \"äöü €\", name: Brötchen}\n"},
      {"what steers a terminal is escaped", "    - {id: 1, name: Pen}\n", "name", text("a\x1b[2J\xe2\x80\xae"),
       "    - {id: 1, name: \"a\\x1B[2J\\u202E\"}\n"},
  };
  check(table);
}

TEST(EditYaml, block_rows_keep_their_style) {
  const Row table[] = {
      {"plain", "    - id: 1\n      name: Pen  # a tool\n", "name", text("Cup, TV? {x}"),
       "    - id: 1\n      name: Cup, TV? {x}  # a tool\n"},
      {"what looks like a comment", "    - id: 1\n      name: Pen\n", "name", text("a #b"),
       "    - id: 1\n      name: \"a #b\"\n"},
      {"what looks like a map", "    - id: 1\n      name: Pen\n", "name", text("a: b"),
       "    - id: 1\n      name: \"a: b\"\n"},
      {"what looks like a list", "    - id: 1\n      name: Pen\n", "name", text("- a"),
       "    - id: 1\n      name: \"- a\"\n"},
      {"blanks at the ends", "    - id: 1\n      name: Pen\n", "name", text(" a "),
       "    - id: 1\n      name: \" a \"\n"},
      {"nothing was there", "    - name:   # none yet\n      id: 1\n", "name", text("Pen"),
       "    - name: Pen   # none yet\n      id: 1\n"},
      {"nothing was there, at the end", "    - id: 1\n      name:", "name", text("Pen"),
       "    - id: 1\n      name: Pen"},
      {"plain on several lines", "    - id: 1\n      name: Pen\n        and ink\n      # more\n      b: 2\n", "name",
       text("Cup"), "    - id: 1\n      name: Cup\n      # more\n      b: 2\n"},
      {"a tag for text stays", "    - {id: 1, name: !!str 7}\n", "name", text_only_quoted("8"),
       "    - {id: 1, name: !!str 8}\n"},
      {"bytes", "    - {id: 1, name: Pen}\n", "name", blob("\x01\xff"), "    - {id: 1, name: !!binary Af8=}\n"},
      {"bytes for bytes", "    - {id: 1, name: !!binary \"AAA=\"}\n", "name", blob("\x01\xff"),
       "    - {id: 1, name: !!binary \"Af8=\"}\n"},
      {"text for bytes", "    - {id: 1, name: !!binary AAA=}\n", "name", text("Pen"), "    - {id: 1, name: Pen}\n"},
      {"no bytes", "    - {id: 1, name: Pen}\n", "name", blob(""), "    - {id: 1, name: !!binary \"\"}\n"},
      {"bytes on several lines", "    - id: 1\n      name: !!binary |\n        AAAA\n        AAAA\n      b: 2\n",
       "name", blob("\x01\x02\x03\x04"),
       "    - id: 1\n      name: !!binary |\n        AQID\n        BA==\n      b: 2\n"},
  };
  check(table);
}

TEST(EditYaml, literal_and_folded_scalars) {
  const Row table[] = {
      {"literal", "    - id: 1\n      name: |   # the text\n        a\n        b\n      b: 2\n", "name",
       text("c\n\n  d\n"), "    - id: 1\n      name: |   # the text\n        c\n\n          d\n      b: 2\n"},
      {"literal without the last line feed", "    - id: 1\n      name: |\n        a\n      b: 2\n", "name", text("c"),
       "    - id: 1\n      name: |-\n        c\n      b: 2\n"},
      {"literal with more of them", "    - id: 1\n      name: |\n        a\n      b: 2\n", "name", text("c\n\n\n"),
       "    - id: 1\n      name: |+\n        c\n\n\n      b: 2\n"},
      {"literal that kept them", "    - id: 1\n      name: |+\n        a\n\n\n      b: 2\n", "name", text("c\n"),
       "    - id: 1\n      name: |+\n        c\n      b: 2\n"},
      {"blank lines behind it stay", "    - id: 1\n      name: |-\n        a\n\n\n    # next\n    - id: 2\n", "name",
       text("c\nd"), "    - id: 1\n      name: |-\n        c\n        d\n\n\n    # next\n    - id: 2\n"},
      {"a literal cannot begin with a blank, its comment stays",
       "    - id: 1\n      name: | # why\n        a\n        b\n      b: 2\n", "name", text(" c\n"),
       "    - id: 1\n      name: \" c\\n\" # why\n      b: 2\n"},
      {"but where the header gives the indentation", "    - id: 1\n      name: |2\n          a\n      b: 2\n", "name",
       text("   c\n"), "    - id: 1\n      name: |2\n           c\n      b: 2\n"},
      {"a literal cannot hold a bell", "    - id: 1\n      name: |\n        a\n      b: 2\n", "name", text("c\a\n"),
       "    - id: 1\n      name: \"c\\x07\\n\"\n      b: 2\n"},
      {"a literal becomes null", "    - id: 1\n      name: |\n        a\n        b\n      b: 2\n", "name", null(),
       "    - id: 1\n      name: null\n      b: 2\n"},
      {"a literal at the end of a text without a last line feed", "    - id: 1\n      name: |-\n        a", "name",
       text("c\nd"), "    - id: 1\n      name: |-\n        c\n        d"},
      {"and with a line feed that could not be there", "    - id: 1\n      name: |-\n        a", "name", text("c\n"),
       "    - id: 1\n      name: \"c\\n\""},
      {"folded", "    - id: 1\n      name: >-\n        one two\n        three\n      b: 2\n", "name",
       text("four five six\nseven"),
       "    - id: 1\n      name: >-\n        four\n        five\n        six\n\n        seven\n      b: 2\n"},
      {"folded on one line stays so", "    - id: 1\n      name: >\n        one two three\n      b: 2\n", "name",
       text("four five six seven eight\n"),
       "    - id: 1\n      name: >\n        four five six seven eight\n      b: 2\n"},
      {"folded cannot hold indented lines", "    - id: 1\n      name: >\n        one\n      b: 2\n", "name",
       text("a\n  b\n"), "    - id: 1\n      name: \"a\\n  b\\n\"\n      b: 2\n"},
  };
  check(table);
}

TEST(EditYaml, line_endings_and_the_byte_order_mark_stay) {
  const Row table[] = {
      {"CRLF", "    - id: 1\r\n      name: Pen # x\r\n      b: 2\r\n", "name", text("Cup"),
       "    - id: 1\r\n      name: Cup # x\r\n      b: 2\r\n"},
      {"CRLF in a literal", "    - id: 1\r\n      name: |\r\n        a\r\n        b\r\n      b: 2\r\n", "name",
       text("c\nd\ne\n"), "    - id: 1\r\n      name: |\r\n        c\r\n        d\r\n        e\r\n      b: 2\r\n"},
      {"CRLF and a column more", "    - id: 1\r\n      name: Pen\r\n    - id: 2\r\n", "b", number("5"),
       "    - id: 1\r\n      name: Pen\r\n      b: 5\r\n    - id: 2\r\n", true},
      {"CRLF in plain lines", "    - id: 1\r\n      name: Pen\r\n        and ink\r\n      b: 2\r\n", "name",
       text("Cup"), "    - id: 1\r\n      name: Cup\r\n      b: 2\r\n"},
  };
  check(table);
  testing::DocumentWithRows document = document_with_rows("    - {id: 1, name: Pen}");
  const CellEdit edit{document.mark, 0, "name", false, text("Cup")};
  const Edited edited = edit_yaml("\xef\xbb\xbf" + document.text, {&edit, 1}, false);
  EXPECT_EQ(edited.text, "\xef\xbb\xbf" + document.before + "    - {id: 1, name: Cup}");
}

TEST(EditYaml, a_column_from_defaults_is_added_to_the_row) {
  const Row table[] = {
      {"braces", "    - {id: 1, name: Pen }\n", "active", number("0"), "    - {id: 1, name: Pen, active: 0 }\n", true},
      {"a comma at the end", "    - {id: 1, name: Pen,}\n", "active", number("0"),
       "    - {id: 1, name: Pen, active: 0}\n", true},
      {"braces on several lines", "    - {\n      id: 1,\n      name: Pen # a\n      }\n", "active", number("0"),
       "    - {\n      id: 1,\n      name: Pen, active: 0 # a\n      }\n", true},
      {"nothing in braces", "    - {}\n", "active", number("0"), "    - {active: 0}\n", true},
      {"a missing value at the end", "    - {id: 1, name: }\n", "active", number("0"),
       "    - {id: 1, name: , active: 0}\n", true},
      {"block", "    - id: 1\n      name: Pen  # a tool\n\n    - id: 2\n", "active", number("0"),
       "    - id: 1\n      name: Pen  # a tool\n      active: 0\n\n    - id: 2\n", true},
      {"block, at the end of the text", "    - id: 1\n      name: Pen", "active", number("0"),
       "    - id: 1\n      name: Pen\n      active: 0", true},
      {"behind a literal", "    - id: 1\n      name: |\n        Pen\n        Cup\n    - id: 2\n", "active", number("0"),
       "    - id: 1\n      name: |\n        Pen\n        Cup\n      active: 0\n    - id: 2\n", true},
      {"more indented", "    -   id: 1\n        name: Pen\n", "active", number("0"),
       "    -   id: 1\n        name: Pen\n        active: 0\n", true},
      {"on the next line", "    -\n      id: 1\n", "active", text("x"), "    -\n      id: 1\n      active: x\n", true},
      {"a name that needs quotes", "    - {id: 1}\n", "a: b", number("0"), "    - {id: 1, \"a: b\": 0}\n", true},
  };
  check(table);
}

TEST(EditYaml, aliases_and_anchors) {
  const Row table[] = {
      {"an alias becomes the row's own value", "    - {id: 1, name: &n Pen}\n    - {id: 2, name: *n}\n", "name",
       text("Cup"), "    - {id: 1, name: &n Pen}\n    - {id: 2, name: Cup}\n", false, 1},
      {"an anchor that nobody uses stays", "    - {id: 1, name: &n Pen}\n", "name", text("Cup"),
       "    - {id: 1, name: &n Cup}\n"},
      {"one that others use is shared", "    - {id: 1, name: &n Pen}\n    - {id: 2, name: *n}\n", "name", text("Cup"),
       "refused: the old value has an anchor that others use"},
      {"a row that is an alias", "    - &r {id: 1, name: Pen}\n    - *r\n", "name", text("Cup"),
       "refused: the row comes from an alias", false, 1},
      {"a row that others are an alias of", "    - &r {id: 1, name: Pen}\n    - *r\n", "name", text("Cup"),
       "refused: the new value would not be read as the same"},
      {"a column more of such a row", "    - &r {id: 1, name: Pen}\n    - *r\n", "b", text("Cup"),
       "refused: the new value would not be read as the same", true},
  };
  check(table);
}

TEST(EditYaml, what_cannot_be_done_is_refused_and_nothing_is_done) {
  const Row table[] = {
      {"no such row", "    - {id: 1}\n", "id", number("2"), "refused: the row is not where it was read", false, 1},
      {"no such column", "    - {id: 1}\n", "name", text("Cup"), "refused: the row is not as it was read"},
      {"a column that is there", "    - {id: 1}\n", "id", number("2"), "refused: the row is not as it was read", true},
      {"text that is none", "    - {id: 1, name: Pen}\n", "name", text("a\xff"),
       "refused: the new value is not text that a document can hold"},
      {"NUL", "    - {id: 1, name: Pen}\n", "name", text(std::string("a\0b", 3)),
       "refused: the new value is not text that a document can hold"},
      {"no spelling at all", "    - {id: 1, name: Pen}\n", "name", NewValue{NewValue::Kind::Scalar, {}, {}, {}},
       "refused: the new value cannot be written here so that it is read as the same"},
      {"a tag on a line of its own", "    - id: 1\n      name: !!str\n        Pen\n", "name", text("Cup"),
       "refused: the old value is written in a way that cannot be edited here"},
  };
  check(table);
  const testing::DocumentWithRows document = document_with_rows("    - {id: 1, name: Pen}\n");
  const CellEdit edits[] = {{document.mark, 0, "name", false, text("Cup")},
                            {document.mark, 0, "name", false, text("Box")}};
  const Edited edited = edit_yaml(document.text, edits, false);
  ASSERT_FALSE(edited.ok());
  EXPECT_EQ(edited.problems.front().message, "the same cell is edited twice");
  EXPECT_EQ(edited.text, "");
  EXPECT_TRUE(edited.splices.empty());
}

TEST(EditYaml, many_edits_in_several_documents_at_once) {
  const testing::DocumentWithRows first = document_with_rows("    - {id: 1, name: Pen}\n    - {id: 2, name: Cup}\n");
  const testing::DocumentWithRows second = document_with_rows("    - id: 1\n      name: Box\n", first.text + "---\n");
  const CellEdit edits[] = {
      {second.mark, 0, "name", false, text("New box")}, {first.mark, 1, "name", false, text("New cup")},
      {first.mark, 0, "b", true, number("1")},          {first.mark, 0, "c", true, number("2")},
      {first.mark, 0, "name", false, text("New, pen")}, {second.mark, 0, "b", true, number("3")},
      {second.mark, 0, "c", true, number("4")},
  };
  const Edited edited = edit_yaml(second.text, edits, false);
  ASSERT_TRUE(edited.ok());
  EXPECT_EQ(edited.text,
            first.before + "    - {id: 1, name: \"New, pen\", b: 1, c: 2}\n    - {id: 2, name: New cup}\n" +
                second.before.substr(first.text.size()) + "    - id: 1\n      name: New box\n      b: 3\n      c: 4\n");
}

TEST(EditYaml, a_file_of_rows) {
  const CellEdit edit{{}, 1, "name", false, text("Cup")};
  EXPECT_EQ(edit_yaml("# rows\n- {id: 1}\n- {id: 2, name: Pen}\n", {&edit, 1}, true).text,
            "# rows\n- {id: 1}\n- {id: 2, name: Cup}\n");
}

TEST(YamlRanges, cover_every_place_of_a_column) {
  const std::string rows =
      "    - {id: 1, Email: \"a@b\", x: 1}\n    - id: 2\n      email: |\n        c@d\n        e@f\n    - {id: 3, "
      "email: }\n"
      "  defaults: {email: g@h}\n  forbidden: [{email: {like: \"%@evil\"}}, {x: 1}]\n"
      "  renames: [{from: {email: 'i@j'}, to: {email: k@l}}]\n  sensitive: [email]\n";
  const testing::DocumentWithRows document = document_with_rows(rows);
  std::string found;
  for (const Range& range : yaml_ranges(document.text, false, {{document.mark, {"email"}}})) {
    found += document.text.substr(range.begin, range.end - range.begin) + ";";
  }
  EXPECT_EQ(found, "\"a@b\";|\n        c@d\n        e@f;g@h;\"%@evil\";'i@j';k@l;");
  EXPECT_TRUE(yaml_ranges(document.text, false, {{Mark{99, 1}, {"email"}}}).empty());
}

TEST(YamlRanges, cover_what_an_alias_stands_for) {
  const testing::DocumentWithRows document =
      document_with_rows("    - {id: 1, x: !!str &s secret, y: &t other}\n    - {id: 2, email: *s}\n");
  std::string found;
  for (const Range& range : yaml_ranges(document.text, false, {{document.mark, {"email"}}})) {
    found += document.text.substr(range.begin, range.end - range.begin) + ";";
  }
  EXPECT_EQ(found, "!!str &s secret;*s;");
}

// Where the end is not known, all up to what follows is covered.
TEST(YamlRanges, cover_more_where_the_end_is_not_known) {
  const testing::DocumentWithRows document =
      document_with_rows("    - id: 1\n      email: !!str\n        secret\n        word\n      b: 2\n");
  const auto ranges = yaml_ranges(document.text, false, {{document.mark, {"email"}}});
  ASSERT_EQ(ranges.size(), 1u);
  EXPECT_EQ(document.text.substr(ranges[0].begin, ranges[0].end - ranges[0].begin),
            "!!str\n        secret\n        word\n      ");
}

}  // namespace
}  // namespace holdfast::edit
