// Whatever documents and live values there are: after accept the plan is in sync, and every byte outside of the edited
// values is what it was.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sqlite3.h>

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "agent/commands/accept.h"
#include "agent/commands/apply.h"
#include "agent/commands/plan.h"
#include "agent/edges/file_writer.h"
#include "agent/edges/system_clock.h"
#include "agent/exit_code.h"
#include "desired-state/edit/yaml_scalar.h"
#include "desired-state/sources/file_source.h"
#include "desired-state/validate.h"
#include "reconcilers/stores/sqlite/sqlite_store.h"
#include "tests/agent/program.h"
#include "tests/tier.h"

namespace holdfast::agent {
namespace {

// Decisions, one a byte; when there are no more, the first choice each time. Shorter tapes are simpler documents.
class Tape {
 public:
  explicit Tape(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}
  std::size_t next(std::size_t choices) { return at_ < bytes_.size() ? bytes_[at_++] % choices : 0; }
  bool chance(std::size_t one_in) { return next(one_in) == one_in - 1; }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

constexpr std::size_t most_rows = 5;
const std::vector<std::string> columns = {"t", "n", "r", "b", "u"};  // besides the key, k, and a defaulted one, d
constexpr const char* schema =
    "CREATE TABLE things (k TEXT PRIMARY KEY, t TEXT, n INTEGER, r REAL, b BOOLEAN, u, d TEXT)";

std::string random_text(Tape& tape) {
  static const std::vector<std::string> parts = {"a",    "word", " ",    ", ",   ": ",   " #",
                                                 "'",    "\"",   "\\",   "\n",   "\t",   "é",
                                                 "🙂", "-",    "{",    "}",    "[",    "]",
                                                 "?",    "!",    "&",    "*",    "%",    "@",
                                                 "`",    "null", "true", "0",    "7",    ".5",
                                                 "1e3",  "~",    "\r",   "\x01", "\x7f", "\xe2\x80\xa8",
                                                 "---",  "...",  "|",    ">",    "x: y", "http://a.b/c?d",
                                                 "\n\n", "  ",   "<<",   "="};
  std::string text;
  for (std::size_t count = tape.next(6); count > 0; --count) text += parts[tape.next(parts.size())];
  return text;
}

Value random_value(Tape& tape, const std::string& column, bool blobs) {
  if (tape.chance(8)) return Value::null();
  static const double reals[] = {0.5, -2.25, 1e300, 7.0, 1e-7, 123456789.125};
  static const std::int64_t integers[] = {0, 1, -7, 42, 9007199254740993, -9223372036854775807};
  const bool any = column == "u";
  const std::size_t kind = any ? tape.next(blobs ? 4 : 3) : 0;
  if (column == "t" || column == "d" || (any && kind == 0)) return Value::text(random_text(tape));
  if (column == "b") return Value::integer(static_cast<std::int64_t>(tape.next(2)));
  if (column == "n" || kind == 1) return Value::integer(integers[tape.next(6)]);
  if (column == "r" || kind == 2) return Value::real(reals[tape.next(6)]);
  return Value::blob(random_text(tape));
}

// A piece of a document: fixed, or the value of a cell, or a place where a value of `d` may be added.
struct Segment {
  std::string text;
  std::optional<std::pair<std::size_t, std::string>> cell;  // row and column
};

class Document {
 public:
  explicit Document(Tape& tape) : tape_(tape) { form_ = tape.next(4); }

  void write(const ScratchFolder& folder) {
    fixed(
        "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: things}\nspec:\n  table: things\n  key: "
        "[k]\n"
        "  mode: Enforce   # always\n  defaults: {d: \"none\"}\n");
    if (is_csv() || is_json()) {
      const std::string file = is_csv() ? "rows.csv" : "rows.ndjson";
      folder.write("docs/things.yaml", segments_.front().text + "  rowsFrom: [{file: " + file + "}]\n");
      segments_.clear();
      file_ = folder / ("docs/" + file);
    } else {
      file_ = folder / "docs/things.yaml";
      fixed("  rows:\n");
    }
    rows_ = 1 + tape_.next(most_rows);
    if (is_csv()) fixed("k,t,n,r,b,u,d\n");
    for (std::size_t row = 0; row < rows_; ++row) {
      if (is_csv()) {
        csv_row(row);
      } else if (is_json()) {
        json_row(row);
      } else if (tape_.chance(2)) {
        block_row(row);
      } else {
        flow_row(row);
      }
    }
    if (tape_.chance(3)) end_lines_with_cr();
    if (tape_.chance(4)) segments_.insert(segments_.begin(), {"\xef\xbb\xbf", {}});
    std::ofstream(file_, std::ios::binary) << text();
  }

