// The composition root: the only place that names concrete stores, sources, streams and clocks, and wires them.
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "agent/build_info.h"
#include "agent/command_line.h"
#include "agent/commands/accept.h"
#include "agent/commands/adopt.h"
#include "agent/commands/apply.h"
#include "agent/commands/ask.h"
#include "agent/commands/doctor.h"
#include "agent/commands/export.h"
#include "agent/commands/history.h"
#include "agent/commands/init.h"
#include "agent/commands/plan.h"
#include "agent/commands/release.h"
#include "agent/commands/undo.h"
#include "agent/commands/validate.h"
#include "agent/commands/version.h"
#include "agent/edges/file_writer.h"
#include "agent/edges/folder_files.h"
#include "agent/edges/host/host_facts.h"
#include "agent/edges/http_client.h"
#include "agent/edges/signals.h"
#include "agent/edges/standard_stream.h"
#include "agent/edges/supervisor/environment.h"
#include "agent/edges/system_clock.h"
#include "agent/edges/terminal_progress.h"
#include "agent/exit_code.h"
#include "agent/main_accept.h"
#include "agent/main_agent.h"
#include "agent/main_documents.h"
#include "agent/main_host.h"
#include "agent/render/escape.h"
#include "agent/revision.h"
#include "desired-state/database_url.h"
#include "desired-state/sources/file_source.h"
#include "desired-state/sources/read_texts.h"
#include "desired-state/sources/version.h"
#include "desired-state/validate.h"
#include "reconcilers/core/rule.h"
#include "reconcilers/stores/sqlite/sqlite_store.h"

