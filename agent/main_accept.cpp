#include "agent/main_accept.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <system_error>
#include <utility>

#include "agent/commands/accept.h"
#include "agent/edges/file_writer.h"
#include "agent/edges/supervisor/environment.h"
#include "agent/exit_code.h"
#include "agent/main_documents.h"
#include "desired-state/sources/file_source.h"
#include "desired-state/validate.h"

namespace holdfast::agent {
namespace {

// The lines that a person would read, as one sentence each.
std::string on_one_line(std::string_view lines) {
  std::string text;
  while (!lines.empty()) {
    std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    if (line.starts_with("error: ")) line.remove_prefix(7);
    if (line.empty()) continue;
    if (!text.empty()) text += "; ";
    text += line;
  }
  return text;
}

Answer accept(const CommandLine& line, const Clock& clock, const std::string& who) {
  StringSink out, err;
  FileWriter files;
  const Context context{
      .out = out,
      .err = err,
      .out_style = Style(),
      .err_style = Style(),
      .clock = clock,
      .load = {},
      .check = check_documents,
      .open = [](const DatabaseDocument& database) { return open_store(database); },
      .absolute_path =
          [](const std::string& path) { return std::filesystem::absolute(path).lexically_normal().string(); },
      .who = who,
      .build = {},
      .environment = environment,
      .load_texts = load_texts,
      .decode = decode_texts,
      .files = &files};
  const int exit = run_accept(line, context);
  if (exit == exit_done || exit == exit_drift) return {Answer::Kind::Done, {}, {}, {}, std::move(out.text)};
  return {Answer::Kind::Conflict, on_one_line(err.text.empty() ? out.text : err.text), {}};
}

}  // namespace

DesiredState load_texts(std::span<const std::string> paths, const UrlOverrides& urls, Diagnostics& diagnostics,
                        edit::DocumentTexts& texts) {
  sources::FileSource source(std::vector<std::string>(paths.begin(), paths.end()));
  sources::Snapshot snapshot = source.read(diagnostics);
  edit::KeepingOpener row_files(source.row_files(), texts);
  DesiredState state = decode(snapshot.texts, environment, row_files, diagnostics, {}, urls);
  if (!diagnostics.has_errors()) validate(state, diagnostics);
  texts.documents = std::move(snapshot.texts);
  return state;
}

DesiredState decode_texts(const edit::DocumentTexts& texts, const UrlOverrides& urls, Diagnostics& diagnostics) {
  edit::KeptOpener row_files(texts);
  DesiredState state = decode(texts.documents, environment, row_files, diagnostics, {}, urls);
  if (!diagnostics.has_errors()) validate(state, diagnostics);
  return state;
}

Acceptances::~Acceptances() {
  if (thread_.joinable()) thread_.join();
}

void Acceptances::start(const Request& request, std::function<void(const Answer&)> answered) {
  if (busy_.exchange(true)) return answered({Answer::Kind::Unavailable, "another accept is under way", {}});
  if (thread_.joinable()) thread_.join();  // it has answered
  CommandLine line = agent_;
  line.command = Command::Accept;
  line.format = Format::Json;
  line.row_set = request.row_set;
  line.key = request.key;
  line.dry_run = request.dry_run;
  const auto work = [this, line = std::move(line), who = request.who, answered] {
    Answer answer;
    try {
      answer = accept(line, clock_, who);
    } catch (const std::exception& error) {
      answer = {Answer::Kind::Conflict, error.what(), {}};
    }
    busy_ = false;
    post_([answered, answer = std::move(answer)] { answered(answer); });
  };
  try {
    thread_ = std::thread(work);
  } catch (const std::system_error&) {  // no more threads: the agent goes on without this one
    busy_ = false;
    answered({Answer::Kind::Unavailable, "there is no thread for it now", {}});
  }
}

}  // namespace holdfast::agent
