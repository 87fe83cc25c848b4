#include "agent/commands/init.h"

#include <algorithm>

#include "agent/commands/documents.h"
#include "agent/commands/given_database.h"
#include "agent/commands/init_tables.h"
#include "agent/exit_code.h"
#include "agent/render/escape.h"
#include "agent/render/utf8.h"
#include "desired-state/write/csv_text.h"
#include "desired-state/write/document_text.h"
#include "reconcilers/describe/describe.h"

namespace holdfast::agent {
namespace {

constexpr const char* database_file = "database.yaml";
constexpr std::uint64_t most_yaml_bytes = std::uint64_t{64} << 20;  // what the decoder takes
constexpr std::uint64_t most_csv_bytes = std::uint64_t{4} << 30;

class Init {
 public:
  Init(const CommandLine& line, const Context& context) : line_(line), context_(context) {}

  Result<void> run() {
    Result<GivenDatabase> given = read_given_database(line_.url, context_);
    if (!given) {
      usage_ = true;
      return given.error();
    }
    Result<std::unique_ptr<Store>> store = context_.open(given->document);
    if (!store) return store.error();
    if (Result<void> there = must_be_there(**store, "check the path; init makes no database"); !there) return there;
    Result<std::string> url = url_in_folder(*given, line_.out_folder, context_);
    if (!url) {
      usage_ = true;
      return url.error();
    }
    Result<InitTables> tables = read_init_tables(**store, line_.tables, context_);
    if (!tables) return tables.error();
    left_out_ = std::move(tables->left_out);

    DescribeOptions options;
    options.database = given->document.name.text;
    options.taken = {"database"};
    description_ = describe(tables->tables, (*store)->rules(), options);
    if (Result<void> keyed = check_keys(**store); !keyed) return keyed;
    database_.about = {"Where the rows of the documents beside this one are."};
    database_.name = given->document.name.text;
    database_.url = *url;
    if (Result<void> setup = read_setup(**store, given->document); !setup) return setup;
    return write();
  }

  // What went wrong is the URL itself.
  bool wrong_usage() const { return usage_; }

  void print() const {
    Sink& out = context_.out;
    out.write("Wrote " + printable(line_.out_folder) + "/" + database_file + " and " +
              counted(description_.sets.size(), "table") + ":\n");
    std::size_t widest = 0;
    for (const DescribedSet& set : description_.sets) widest = std::max(widest, path(set.file).size());
    for (const DescribedSet& set : description_.sets) {
      const std::string file = path(set.file);
      out.write("  " + printable(file) + std::string(widest - file.size() + 2, ' ') + about(set) + "\n");
    }
    print_left_out();
    out.write("Nothing was written to the database. Next:\n  holdfast plan -f " + printable(line_.out_folder) +
              "   finds nothing to do: the documents say what is there\n"
              "  Read them: what was guessed is said in comments. Take out what the application decides.\n"
              "  Then write mode: Enforce where Holdfast shall bring rows back.\n");
  }

 private:
  // By reason, in the order of the first table that each is about.
  void print_left_out() const {
    std::vector<std::pair<std::string, std::string>> reasons;
    for (const LeftOutTable& one : left_out_) {
      auto found =
          std::find_if(reasons.begin(), reasons.end(), [&](const auto& reason) { return reason.first == one.why; });
      if (found == reasons.end()) found = reasons.insert(found, {one.why, ""});
      found->second += (found->second.empty() ? "" : ", ") + printable(one.table);
    }
    if (!reasons.empty()) context_.out.write("Left out:\n");
    for (const auto& [why, tables] : reasons) context_.out.write("  " + tables + ": " + printable(why) + "\n");
  }

  std::string path(const std::string& file) const { return line_.out_folder + "/" + file; }

  static std::string about(const DescribedSet& set) {
    std::string key;
    for (const std::string& column : set.text.key) key += (key.empty() ? "" : ", ") + printable(column);
    std::string text = counted(set.rows.count + set.csv.count, "row") + ", found by " + key;
    if (!set.csv_file.empty()) text += "; " + grouped(set.csv.count) + " of them in " + set.csv_file;
    if (set.rows_left_out > 0) text += "; " + counted(set.rows_left_out, "row") + " left out, see there";
    return text;
  }

  Result<void> check_keys(const Store& store) {
    for (const std::string& table : description_.without_key) {
      if (!line_.tables.empty()) {
        return Error{ErrorKind::Terminal, "the table " + in_quotes(table) + " has rows that nothing tells apart",
                     store.location(), "leave it out of --tables; it needs a key before its rows can be declared"};
      }
      left_out_.push_back({table, "has rows that nothing tells apart"});
    }
    if (description_.sets.empty()) {
      return Error{ErrorKind::Terminal, "there is no table to write down", store.location(),
                   left_out_.empty() ? "the database is empty" : "name one with --tables"};
    }
    return {};
  }

