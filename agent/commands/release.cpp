#include "agent/commands/release.h"

#include "agent/commands/databases.h"
#include "agent/exit_code.h"
#include "agent/render/escape.h"
#include "agent/render/json_writer.h"

namespace holdfast::agent {
namespace {

struct LetGo {
  std::string database;
  Hold hold;
};

void write_json(const std::vector<LetGo>& released, std::uint64_t owned, Sink& out) {
  JsonWriter json(out);
  json.begin_object();
  json.key("released");
  json.begin_array();
  for (const LetGo& one : released) {
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
  json.key("disowned");
  json.number(owned);
  json.end_object();
  json.finish();
}

}  // namespace

int run_release(const CommandLine& line, const Context& context) {
  Databases databases(line, context);
  if (const int exit = databases.load(); exit != exit_done) return exit;
  const bool gone = line.row_set && !databases.declares(*line.row_set);
  std::vector<LetGo> released;
  std::uint64_t owned = 0;
  bool known = !gone;
  const int exit =
      databases.each([&](DatabaseReconciler& reconciler, const DatabaseDocument& database) -> Result<void> {
        Result<Released> some = reconciler.release(database, line.row_set, line.key, gone);
        if (!some) return some.error();
        for (Hold& hold : some->holds) released.push_back({database.name.text, std::move(hold)});
        owned += some->owned;
        known = known || some->knows_set;
        return {};
      });
  if (exit == exit_done && !known) {
    print_error(to_string(Error{ErrorKind::Terminal, "there is no such row set", *line.row_set,
                                databases.nearest_set(*line.row_set)}),
                context);
    return exit_failed;
  }
  if (line.format == Format::Json) {
    write_json(released, owned, context.out);
    return exit;
  }
  for (const LetGo& one : released) {
    context.out.write("released " + printable(one.hold.row_set + "/" + key_text(one.hold.key)) + "\n");
  }
  if (owned > 0) {
    context.out.write(printable(*line.row_set) + " no longer owns its " + counted(owned, "row") + "\n");
  }
  if (released.empty() && owned == 0 && exit == exit_done) context.out.write("No such row is held.\n");
  return exit;
}

}  // namespace holdfast::agent
