#include "agent/commands/adopt.h"

#include "agent/commands/documents.h"
#include "agent/exit_code.h"
#include "agent/render/escape.h"
#include "desired-state/database_url.h"
#include "reconcilers/databases/database_witness.h"
#include "reconcilers/rows/run_id.h"

namespace holdfast::agent {
namespace {

Result<std::string> adopt_one(const DesiredState& state, const DatabaseDocument& database, const Context& context) {
  const std::string where = database.name.text + " (" + redacted_url(database.url.text) + ")";
  Result<std::unique_ptr<Store>> store = context.open(database);
  if (!store) return store.error();
  const ParsedUrl address = parse_database_url(database.url.text, database.file);
  const std::unique_ptr<Surroundings> surroundings = context.surroundings(address.url->path);
  DatabaseWitness witness(*surroundings, context.clock, [&] { return new_run_id(context.clock.wall()); });
  std::vector<std::string> tables;
  for (const RowSetDocument& set : state.row_sets) {
    if (set.database_ref && set.database_ref->text == database.name.text) tables.push_back(set.table.text);
  }
  Result<DatabaseVerdict> before = witness.judge(**store, tables);
  if (!before) return before.error();
  const std::string seen = std::string(to_string(before->kind)) + ": " + before->reason;
  if (before->kind == VerdictKind::Corrupt) return Error{ErrorKind::Terminal, seen, where, before->hint};
  if (before->may_write) return (*store)->location() + ": nothing to adopt (" + seen + ")";
  if (Result<DatabaseVerdict> adopted = witness.adopt(**store, tables); !adopted) return adopted.error();
  return (*store)->location() + ": adopted; it was " + seen;
}

}  // namespace

int run_adopt(const CommandLine& line, const Context& context) {
  const LoadedDocuments loaded = load_documents(line, context);
  if (loaded.usage_error) {
    print_error(*loaded.usage_error, context);
    return exit_usage;
  }
  print_diagnostics(loaded.diagnostics, context);
  if (loaded.diagnostics.has_errors()) return exit_invalid;
  int exit = exit_done;
  for (const DatabaseDocument& database : loaded.state.databases) {
    Result<std::string> done = adopt_one(loaded.state, database, context);
    if (done) {
      context.out.write(printable(*done) + "\n");
    } else {
      print_error(to_string(done.error()), context);
      exit = exit_failed;
    }
  }
  return exit;
}

}  // namespace holdfast::agent