namespace holdfast::agent {
namespace {

// What one document cannot know by itself is looked at once each of them is sound: a document that could not be read
// would otherwise be missed by those that name it.
DesiredState load(std::span<const std::string> paths, const UrlOverrides& urls, Diagnostics& diagnostics) {
  sources::FileSource source(std::vector<std::string>(paths.begin(), paths.end()));
  const sources::Snapshot snapshot = source.read(diagnostics);
  sources::Version version(source.row_files());
  version.add(snapshot.texts);
  DesiredState state = decode(snapshot.texts, environment, version, diagnostics, {}, urls);
  if (!diagnostics.has_errors()) validate(state, diagnostics);
  state.revision = version.name(snapshot.commit);
  state.digest = version.digest();
  state.bytes = version.bytes();
  return state;
}

std::string read_texts(std::span<const std::string> paths, const DesiredState& state, const TextVisitor& visit) {
  sources::FileSource source(std::vector<std::string>(paths.begin(), paths.end()));
  return sources::read_texts(source, state, visit);
}

std::string absolute_path(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

std::string relative_path(const std::string& path, const std::string& folder) {
  std::error_code unknown;
  const std::filesystem::path from =
      std::filesystem::absolute(folder);  // one that is not there has to begin at the root
  const std::filesystem::path found = std::filesystem::relative(path, from, unknown);
  return unknown || found.empty() ? absolute_path(path) : found.string();
}

Result<std::unique_ptr<AgentClient>> ask_agent(const std::string& url, const std::string& token) {
  HttpClientOptions options;
  options.url = url;
  options.token = token;
  Result<std::unique_ptr<HttpClient>> client = HttpClient::make(std::move(options));
  if (!client) return client.error();
  return std::unique_ptr<AgentClient>(std::move(*client));
}

doctor::HostFacts look_at_host_of(const std::string& path) { return look_at_host({path, environment}); }

// Who stands behind a run of the command line, for the history.
std::string user_name() {
  if (const passwd* user = getpwuid(geteuid()); user != nullptr && user->pw_name != nullptr) return user->pw_name;
  return "uid " + std::to_string(geteuid());
}

BuildInfo build_info() {
#if defined(__clang__)
  const std::string compiler = std::string("clang ") + __clang_version__;
#else
  const std::string compiler = std::string("gcc ") + __VERSION__;
#endif
  return {HOLDFAST_VERSION, HOLDFAST_REVISION, compiler, HOLDFAST_LIBRARIES};
}

Style style(Colour wanted, const StandardStream& stream) {
  if (wanted != Colour::Auto) return Style(wanted == Colour::Always);
  const bool refused = !environment("NO_COLOR").value_or("").empty() || environment("TERM") == "dumb";
  return Style(stream.is_terminal() && !refused);
}

int carry_out(const CommandLine& line, const Context& context) {
  switch (line.command) {
    case Command::Init: return run_init(line, context);
    case Command::Validate: return run_validate(line, context);
    case Command::Plan: return run_plan(line, context);
    case Command::Apply: return run_apply(line, context);
    case Command::Accept: return run_accept(line, context);
    case Command::Export: return run_export(line, context);
    case Command::History: return run_history(line, context);
    case Command::Undo: return run_undo(line, context);
    case Command::Release: return run_release(line, context);
    case Command::Status:
    case Command::Reconcile:
    case Command::Pause:
    case Command::Resume: return run_ask(line, context);
    case Command::Adopt: return run_adopt(line, context);
    case Command::Doctor: return run_doctor(line, context);
    case Command::Run:  // has no use for a context: run() has started it
    case Command::Version: break;
  }
  return run_version(line, context);
}

int run(const std::vector<std::string>& arguments, StandardStream& out, StandardStream& err) {
  const ParsedCommandLine parsed = parse_command_line(arguments, environment);
  if (!parsed.command_line) {
    out.write(parsed.out);
    err.write(parsed.err);
    return parsed.exit;
  }
  const CommandLine& line = *parsed.command_line;
  const SystemClock clock;
  if (line.command == Command::Run) {
    const std::vector<std::string> own(arguments.begin(), std::find(arguments.begin(), arguments.end(), "--"));
    return run_agent({line, clock, err, style(line.colour, err), err.is_terminal(), HOLDFAST_VERSION, own});
  }
  TerminalProgress progress(err, clock);
  FileWriter files;
  const bool watched = err.is_terminal() && line.format != Format::Json;
  const Context context{.out = out,
                        .err = err,
                        .out_style = style(line.colour, out),
                        .err_style = style(line.colour, err),
                        .clock = clock,
                        .progress = watched ? &progress : nullptr,
                        .load = load,
                        .check = check_documents,
                        .open = [](const DatabaseDocument& database) { return open_store(database); },
                        .absolute_path = absolute_path,
                        .who = user_name(),
                        .build = build_info(),
                        .environment = environment,
                        .relative_path = relative_path,
                        .new_files = new_folder_files,
                        .load_texts = load_texts,
                        .decode = decode_texts,
                        .files = &files,
                        .read_texts = read_texts,
                        .agent = ask_agent,
                        .read_file = read_small_file,
                        .look_at_host = look_at_host_of,
                        .surroundings =
                            [](const std::string& path) {
                              return surroundings_of(path, environment("HOLDFAST_STATE_FOLDER").value_or(""));
                            }};
  return carry_out(line, context);
}

int main_with_streams(const std::vector<std::string>& arguments) {
  StandardStream out(STDOUT_FILENO, StandardStream::Buffering::Full);
  StandardStream err(STDERR_FILENO, StandardStream::Buffering::Line);
  int exit = exit_failed;
  try {
    exit = run(arguments, out, err);
  } catch (const std::exception& error) {
    err.write("error: " + printable(error.what()) + ": the program: please report this\n");
  }
  out.flush();
  if (!out.ok()) {
    err.write("error: the output could not be written: standard output: " + out.failure() + "\n");
    exit = worse(exit, exit_failed);
  }
  return exit;
}

}  // namespace
}  // namespace holdfast::agent

int main(int count, char** values) {
  holdfast::agent::handle_signals();
  const int first = count > 0 ? 1 : 0;  // the program's name may be missing
  return holdfast::agent::main_with_streams(std::vector<std::string>(values + first, values + count));
}
