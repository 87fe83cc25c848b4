#include "agent/render/diagnostics_view.h"

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

}  // namespace

void render_diagnostics_json(const Diagnostics& diagnostics, Sink& out) {
  JsonWriter json(out);
  json.begin_object();
  json.key("valid");
  json.boolean(!diagnostics.has_errors());
  json.key("error_count");
  json.number(diagnostics.error_count());
  write_list(json, "errors", diagnostics.errors());
  write_list(json, "warnings", diagnostics.warnings());
  json.end_object();
  json.finish();
}

void render_diagnostics_markdown(const Diagnostics& diagnostics, Sink& out) {
  out.write("### Holdfast: the documents are invalid, " + counted(diagnostics.error_count(), "error") + "\n\n");
  for (const Diagnostic& one : diagnostics.errors()) {
    out.write("- " + markdown_text(printable(to_string(one))) + "\n");
  }
}

}  // namespace holdfast::agent