  std::size_t rows() const { return rows_; }
  bool has_blobs() const { return form_ < 2; }
  std::string read() const {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  // True if `now` is the document but for the edited cells.
  bool only_edited(const std::string& now, const std::set<std::pair<std::size_t, std::string>>& edited) const {
    std::size_t at = 0;
    std::string fixed;
    bool free = false;  // anything may stand before `fixed`
    const auto match = [&](bool last) {
      const std::size_t found = !free ? (now.compare(at, fixed.size(), fixed) == 0 ? at : std::string::npos)
                                : last
                                    ? (now.size() < at + fixed.size() ? std::string::npos : now.size() - fixed.size())
                                    : now.find(fixed, at);
      if (found == std::string::npos || now.compare(found, fixed.size(), fixed) != 0) return false;
      at = found + fixed.size();
      return true;
    };
    for (const Segment& segment : segments_) {
      if (!segment.cell || !edited.contains(*segment.cell)) {
        fixed += segment.text;
        continue;
      }
      if (!match(false)) return false;
      fixed.clear();
      free = true;
    }
    return match(true) && at == now.size();
  }

 private:
  bool is_csv() const { return form_ == 2; }
  bool is_json() const { return form_ == 3; }
  void fixed(std::string text) { segments_.push_back({std::move(text), {}}); }
  void cell(std::size_t row, const std::string& column, std::string text) {
    segments_.push_back({std::move(text), std::pair(row, column)});
  }
  std::string text() const {
    std::string all;
    for (const Segment& segment : segments_) all += segment.text;
    return all;
  }
  void end_lines_with_cr() {
    for (Segment& segment : segments_) {
      std::string with;
      for (const char c : segment.text) with += c == '\n' ? "\r\n" : std::string(1, c);
      segment.text = with;
    }
  }
  std::string comment() { return tape_.chance(3) ? "   # remark " + std::to_string(++remarks_) : ""; }

  std::string number(const std::string& column) {
    if (tape_.chance(6)) return tape_.chance(2) ? "~" : "null";
    static const char* const truths[] = {"true", "0", "False", "1"};
    static const char* const reals[] = {"1.5", "-3", "2"};
    if (column == "b") return truths[tape_.next(4)];
    return column == "r" ? reals[tape_.next(3)] : std::to_string(tape_.next(50));
  }

  // A value in some style that can hold it.
  std::string yaml_value(const std::string& column, bool flow, std::size_t indent) {
    if (column != "t" && column != "d" && (column != "u" || tape_.chance(2))) return number(column);
    const std::string text = random_text(tape_);
    const std::size_t style = tape_.next(6);
    if (style == 1 && edit::is_plain_safe(text, flow)) return text;
    if (style == 2) {
      if (const auto single = edit::single_quoted(text)) return *single;
    }
    if (style >= 3 && style <= 4 && !flow) {
      const auto block = style == 3 ? edit::literal_block(text, false) : edit::folded_block(text, tape_.next(12));
      if (block) {
        std::string out = style == 3 ? "|" : ">";
        if (block->line_feeds != 1) out += block->line_feeds == 0 ? "-" : "+";
        for (const std::string& line : block->lines)
          out += "\n" + (line.empty() ? "" : std::string(indent + 2, ' ') + line);
        return out;
      }
    }
    return edit::double_quoted(text);
  }

  std::vector<std::string> some_columns() {
    std::vector<std::string> some;
    for (const std::string& column : columns) {
      if (!tape_.chance(4)) some.push_back(column);
    }
    if (tape_.chance(3)) some.push_back("d");
    return some;
  }

  void block_row(std::size_t row) {
    fixed("    - k: row" + std::to_string(row));
    for (const std::string& column : some_columns()) {
      fixed("\n      " + column + ": ");
      const std::string value = yaml_value(column, false, 6);
      cell(row, column, value);
      if (value[0] != '|' && value[0] != '>') fixed(comment());
    }
    cell(row, "d", "");  // it may be added here
    fixed("\n");
  }

  void flow_row(std::size_t row) {
    const bool lines = tape_.chance(2);
    fixed("    - {k: row" + std::to_string(row));
    for (const std::string& column : some_columns()) {
      fixed(lines ? "," + comment() + "\n       " + column + ": " : ", " + column + ": ");
      cell(row, column, yaml_value(column, true, 0));
    }
    cell(row, "d", "");
    fixed("}" + comment() + "\n");
  }

  void csv_row(std::size_t row) {
    fixed("row" + std::to_string(row));
    for (const std::string column : {"t", "n", "r", "b", "u", "d"}) {
      fixed(",");
      const std::string text = random_text(tape_);
      std::string quoted = "\"";
      for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
      const bool is_text = column == "t" || column == "d" || column == "u";
      std::string plain = number(column);
      if (plain == "~" || plain == "null") plain.clear();
      cell(row, column,
           is_text && tape_.chance(2)          ? quoted + "\""
           : column == "b" && plain == "False" ? "false"
                                               : plain);
    }
    fixed("\n");
  }

  void json_row(std::size_t row) {
    fixed("{\"k\": \"row" + std::to_string(row) + "\"");
    for (const std::string& column : some_columns()) {
      fixed(", \"" + column + "\": ");
      const bool is_text = column == "t" || column == "d" || column == "u";
      std::string plain = number(column);
      if (plain == "~") plain = "null";
      if (plain == "False") plain = "false";
      cell(row, column, is_text ? "\"text " + plain + "\"" : plain);
    }
    cell(row, "d", "");
    fixed("}\n");
  }

  Tape& tape_;
  std::size_t form_;
  std::size_t rows_ = 0;
  std::size_t remarks_ = 0;
  std::string file_;
  std::vector<Segment> segments_;
};

// What main.cpp wires, over one scratch folder.
class World {
 public:
  World() {
    folder_.write(
        "docs/database.yaml",
        "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: db}\nspec: {url: \"sqlite:db\"}\n");
    sqlite3_open((folder_ / "docs/db").c_str(), &outside_);
    sqlite3_exec(outside_, schema, nullptr, nullptr, nullptr);
  }
  ~World() { sqlite3_close(outside_); }
  World(const World&) = delete;

