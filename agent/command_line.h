// What the user asked for: arguments in, one value out. PURE; the environment is handed in.
//
// Messages never repeat an argument that may hold a password (a URL).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/agent_settings.h"
#include "desired-state/yaml_decoder.h"

namespace holdfast::agent {

enum class Command : std::uint8_t {
  Init,
  Validate,
  Plan,
  Apply,
  Accept,
  Export,
  History,
  Undo,
  Release,
  Run,
  Status,
  Reconcile,
  Pause,
  Resume,
  Doctor,
  Adopt,
  Version
};
enum class Format : std::uint8_t { Text, Json, Markdown, Yaml, Csv };
enum class Colour : std::uint8_t { Auto, Always, Never };

struct CommandLine {
  Command command = Command::Version;
  std::vector<std::string> files;                              // -f, else HOLDFAST_FILES
  std::vector<std::pair<std::string, std::string>> databases;  // --database NAME=URL
  Format format = Format::Text;
  Colour colour = Colour::Auto;
  bool detailed_exit_code = false;     // plan only
  bool dry_run = false;                // undo, accept: only show it
  std::string run;                     // undo: the run's id or its beginning
  std::optional<std::string> row_set;  // undo --only, release, accept: SET[/KEY]
  std::optional<std::string> key;
  std::vector<std::string> confirm;  // apply: hashes of plans whose deletes are meant
  std::string url;                   // init, export: the database; empty where -f names documents
  std::vector<std::string> tables;   // init --tables, export --table
  std::string out_folder = "rows";   // init --out, export --out
  std::size_t limit = 20;            // history: runs shown
  bool documents = false;            // export: the documents that the database keeps
  bool setup = false;                // init: the statements that make the tables, too
  bool short_version = false;        // `--version` instead of the command
  GivenFlags agent_flags;            // run: agent_settings.h; and --token-file of whoever asks an agent
  std::vector<std::string> child;    // run: the command after --
  std::string agent_url;             // status, reconcile, pause, resume
  std::string length;                // pause --for
};

// Either a command line to carry out, or a text to print (help on stdout, a usage error on stderr) and an exit code.
struct ParsedCommandLine {
  std::optional<CommandLine> command_line;
  int exit = 0;
  std::string out;
  std::string err;
};

// `arguments` without the program's name.
ParsedCommandLine parse_command_line(std::span<const std::string> arguments, const Environment& environment);

}  // namespace holdfast::agent
