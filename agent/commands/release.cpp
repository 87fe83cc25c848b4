#include "agent/commands/release.h"

#include "agent/commands/databases.h"
#include "agent/exit_code.h"
#include "agent/render/escape.h"
#include "agent/render/json_writer.h"

namespace holdfast::agent {
namespace {

struct Released {
  std::string database;
  Hold hold;
};

void write_json(const std::vector<Released>& released, Sink& out) {
  JsonWriter json(out);
  json.begin_object();
  json.key("released");
  json.begin_array();
  for (const Released& one : released) {
    json.begin_object(JsonWriter::Layout::Inline);
    json.key("database");
    json.string(one.database);
    json.key("rowset");
    json.string(one.hold.row_set);
    json.key("key");
    json.string(key_text(one.hold.key));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  json.finish();
}

}  // namespace

int run_release(const CommandLine& line, const Context& context) {
  Databases databases(line, context);
  if (const int exit = databases.load(); exit != exit_done) return exit;
  std::vector<Released> released;
  const int exit = databases.each([&](DatabaseReconciler& reconciler, const std::string& database) -> Result<void> {
    Result<std::vector<Hold>> holds =
        reconciler.release(line.row_set, line.key, line.row_set && !databases.declares(*line.row_set));
    if (!holds) return holds.error();
    for (Hold& hold : *holds) released.push_back({database, std::move(hold)});
    return {};
  });
  if (line.format == Format::Json) {
    write_json(released, context.out);
    return exit;
  }
  for (const Released& one : released) {
    context.out.write("released " + printable(one.hold.row_set + "/" + key_text(one.hold.key)) + "\n");
  }
  if (released.empty() && exit == exit_done) context.out.write("No such row is held.\n");
  return exit;
}

}  // namespace holdfast::agent
