#include "agent/commands/version.h"

#include "agent/exit_code.h"
#include "agent/render/json_writer.h"

namespace holdfast::agent {
namespace {

constexpr std::string_view document_version = "holdfast.dev/v1alpha1";

void write_json(const BuildInfo& build, Sink& out) {
  JsonWriter json(out);
  const auto member = [&](std::string_view name, std::string_view text) {
    json.key(name);
    json.string(text);
  };
  json.begin_object();
  member("version", build.version);
  json.key("revision");
  build.revision.empty() ? json.null() : json.string(build.revision);
  json.key("formats");
  json.begin_object(JsonWriter::Layout::Inline);
  json.key("documents");
  json.begin_array(JsonWriter::Layout::Inline);
  json.string(document_version);
  json.end_array();
  json.end_object();
  member("compiler", build.compiler);
  json.key("libraries");
  json.begin_object();
  for (const auto& [name, version] : build.libraries) member(name, version);
  json.end_object();
  json.end_object();
  json.finish();
}

void write_text(const BuildInfo& build, Sink& out) {
  const auto line = [&](std::string name, std::string_view text) {
    name.resize(11, ' ');
    out.write(name.append(text).append("\n"));
  };
  out.write("holdfast " + build.version + "\n");
  if (!build.revision.empty()) line("revision", build.revision);
  line("documents", document_version);
  line("compiler", build.compiler);
  std::string libraries;
  for (const auto& [name, version] : build.libraries)
    libraries += (libraries.empty() ? "" : ", ") + name + " " + version;
  line("libraries", libraries);
}

}  // namespace

int run_version(const CommandLine& line, const Context& context) {
  const BuildInfo& build = context.build;
  if (line.format == Format::Json) {
    write_json(build, context.out);
  } else if (line.short_version) {
    context.out.write("holdfast " + build.version + (build.revision.empty() ? "" : " (" + build.revision + ")") + "\n");
  } else {
    write_text(build, context.out);
  }
  return exit_done;
}

}  // namespace holdfast::agent