  const ScratchFolder& folder() const { return folder_; }

  int run(Command command) {
    err.text.clear();
    out.text.clear();
    CommandLine line;
    line.command = command;
    line.files = {folder_ / "docs"};
    line.detailed_exit_code = true;
    const Context context = this->context();
    switch (command) {
      case Command::Apply: return run_apply(line, context);
      case Command::Accept: return run_accept(line, context);
      default: return run_plan(line, context);
    }
  }

  void set(std::size_t row, const std::string& column, const Value& value) {
    sqlite3_stmt* statement = nullptr;
    const std::string sql = "UPDATE things SET " + column + " = ? WHERE k = 'row" + std::to_string(row) + "'";
    sqlite3_prepare_v2(outside_, sql.c_str(), -1, &statement, nullptr);
    const ValueView view = value.view();
    const auto size = static_cast<int>(view.bytes().size());
    switch (view.kind()) {
      case ValueKind::Integer: sqlite3_bind_int64(statement, 1, view.integer()); break;
      case ValueKind::Real: sqlite3_bind_double(statement, 1, view.real()); break;
      case ValueKind::Text: sqlite3_bind_text(statement, 1, view.bytes().data(), size, SQLITE_TRANSIENT); break;
      case ValueKind::Blob:
        sqlite3_bind_blob(statement, 1, size > 0 ? view.bytes().data() : "", size, SQLITE_TRANSIENT);
        break;
      case ValueKind::Null: break;
    }
    EXPECT_EQ(sqlite3_step(statement), SQLITE_DONE) << sqlite3_errmsg(outside_);
    sqlite3_finalize(statement);
  }

  StringSink out, err;

 private:
  static std::optional<std::string> no_variable(std::string_view) { return std::nullopt; }

