#include "agent/commands/documents.h"

#include <algorithm>
#include <utility>

#include "agent/render/escape.h"
#include "desired-state/database_url.h"

namespace holdfast::agent {
namespace {

std::string usage(std::string what, const std::string& name, std::string hint) {
  return to_string(Error{ErrorKind::Terminal, std::move(what), "--database " + in_quotes(name), std::move(hint)});
}

std::string names_of(const DesiredState& state) {
  std::string names;
  for (const DatabaseDocument& one : state.databases) names += (names.empty() ? "" : ", ") + one.name.text;
  return names.empty() ? "none" : names;
}

// The usage error, if there is one. A relative path is relative to the current folder, not to a document.
std::optional<std::string> read_overrides(const CommandLine& line, const Context& context, UrlOverrides& urls) {
  for (const auto& [name, url] : line.databases) {
    const ParsedUrl address = parse_database_url(url, {});
    if (!address.url) return usage(address.message, name, address.hint);
    const bool file = address.url->engine == Engine::Sqlite;
    urls[name] = file ? "sqlite:" + context.absolute_path(address.url->path) : url;
  }
  return std::nullopt;
}

}  // namespace

LoadedDocuments load_documents(const CommandLine& line, const Context& context) {
  LoadedDocuments loaded;
  UrlOverrides urls;
  loaded.usage_error = read_overrides(line, context, urls);
  if (loaded.usage_error) return loaded;
  loaded.state = context.load(line.files, urls, loaded.diagnostics);
  if (context.progress) context.progress->clear();
  context.check(loaded.state, loaded.diagnostics);
  if (loaded.diagnostics.has_errors()) return loaded;
  for (const auto& [name, url] : urls) {
    const auto named = [&name = name](const DatabaseDocument& one) { return one.name.text == name; };
    if (std::none_of(loaded.state.databases.begin(), loaded.state.databases.end(), named)) {
      loaded.usage_error = usage("there is no such Database", name, "the documents have " + names_of(loaded.state));
    }
  }
  return loaded;
}

void print_diagnostics(const Diagnostics& diagnostics, const Context& context, Wrote wrote) {
  for (const Diagnostic& one : diagnostics.all()) {
    one.severity == Diagnostic::Severity::Error ? print_error(to_string(one), context)
                                                : print_warning(to_string(one), context);
  }
  if (!diagnostics.has_errors()) return;
  const std::size_t shown = diagnostics.errors().size();
  if (diagnostics.error_count() > shown) {
    context.err.write("… and " + counted(diagnostics.error_count() - shown, "more error") + "\n");
  }
  const char* const end = wrote == Wrote::Something ? "; what is listed as applied was changed before"
                          : wrote == Wrote::Nothing ? "; nothing was changed"
                                                    : "";
  context.err.write(counted(diagnostics.error_count(), "error") + end + "\n");
}

void print_error(std::string_view message, const Context& context) {
  context.err.write(context.err_style.paint(Tone::Problem, "error:") + " " + printable(message) + "\n");
}

void print_warning(std::string_view message, const Context& context) {
  context.err.write(context.err_style.paint(Tone::Update, "warning:") + " " + printable(message) + "\n");
}

}  // namespace holdfast::agent
