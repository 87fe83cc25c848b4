// Documents and files of rows as text, and what the decoder makes of them again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "desired-state/base64.h"
#include "desired-state/write/csv_text.h"
#include "desired-state/write/document_text.h"
#include "desired-state/write/yaml_text.h"
#include "tests/desired-state/decoding.h"

namespace holdfast::testing {
namespace {

using namespace std::string_literals;  // NOLINT(google-build-using-namespace)
using ::testing::HasSubstr;

// Texts that a careless writer loses, changes or turns into something else.
std::vector<std::string> hostile_texts() {
  std::vector<std::string> texts = {"",
                                    " ",
                                    "  leading",
                                    "trailing  ",
                                    "\t",
                                    "\n",
                                    "a\nb",
                                    "a\r\nb",
                                    "\r",
                                    "line\n",
                                    "\n\n",
                                    "#",
                                    "a # b",
                                    "#a",
                                    ": ",
                                    "a: b",
                                    "a:",
                                    "-",
                                    "- a",
                                    "---",
                                    "...",
                                    "--- a",
                                    "%YAML 1.2",
                                    "%",
                                    "@",
                                    "`",
                                    "*a",
                                    "&a",
                                    "!a",
                                    "!!binary AA==",
                                    "?",
                                    "? a",
                                    "|",
                                    ">",
                                    "[",
                                    "]",
                                    "{",
                                    "}",
                                    ",",
                                    "a, b",
                                    "[a]",
                                    "{a: b}",
                                    "\"",
                                    "'",
                                    "\"\"",
                                    "''",
                                    "\"a\"",
                                    "it's",
                                    "\\",
                                    "\\n",
                                    "\\x41",
                                    "a\\",
                                    "007",
                                    "7",
                                    "0x1F",
                                    "0o17",
                                    "1e400",
                                    "-1e400",
                                    "nan",
                                    "NaN",
                                    ".nan",
                                    ".inf",
                                    "-.inf",
                                    "Infinity",
                                    "1_000",
                                    "yes",
                                    "no",
                                    "on",
                                    "off",
                                    "y",
                                    "n",
                                    "true",
                                    "True",
                                    "false",
                                    "null",
                                    "Null",
                                    "NULL",
                                    "~",
                                    "<<",
                                    "=",
                                    "1:30",
                                    "2001-01-01",
                                    "9223372036854775807",
                                    "9223372036854775808",
                                    "${HOME}",
                                    "$$",
                                    "$",
                                    "se;lect",
                                    "'; DROP TABLE campaigns; --",
                                    "Hulu - Hit Movies, TV and More!",
                                    "https://example.com/a?b=c&d=e#f",
                                    "é",
                                    "日本語",
                                    "😀",
                                    "👨‍👩‍👧",
                                    "\u202e\u200b\u2066x",
                                    "\u0085\u00a0\u2028\u2029",
                                    "\ufeff",
                                    "\ufeffa",
                                    "\ufffe\uffff",
                                    "\u007f\u0080\u009f",
                                    "\U0001fffe\U0010ffff",
                                    "\U000e0041",
                                    "\x01\x02\x07\x08\x0b\x0c\x0e\x1b[2J\x1f",
                                    "a,\"b\"\nc",
                                    std::string(100'000, 'x'),
                                    std::string(5000, '"'),
                                    std::string(3000, '\n')};
  return texts;
}

struct Written {
  writing::RowSetText set;
  std::vector<std::vector<Cell>> cells;
  std::vector<std::string> columns;

  Written() {
    set.name = "set";
    set.table = "t";
    set.key = {"id"};
  }
  writing::Rows rows() const {
    return {columns, cells.size(), [this](std::size_t row, std::vector<Cell>& out) { out = cells[row]; }};
  }
  std::string yaml() const {
    std::string text;
    writing::write_row_set(set, rows(), [&](std::string_view piece) { text += piece; });
    return text;
  }
  std::string csv() const {
    std::string text;
    writing::write_csv(rows(), [&](std::string_view piece) { text += piece; });
    return text;
  }
};

Cell text_cell(std::string_view text) { return {CellKind::Text, 0, text}; }

// Column by column and row by row, the bytes exactly. A number is Plain in YAML and Bare in CSV.
void expect_same(const Written& written, const RowTable& rows, CellKind number) {
  ASSERT_EQ(rows.size(), written.cells.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t i = 0; i < written.columns.size(); ++i) {
      const ColumnIndex column = rows.find_column(written.columns[i]);
      const Cell& want = written.cells[row][i];
      const Cell got = column == RowTable::npos ? Cell{} : rows.cell(row, column);
      EXPECT_EQ(got.kind, want.kind == CellKind::Plain ? number : want.kind)
          << "row " << row << ", " << written.columns[i];
      EXPECT_EQ(got.bytes, want.bytes) << "row " << row << ", " << written.columns[i];
    }
  }
}

void expect_yaml_again(const Written& written) {
  const std::string yaml = written.yaml();
  const Decoded decoded = decode_one(yaml);
  ASSERT_EQ(decoded.all_errors(), "") << yaml.substr(0, 3000);
  ASSERT_EQ(decoded.state.row_sets.size(), 1U);
  EXPECT_EQ(decoded.state.row_sets[0].table.text, written.set.table);
  ASSERT_EQ(decoded.state.row_sets[0].key.size(), written.set.key.size());
  for (std::size_t i = 0; i < written.set.key.size(); ++i) {
    EXPECT_EQ(decoded.state.row_sets[0].key[i].text, written.set.key[i]);
  }
  expect_same(written, *decoded.state.row_sets[0].rows, CellKind::Plain);
}

TEST(WriteRowSet, HostileTextsComeBackByteByByte) {
  Written one_line, several;
  one_line.columns = several.columns = {"id", "value"};
  const std::vector<std::string> texts = hostile_texts();
  for (const std::string& text : texts) {
    if (text.size() < 60) one_line.cells.push_back({text_cell(text), text_cell(text)});
    several.cells.push_back({text_cell(text), text_cell(text)});
  }
  EXPECT_THAT(one_line.yaml(), HasSubstr("- {id: "));
  EXPECT_THAT(several.yaml(), HasSubstr("\n      value: "));
  expect_yaml_again(one_line);
  expect_yaml_again(several);
  const ReadRows csv = read_rows("rows.csv", several.csv());
  EXPECT_TRUE(csv.errors.empty()) << csv.errors.front();
  expect_same(several, csv.table, CellKind::Bare);
}

TEST(WriteRowSet, HostileNamesComeBackByteByByte) {
  for (const std::string& name : hostile_texts()) {
    SCOPED_TRACE(name.substr(0, 100));
    Written written;
    if (!writing::can_be_column(name)) {
      EXPECT_TRUE(name.empty() || name.size() >= 1000);
      continue;
    }
    written.columns = {name, "other"};
    written.set.table = name;
    written.set.key = {name, "other"};
    written.cells = {{text_cell(name), text_cell("x")}};
    expect_yaml_again(written);
    written.cells[0][1] =
        text_cell(std::string_view("a text of more than a line a text of more than a line a text of more than a line a "
                                   "text of more than a line a "));
    expect_yaml_again(written);
    const ReadRows csv = read_rows("rows.csv", written.csv());
    EXPECT_TRUE(csv.errors.empty()) << csv.errors.front();
    expect_same(written, csv.table, CellKind::Bare);
  }
}

TEST(WriteRowSet, EveryKindOfCell) {
  Written written;
  const std::string blob = "\0\x01\xff\"\n"s;
  written.columns = {"id", "num", "b", "e", "left"};
  written.cells = {
      {text_cell("a"), Cell::plain("9223372036854775807"), {CellKind::Blob, 0, blob}, {CellKind::Blob, 0, ""}, Cell{}},
      {text_cell("b"), Cell::plain("-1.5e+300"), Cell::null(), text_cell(""), Cell::plain("true")}};
  EXPECT_THAT(written.yaml(),
              HasSubstr("    - {id: \"a\", num: 9223372036854775807, b: !!binary \"AAH/Igo=\", e: !!binary \"\"}\n"
                        "    - {id: \"b\", num: -1.5e+300, b: null, e: \"\", left: true}\n"));
  expect_yaml_again(written);
  EXPECT_FALSE(writing::fits_csv(written.cells[0]));
  EXPECT_TRUE(writing::fits_csv(written.cells[1]));
  written.cells = {written.cells[1]};
  EXPECT_EQ(written.csv(), "\"id\",\"num\",\"b\",\"e\",\"left\"\n\"b\",-1.5e+300,,\"\",true\n");
  const ReadRows csv = read_rows("rows.csv", written.csv());
  expect_same(written, csv.table, CellKind::Bare);
}

TEST(WriteRowSet, RandomBytesComeBackOrAreRefused) {
  std::mt19937 random(20240817);
  std::uniform_int_distribution<int> length(0, 12), byte(0, 255), narrow(0, 15);
  const std::string_view sharp = "\"\\#:,-{}[]'\n\t %&*";
  Written written;
  written.columns = {"id", "v"};
  std::vector<std::string> texts;
  for (int i = 0; i < 4000; ++i) {
    std::string text;
    for (int left = length(random); left > 0; --left) {
      text += i % 2 == 0 ? sharp[static_cast<std::size_t>(narrow(random))] : static_cast<char>(byte(random));
    }
    if (writing::can_be_text(text)) texts.push_back(text);
  }
  ASSERT_GT(texts.size(), 2000U);
  for (const std::string& text : texts) written.cells.push_back({text_cell(text), text_cell(text)});
  expect_yaml_again(written);
  const ReadRows csv = read_rows("rows.csv", written.csv());
  EXPECT_TRUE(csv.errors.empty());
  expect_same(written, csv.table, CellKind::Bare);
}

TEST(WriteRowSet, TheWholeHead) {
  Written written;
  written.set.about = {"About the set.", "# with\nhostile \xff words"};
  written.set.database = "popup";
  written.set.key_comment = "Why the key.";
  written.set.initial_comment = "Why initial.";
  written.set.initial = {"description", "is active"};
  written.set.references_comments = {"Why a reference."};
  written.set.references = {{"campaign_id", "campaigns", "name", "id", {}}};
  written.set.dependents_comment = "Why they follow.";
  written.set.follow_schema = true;
  written.set.rows_comments = {"What is left out."};
  written.set.rows_from = {"set.csv"};
  EXPECT_EQ(written.yaml(),
            "# About the set.\n"
            "# # with\\nhostile \\xff words\n"
            "apiVersion: holdfast.dev/v1alpha1\n"
            "kind: RowSet\n"
            "metadata: {name: set}\n"
            "spec:\n"
            "  databaseRef: {name: popup}\n"
            "  table: t\n"
            "  # Why the key.\n"
            "  key: [id]\n"
            "  mode: Observe\n"
            "  # Why initial.\n"
            "  initial: [description, \"is active\"]\n"
            "  # Why a reference.\n"
            "  references:\n"
            "    campaign_id: {rowSet: campaigns, by: name, column: id}\n"
            "  policy:\n"
            "    # Why they follow.\n"
            "    dependents: FollowSchema\n"
            "  # What is left out.\n"
            "  rowsFrom:\n"
            "    - file: set.csv\n");
  DecodeOptions options;
  options.files["set.csv"] = "id\n1\n";
  const Decoded decoded = decode_one(written.yaml(), options);
  ASSERT_EQ(decoded.all_errors(), "");
  const RowSetDocument& set = decoded.state.row_sets[0];
  EXPECT_EQ(set.mode, Mode::Observe);
  EXPECT_EQ(set.policy.dependents, DependentsPolicy::FollowSchema);
  EXPECT_EQ(set.initial[1].text, "is active");
  EXPECT_EQ(set.references[0].to_column, "id");
  EXPECT_EQ(set.rows->size(), 1U);
}

TEST(WriteRowSet, LongListsAndCommentsGetLinesOfTheirOwn) {
  Written written;
  for (int i = 0; i < 40; ++i) written.set.key.push_back("column " + std::to_string(i));
  written.set.key_comment = "word";
  for (int i = 0; i < 60; ++i) written.set.key_comment += " word";
  written.set.key_comment += " " + std::string(200, 'x') + " end";
  const std::string yaml = written.yaml();
  EXPECT_THAT(yaml, HasSubstr("  key:\n    - id\n    - \"column 0\"\n"));
  EXPECT_THAT(yaml, HasSubstr("\n  # " + std::string(200, 'x') + "\n  # end\n"));
  EXPECT_THAT(yaml, HasSubstr("  rows: []\n"));
  EXPECT_EQ(decode_one(yaml).all_errors(), "");
}

TEST(WriteDatabase, UrlAndSetupComeBack) {
  for (const std::string& setup :
       {"CREATE TABLE IF NOT EXISTS a (b TEXT DEFAULT '#: x',\n\n\tc INT);\nCREATE INDEX IF NOT EXISTS d ON a (b);\n"s,
        " CREATE TABLE IF NOT EXISTS a (b);\n"s, "CREATE TABLE IF NOT EXISTS \"a\u2028\u0085\" (b);\n"s,
        "a  \n%b\n---\n"s, "a\r\nb\n"s, "a"s, "a\n\n"s, ""s}) {
    std::string text;
    writing::write_database({{"About it."}, "popup", "sqlite:${DIR}/it's \"here\".db", setup},
                            [&](std::string_view piece) { text += piece; });
    DecodeOptions options;
    options.environment["DIR"] = "/data";
    const Decoded decoded = decode_one(text, options);
    ASSERT_EQ(decoded.all_errors(), "") << text;
    EXPECT_EQ(decoded.state.databases[0].url.text, "sqlite:/data/it's \"here\".db");
    const auto& read = decoded.state.databases[0].setup;
    EXPECT_EQ(read ? read->text : "", setup) << text;
  }
}

TEST(WriteYaml, WordsThatReadersTakeForSomethingElseAreQuoted) {
  for (const std::string word : {"campaign_id", "a", "A.b-c", "_x", "null_", "yesterday"})
    EXPECT_EQ(writing::word(word), word);
  for (const std::string word :
       {"", "7", "007", "yes", "NO", "True", "null", "on", "~", "a b", "a:", "é", "-a", ".a", "se;lect"}) {
    EXPECT_EQ(writing::word(word), "\"" + word + "\"");
  }
}

TEST(WriteYaml, NothingSteersATerminalOrHides) {
  EXPECT_EQ(writing::quoted("\x1b[2J\u202e\u0085\ufeff\u200b\U000e0041"),
            R"("\x1b[2J\u202e\x85\ufeff\u200b\U000e0041")");
  EXPECT_EQ(writing::quoted("é日😀\u00a0"), "\"é日😀\u00a0\"");
}

TEST(Base64, ComesBackAtEveryLength) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
    bytes += static_cast<char>(i);
  }
  EXPECT_EQ(encode_base64("\xff\xfe\xfd"), "//79");
  EXPECT_EQ(encode_base64("a"), "YQ==");
}

}  // namespace
}  // namespace holdfast::testing