  Context context() {
    const auto load_texts = [](std::span<const std::string> paths, const UrlOverrides& urls, Diagnostics& diagnostics,
                               edit::DocumentTexts& texts) {
      sources::FileSource source(std::vector<std::string>(paths.begin(), paths.end()));
      sources::Snapshot snapshot = source.read(diagnostics);
      edit::KeepingOpener rows(source.row_files(), texts);
      DesiredState state = decode(snapshot.texts, no_variable, rows, diagnostics, {}, urls);
      if (!diagnostics.has_errors()) validate(state, diagnostics);
      texts.documents = std::move(snapshot.texts);
      return state;
    };
    const auto load = [load_texts](std::span<const std::string> paths, const UrlOverrides& urls,
                                   Diagnostics& diagnostics) {
      edit::DocumentTexts texts;
      return load_texts(paths, urls, diagnostics, texts);
    };
    const auto decode_texts = [](const edit::DocumentTexts& texts, const UrlOverrides& urls, Diagnostics& diagnostics) {
      edit::KeptOpener rows(texts);
      DesiredState state = decode(texts.documents, no_variable, rows, diagnostics, {}, urls);
      if (!diagnostics.has_errors()) validate(state, diagnostics);
      return state;
    };
    return Context{.out = out,
                   .err = err,
                   .out_style = Style(),
                   .err_style = Style(),
                   .clock = clock_,
                   .progress = nullptr,
                   .load = load,
                   .check = [](const DesiredState&, Diagnostics&) {},
                   .open = [this](const DatabaseDocument& database) -> Result<std::unique_ptr<Store>> {
                     return stores::open_sqlite({database.name.text, folder_ / "docs/db", database.lock_timeout});
                   },
                   .absolute_path = [](const std::string& path) { return path; },
                   .who = "ann",
                   .build = {},
                   .load_texts = load_texts,
                   .decode = decode_texts,
                   .files = &files_};
  }

  ScratchFolder folder_;
  SystemClock clock_;
  FileWriter files_;
  sqlite3* outside_ = nullptr;
};

void accept_once(Tape& tape) {
  World world;
  Document document(tape);
  document.write(world.folder());
  const std::string before = document.read();
  // The first run makes the rows; what the documents say that no column would keep is no matter of accept.
  if (world.run(Command::Apply) != exit_done) RC_FAIL("the documents cannot be applied: " + world.err.text + before);

  std::set<std::pair<std::size_t, std::string>> edited;
  for (std::size_t count = 1 + tape.next(8); count > 0; --count) {
    const std::size_t row = tape.next(document.rows());
    const std::size_t which = tape.next(columns.size() + 1);
    const std::string column = which == columns.size() ? "d" : columns[which];
    world.set(row, column, random_value(tape, column, document.has_blobs()));
    edited.emplace(row, column);
  }
  const int exit = world.run(Command::Accept);
  const std::string diff = world.out.text;
  const std::string after = document.read();
  if (exit != exit_done) RC_FAIL("refused: " + world.err.text + "\n" + before);
  if (!document.only_edited(after, edited)) RC_FAIL("something else has changed:\n" + before + "\n---\n" + after);
  if ((diff.empty()) != (before == after)) RC_FAIL("the diff is not what was changed:\n" + diff);
  if (world.run(Command::Plan) != exit_done) {
    RC_FAIL("still drift: " + world.out.text + world.err.text + "\n" + before + "\n---\n" + after);
  }
}

TEST(AcceptProperty, afterwards_the_plan_is_in_sync_and_nothing_else_has_changed) {
  rc::detail::TestParams params;
  params.seed = first_seed(20260101);
  params.maxSuccess = static_cast<int>(case_count(100, 1000));
  params.maxSize = 200;
  rc::detail::TestMetadata metadata;
  metadata.id = "accept";
  const auto result = rc::detail::checkTestable(
      [] {
        Tape tape(*rc::gen::container<std::vector<std::uint8_t>>(rc::gen::arbitrary<std::uint8_t>()));
        accept_once(tape);
      },
      metadata, params);
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  EXPECT_TRUE(result.is<rc::detail::SuccessResult>())
      << "HOLDFAST_SEED=" << params.seed << " HOLDFAST_CASES=" << params.maxSuccess << "\n"
      << message.str();
}

}  // namespace
}  // namespace holdfast::agent
