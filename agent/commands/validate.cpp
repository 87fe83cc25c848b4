#include "agent/commands/validate.h"

#include "agent/commands/documents.h"
#include "agent/exit_code.h"
#include "agent/render/escape.h"
#include "agent/render/json_writer.h"

namespace holdfast::agent {
namespace {

void write_list(JsonWriter& json, std::string_view name, const std::vector<Diagnostic>& list) {
  json.key(name);
  json.begin_array();
  for (const Diagnostic& one : list) {
    json.begin_object(JsonWriter::Layout::Inline);
    json.key("file");
    json.string(one.position.file);
    json.key("line");
    json.number(one.position.mark.line);
    json.key("column");
    json.number(one.position.mark.column);
    json.key("message");
    json.string(one.message);
    json.key("hint");
    json.string(one.hint);
    json.end_object();
  }
  json.end_array();
}

void write_json(const LoadedDocuments& loaded, Sink& out) {
  JsonWriter json(out);
  json.begin_object();
  json.key("valid");
  json.boolean(!loaded.diagnostics.has_errors());
  json.key("error_count");
  json.number(loaded.diagnostics.error_count());
  write_list(json, "errors", loaded.diagnostics.errors());
  write_list(json, "warnings", loaded.diagnostics.warnings());
  json.end_object();
  json.finish();
}

void write_text(const DesiredState& state, const Context& context) {
  std::uint64_t rows = 0;
  for (const RowSetDocument& set : state.row_sets) rows += set.rows->size();
  context.out.write(context.out_style.paint(Tone::Good, "Valid:") + " " + counted(state.databases.size(), "Database") +
                    ", " + counted(state.row_sets.size(), "RowSet") + " with " + counted(rows, "row") + ".\n");
}

}  // namespace

int run_validate(const CommandLine& line, const Context& context) {
  const LoadedDocuments loaded = load_documents(line, context);
  if (loaded.usage_error) {
    print_error(*loaded.usage_error, context);
    return exit_usage;
  }
  if (line.format == Format::Json) {
    write_json(loaded, context.out);
  } else {
    print_diagnostics(loaded.diagnostics, context);
    if (!loaded.diagnostics.has_errors()) write_text(loaded.state, context);
  }
  return loaded.diagnostics.has_errors() ? exit_invalid : exit_done;
}

}  // namespace holdfast::agent
