#include "agent/commands/doctor.h"

#include <utility>

#include "agent/commands/doctor_facts.h"
#include "agent/commands/doctor_report.h"
#include "agent/commands/documents.h"
#include "agent/core/doctor/checks.h"
#include "agent/exit_code.h"
#include "desired-state/database_url.h"

namespace holdfast::agent {
namespace {

ExaminedDatabase examine_one(const DesiredState& state, const DatabaseDocument& database, const Context& context) {
  ExaminedDatabase examined;
  examined.name = database.name.text;
  examined.location = database.name.text + " (" + redacted_url(database.url.text) + ")";
  std::vector<const RowSetDocument*> sets;
  for (const RowSetDocument& set : state.row_sets) {
    if (set.database_ref && set.database_ref->text == database.name.text) sets.push_back(&set);
  }
  const ParsedUrl address = parse_database_url(database.url.text, database.file);
  const std::string path = address.url && address.url->engine == Engine::Sqlite ? address.url->path : "";
  // The machine before the store: what we open ourselves does not count, and a file that cannot be opened is looked at.
  doctor::HostFacts host;
  std::unique_ptr<Surroundings> surroundings;
  if (!path.empty()) {
    host = context.look_at_host(path);
    surroundings = context.surroundings(path);
    examined.location = database.name.text + " (" + host.path + ")";
  }
  Result<std::unique_ptr<Store>> store = context.open(database);
  const doctor::StoreFacts facts = ask_store(store, database, sets, surroundings.get(), context.clock);
  examined.findings = doctor::examine(host, facts);
  return examined;
}

}  // namespace

int run_doctor(const CommandLine& line, const Context& context) {
  const LoadedDocuments loaded = load_documents(line, context);
  if (loaded.usage_error) {
    print_error(*loaded.usage_error, context);
    return exit_usage;
  }
  print_diagnostics(loaded.diagnostics, context);
  if (loaded.diagnostics.has_errors()) return exit_invalid;
  std::vector<ExaminedDatabase> databases;
  int exit = exit_done;
  for (const DatabaseDocument& database : loaded.state.databases) {
    databases.push_back(examine_one(loaded.state, database, context));
    if (count_wrong(databases.back().findings) > 0) exit = exit_drift;
  }
  if (line.format == Format::Json) {
    render_doctor_json(databases, exit, context.out);
  } else {
    render_doctor_text(databases, context.out_style, context.out);
  }
  return exit;
}

}  // namespace holdfast::agent
