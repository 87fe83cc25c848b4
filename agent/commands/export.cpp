#include "agent/commands/export.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <set>

#include "agent/commands/documents.h"
#include "agent/commands/given_database.h"
#include "agent/commands/live_tables.h"
#include "agent/exit_code.h"
#include "agent/render/escape.h"
#include "desired-state/nearest.h"
#include "desired-state/write/csv_text.h"
#include "desired-state/write/document_text.h"
#include "reconcilers/describe/choose_tables.h"
#include "reconcilers/describe/describe.h"
#include "reconcilers/rows/kept_documents.h"

namespace holdfast::agent {
namespace {

constexpr std::uint64_t most_yaml_bytes = std::uint64_t{64} << 20;  // what the decoder takes

struct Source {
  DatabaseDocument document;
  std::string name;  // to refer to it by; empty when the documents have one Database only
};

// The one Database of the documents, or the one whose RowSets are about the table.
Result<Source> choose_database(const DesiredState& state, const std::vector<std::string>& tables) {
  if (state.databases.size() == 1) return Source{state.databases.front(), ""};
  std::set<std::string> having;
  for (const RowSetDocument& set : state.row_sets) {
    if (set.database_ref && !tables.empty() && same_ascii_name(set.table.text, tables.front()))
      having.insert(set.database_ref->text);
  }
  for (const DatabaseDocument& database : state.databases) {
    if (having.size() == 1 && database.name.text == *having.begin()) return Source{database, database.name.text};
  }
  return Error{ErrorKind::Terminal,
               state.databases.empty() ? "the documents have no Database" : "the documents have several Databases",
               "export", "give the URL of one instead of -f"};
}

Result<std::shared_ptr<const LiveTable>> read_table(Store& store, const std::string& name, const Context& context) {
  Result<std::vector<ListedTable>> listed = store.list_tables();
  if (!listed) return listed.error();
  Result<Schema> schema = store.inspect({&name, 1}, std::nullopt);
  if (!schema) return schema.error();
  const std::shared_ptr<const Table> table = schema->find(name);
  if (!table) return no_such_table(name, *listed, store);
  if (const std::string why = why_never(*table); !why.empty()) {
    return Error{ErrorKind::Terminal, "the table " + in_quotes(table->name) + " cannot be exported (" + why + ")",
                 store.location(), "name another table"};
  }
  return read_live_table(store, table, context);
}

// Names come from the database, which others may write.
bool leaves_its_folder(const std::string& name) {
  const std::filesystem::path path(name);
  const std::filesystem::path plain = path.lexically_normal();
  return path.is_absolute() || plain.empty() || !plain.has_filename() || *plain.begin() == ".." ||
         name.find('\0') != std::string::npos;
}

class Export {
 public:
  Export(const CommandLine& line, const Context& context) : line_(line), context_(context) {}

  Result<void> run(const Source& source) {
    Result<std::unique_ptr<Store>> store = context_.open(source.document);
    if (!store) return store.error();
    const bool by_url = !line_.url.empty();
    const char* hint =
        by_url ? "check the path" : "check the Database's url, or name the file with --database NAME=URL";
    if (Result<void> there = must_be_there(**store, hint); !there) return there;
    if (line_.documents) return documents(**store);
    Result<std::shared_ptr<const LiveTable>> live = read_table(**store, line_.tables.front(), context_);
    if (!live) return live.error();
    return line_.format == Format::Csv ? csv(*live, **store) : yaml(*live, **store, source.name);
  }

 private:
  Result<void> csv(const std::shared_ptr<const LiveTable>& live, const Store& store) {
    const std::optional<writing::Rows> rows = describe_csv(live, store.rules());
    if (!rows) {
      return Error{ErrorKind::Terminal,
                   "the table " + in_quotes(live->table->name) + " has values that CSV cannot hold", store.location(),
                   "use -o yaml, which has a form for bytes"};
    }
    writing::write_csv(*rows, [&](std::string_view text) { context_.out.write(text); });
    return {};
  }

  Result<void> yaml(const std::shared_ptr<const LiveTable>& live, const Store& store, const std::string& database) {
    DescribeOptions options;
    options.database = database;
    options.scope = Scope::Everything;
    options.most_rows_in_document = std::numeric_limits<std::size_t>::max();
    const Description description = describe({&live, 1}, store.rules(), options);
    if (description.sets.empty()) {
      return Error{ErrorKind::Terminal,
                   "the table " + in_quotes(live->table->name) + " has rows that nothing tells apart", store.location(),
                   "use -o csv; it needs a key before its rows can be declared"};
    }
    std::uint64_t bytes = 0;
    const DescribedSet& set = description.sets.front();
    writing::write_row_set(set.text, set.rows, [&](std::string_view text) {
      bytes += text.size();
      context_.out.write(text);
    });
    if (bytes > most_yaml_bytes) {
      print_warning("a document may not have more than " + std::to_string(most_yaml_bytes >> 20) +
                        " MiB: use -o csv and name the file in rowsFrom",
                    context_);
    }
    return {};
  }

  Result<void> documents(Store& store) {
    Result<std::vector<KeptText>> texts = kept_documents(store);
    if (!texts) return texts.error();
    std::vector<std::string> names;
    for (const KeptText& text : *texts) {
      if (leaves_its_folder(text.name)) {
        return Error{ErrorKind::Terminal, "a document that is kept has the name " + in_quotes(text.name),
                     store.location(), "somebody has edited _holdfast_documents; the next apply keeps them anew"};
      }
      // A file of rows in a folder of documents was read as both.
      if (std::find(names.begin(), names.end(), text.name) == names.end()) names.push_back(text.name);
    }
    if (names.empty()) {
      return Error{ErrorKind::Terminal, "the database keeps no documents", store.location(),
                   "holdfast apply keeps those that it applies"};
    }
    Result<std::unique_ptr<NewFiles>> made = context_.new_files(line_.out_folder, names);
    if (!made) return made.error();
    for (const std::string& name : names) {
      if (Result<void> begun = (*made)->begin(name); !begun) return begun;
      const auto of_name = [&](const KeptText& text) { return text.name == name; };
      (*made)->write(std::find_if(texts->begin(), texts->end(), of_name)->text);
    }
    if (Result<void> finished = (*made)->finish(); !finished) return finished;
    for (const std::string& name : names) context_.out.write(printable(line_.out_folder + "/" + name) + "\n");
    return {};
  }

  const CommandLine& line_;
  const Context& context_;
};

int failed(const Error& error, const Context& context) {
  print_error(to_string(error), context);
  return exit_failed;
}

}  // namespace

int run_export(const CommandLine& line, const Context& context) {
  Source source;
  if (!line.url.empty()) {
    Result<GivenDatabase> given = read_given_database(line.url, context);
    if (!given) {
      failed(given.error(), context);
      return exit_usage;
    }
    source.document = std::move(given->document);
  } else {
    const LoadedDocuments loaded = load_documents(line, context);
    if (loaded.usage_error) {
      print_error(*loaded.usage_error, context);
      return exit_usage;
    }
    print_diagnostics(loaded.diagnostics, context);
    if (loaded.diagnostics.has_errors()) return exit_invalid;
    Result<Source> chosen = choose_database(loaded.state, line.tables);
    if (!chosen) return failed(chosen.error(), context);
    source = std::move(*chosen);
  }
  const Result<void> done = Export(line, context).run(source);
  if (done) return exit_done;
  return failed(line.url.empty() ? done.error() : without_document(done.error()), context);
}

}  // namespace holdfast::agent