  // The statements must be ones that a setup may hold, which the engine tells without its database.
  Result<void> read_setup(Store& store, const DatabaseDocument& document) {
    if (!line_.setup) return {};
    std::vector<std::string> tables;
    for (const DescribedSet& set : description_.sets) tables.push_back(set.table);
    Result<std::string> setup = store.setup_text(tables);
    if (!setup) return setup.error();
    DesiredState state;
    state.databases.push_back(document);
    state.databases.front().setup = Name{*setup, {1, 1}};
    Diagnostics diagnostics;
    context_.check(state, diagnostics);
    if (diagnostics.has_errors()) {
      return Error{ErrorKind::Terminal,
                   "the tables' own statements cannot be a setup: " + diagnostics.errors().front().message,
                   store.location(), "run it without --setup"};
    }
    database_.setup = std::move(*setup);
    return {};
  }

  // All documents of a folder are read together: beside others, ours would be declared twice, or leave open which
  // Database is meant. Then there would be no plan at all.
  Result<void> check_folder() {
    Diagnostics mistakes;
    const DesiredState there = context_.load({&line_.out_folder, 1}, {}, mistakes);
    const auto in_the_way = [](const std::string& what, const std::string& where) {
      return Error{ErrorKind::Terminal, what, where, "write into another folder with --out OTHER; nothing was written"};
    };
    if (!there.databases.empty()) {
      const DatabaseDocument& other = there.databases.front();
      return in_the_way("the folder declares the Database " + in_quotes(other.name.text) + " already", other.file);
    }
    if (!there.row_sets.empty()) {
      const RowSetDocument& other = there.row_sets.front();
      return in_the_way("the folder declares the RowSet " + in_quotes(other.name.text) + " already", other.file);
    }
    for (const Diagnostic& one : mistakes.errors()) {
      // What is said of the folder itself, that it is not there or has no documents, is in nobody's way.
      if (one.position.file == line_.out_folder) continue;
      return in_the_way("a file that is there is no valid document: " + one.message, to_string(one.position));
    }
    return {};
  }

  Result<void> write() {
    std::vector<std::string> names = {database_file};
    for (const DescribedSet& set : description_.sets) {
      names.push_back(set.file);
      if (!set.csv_file.empty()) names.push_back(set.csv_file);
    }
    Result<std::unique_ptr<NewFiles>> made = context_.new_files(line_.out_folder, names);
    if (!made) return made.error();
    if (Result<void> free = check_folder(); !free) return free;
    NewFiles& files = **made;
    Result<void> done = write_file(files, database_file, most_yaml_bytes,
                                   [&](const writing::TextOut& out) { writing::write_database(database_, out); });
    for (const DescribedSet& set : description_.sets) {
      if (!done) return done;
      done = write_file(files, set.file, most_yaml_bytes,
                        [&](const writing::TextOut& out) { writing::write_row_set(set.text, set.rows, out); });
      if (!done || set.csv_file.empty()) continue;
      done = write_file(files, set.csv_file, most_csv_bytes,
                        [&](const writing::TextOut& out) { writing::write_csv(set.csv, out); });
    }
    return done ? files.finish() : done;
  }

  Result<void> write_file(NewFiles& files, const std::string& name, std::uint64_t most_bytes,
                          const std::function<void(const writing::TextOut&)>& writer) {
    if (Result<void> begun = files.begin(name); !begun) return begun;
    std::uint64_t bytes = 0;
    writer([&](std::string_view text) {
      bytes += text.size();
      if (bytes <= most_bytes) files.write(text);
    });
    if (bytes <= most_bytes) return {};
    return Error{ErrorKind::Terminal,
                 "the rows are more than a file may hold (" + std::to_string(most_bytes >> 20) + " MiB)", path(name),
                 "name the other tables with --tables; nothing was written"};
  }

  const CommandLine& line_;
  const Context& context_;
  bool usage_ = false;
  writing::DatabaseText database_;
  Description description_;
  std::vector<LeftOutTable> left_out_;
};

}  // namespace

int run_init(const CommandLine& line, const Context& context) {
  Init init(line, context);
  if (Result<void> done = init.run(); !done) {
    print_error(to_string(without_document(done.error())), context);
    return init.wrong_usage() ? exit_usage : exit_failed;
  }
  init.print();
  return exit_done;
}

}  // namespace holdfast::agent
