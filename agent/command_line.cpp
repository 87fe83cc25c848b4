#include "agent/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>

#include "agent/core/agent_view.h"
#include "agent/exit_code.h"
#include "agent/help.h"
#include "agent/render/escape.h"
#include "agent/run_flags.h"
#include "desired-state/nearest.h"
#include "reconcilers/core/result.h"

namespace holdfast::agent {
namespace {

// What CLI11 reads, before it is checked.
struct Arguments {
  std::vector<std::string> files;
  std::vector<std::string> databases;
  std::string format = "text";
  std::string colour = "auto";
  std::vector<std::string> help_topics;
  bool detailed_exit_code = false;
  bool dry_run = false;
  std::string run;
  std::string only;
  std::string limit;
  std::vector<std::string> confirm;
  std::string url;
  std::vector<std::string> tables;
  std::string table;
  std::string out_folder;
  bool setup = false;
  bool documents = false;
  bool help = false;
  bool version = false;
  std::string command;
  std::vector<std::string> unexpected;
  RunFlags run_flags;
};

ParsedCommandLine usage_error(std::string what, std::string where, std::string hint) {
  ParsedCommandLine parsed;
  parsed.exit = exit_usage;
  parsed.err =
      "error: " + to_string(Error{ErrorKind::Terminal, std::move(what), std::move(where), std::move(hint)}) + "\n";
  return parsed;
}

ParsedCommandLine page(std::string_view topic) {
  ParsedCommandLine parsed;
  parsed.out = help_text(topic);
  return parsed;
}

// An argument as a message may show it: not at all when it could be a URL with a password.
std::string shown(const std::string& argument) {
  if (argument.find("://") != std::string::npos || argument.find('@') != std::string::npos) return "\"***\"";
  return in_quotes(argument);
}

std::string see(const std::string& command) {
  return command.empty() ? "see holdfast --help" : "see holdfast " + command + " --help";
}

void declare(CLI::App& app, Arguments& arguments) {
  app.set_help_flag();  // the pages are our own
  app.allow_extras();   // and so are the messages
  app.require_subcommand(0, 1);
  app.fallthrough();
  const auto one_each = [](CLI::Option* option) {
    option->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  one_each(app.add_option("-f,--file", arguments.files));
  one_each(app.add_option("--database", arguments.databases));
  app.add_option("-o,--output", arguments.format)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_option("--color", arguments.colour)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_flag("-h,--help", arguments.help);
  app.add_flag("--version", arguments.version);
  for (const std::string& name : command_names()) {
    CLI::App* command = app.add_subcommand(name);
    command->set_help_flag();
    command->fallthrough();
    command->callback([&arguments, name] { arguments.command = name; });
    if (name == "init") {
      command->add_option("url", arguments.url);
      one_each(command->add_option("--tables", arguments.tables));
      command->add_option("--out", arguments.out_folder);
      command->add_flag("--setup", arguments.setup);
    }
    if (name == "export") {
      command->add_option("url", arguments.url);
      command->add_option("--table", arguments.table);
      command->add_flag("--documents", arguments.documents);
      command->add_option("--out", arguments.out_folder);
    }
    if (name == "plan") command->add_flag("--detailed-exitcode", arguments.detailed_exit_code);
    if (name == "undo") {
      command->add_flag("--dry-run", arguments.dry_run);
      command->add_option("--only", arguments.only);
      command->add_option("run", arguments.run);
    }
    if (name == "apply") one_each(command->add_option("--confirm", arguments.confirm));
    if (name == "accept") command->add_flag("--dry-run", arguments.dry_run);
    if (name == "accept" || name == "release") command->add_option("rows", arguments.only);
    if (name == "history") command->add_option("--limit", arguments.limit);
    declare_run_flags(*command, name, arguments.run_flags);
    if (name == "help") command->add_option("topic", arguments.help_topics)->expected(0, 1);
  }
}

// The error, if CLI11 could not make sense of the arguments at all.
std::optional<ParsedCommandLine> read(std::span<const std::string> given, Arguments& arguments) {
  CLI::App app;
  declare(app, arguments);
  std::vector<std::string> reversed(given.rbegin(), given.rend());  // CLI11 takes them from the back
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string what = error.what();
    return usage_error("one value is needed, and no more", printable(what.substr(0, what.find(':'))), see(""));
  } catch (const CLI::ParseError& error) {
    std::string what = error.what();
    if (what.find("://") != std::string::npos) what = "an argument does not fit";
    return usage_error(printable(what), "", see(""));
  }
  arguments.unexpected = app.remaining();
  return std::nullopt;
}

std::vector<std::string> flags_of(const std::string& command) {
  std::vector<std::string> flags = {"--file", "--database", "--output", "--color", "--help", "--version"};
  const auto add = [&](std::initializer_list<const char*> more) {
    flags.insert(flags.end(), more.begin(), more.end());
  };
  if (command == "plan") add({"--detailed-exitcode"});
  if (command == "apply") add({"--confirm"});
  if (command == "undo") add({"--dry-run", "--only"});
  if (command == "accept") add({"--dry-run"});
  if (command == "history") add({"--limit"});
  if (command == "init") add({"--tables", "--out", "--setup"});
  if (command == "export") add({"--table", "--documents", "--out"});
  const std::vector<std::string> more = run_flags_of(command);
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

std::optional<ParsedCommandLine> check_unexpected(const Arguments& arguments) {
  if (arguments.unexpected.empty()) return std::nullopt;
  const std::string& first = arguments.unexpected.front();
  if (first.size() > 1 && first[0] == '-') {
    if (first == "--detailed-exitcode") {
      return usage_error("unknown flag " + shown(first), arguments.command, "it belongs to holdfast plan");
    }
    if (first == "--dry-run" && arguments.command == "apply") {
      return usage_error("unknown flag " + shown(first), arguments.command,
                         "holdfast plan shows what apply would do, and writes nothing");
    }
    const std::string near = nearest_name(first, flags_of(arguments.command));
    return usage_error("unknown flag " + shown(first), arguments.command,
                       near.empty() ? see(arguments.command) : "did you mean " + near + "?");
  }
  if (arguments.command.empty()) {
    const std::string near = nearest_name(first, command_names());
    return usage_error("unknown command " + shown(first), "",
                       near.empty() ? "holdfast help lists the commands" : "did you mean holdfast " + near + "?");
  }
  const bool takes_documents = arguments.command != "version" && arguments.command != "help" &&
                               arguments.command != "init" && arguments.command != "export";
  return usage_error("unexpected argument " + shown(first), arguments.command,
                     takes_documents ? "documents are given with -f" : see(arguments.command));
}

std::vector<std::string> split_paths(std::string_view text) {
  std::vector<std::string> paths;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(':'), text.size());
    if (end > 0) paths.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return paths;
}

std::optional<ParsedCommandLine> take_databases(const Arguments& arguments, CommandLine& line) {
  for (const std::string& given : arguments.databases) {
    const std::size_t equals = given.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == given.size()) {
      return usage_error("wrong value", "--database", "give NAME=URL, popup=sqlite:popup.db for example");
    }
    std::string name = given.substr(0, equals);
    for (const auto& [other, url] : line.databases) {
      if (other == name)
        return usage_error("given twice", "--database " + shown(name), "say one URL for each Database");
    }
    line.databases.emplace_back(std::move(name), given.substr(equals + 1));
  }
  return std::nullopt;
}

// What export writes is a document or a file of rows, not something about them.
std::optional<ParsedCommandLine> take_export_format(const std::string& format, CommandLine& line) {
  if (format != "text" && format != "yaml" && format != "csv") {
    return usage_error("unknown format " + shown(format), "--output", "say yaml or csv");
  }
  line.format = format == "csv" ? Format::Csv : Format::Yaml;
  return std::nullopt;
}

std::optional<ParsedCommandLine> take_format(const Arguments& arguments, CommandLine& line) {
  const std::string& format = arguments.format;
  if (line.command == Command::Export) return take_export_format(format, line);
  if (format == "json") {
    line.format = Format::Json;
  } else if (format == "markdown") {
    line.format = Format::Markdown;
  } else if (format != "text") {
    return usage_error("unknown format " + shown(format), "--output", "say text, json or markdown");
  }
  const bool shows_changes =
      line.command == Command::Plan || line.command == Command::Apply || line.command == Command::Undo;
  if (line.command == Command::Init && line.format != Format::Text) {
    return usage_error("init writes YAML and CSV files", "--output", "leave it out");
  }
  if (line.format == Format::Markdown && !shows_changes) {
    return usage_error("markdown is for plan, apply and undo", "--output", "say text or json");
  }
  return std::nullopt;
}

std::optional<ParsedCommandLine> take_choices(const Arguments& arguments, CommandLine& line) {
  if (auto error = take_format(arguments, line)) return error;
  if (arguments.colour == "always") {
    line.colour = Colour::Always;
  } else if (arguments.colour == "never") {
    line.colour = Colour::Never;
  } else if (arguments.colour != "auto") {
    return usage_error("unknown choice " + shown(arguments.colour), "--color", "say auto, always or never");
  }
  return std::nullopt;
}

std::optional<ParsedCommandLine> take_files(const Arguments& arguments, const Environment& environment,
                                            CommandLine& line) {
  line.files = arguments.files;
  if (line.command == Command::Init || !line.url.empty()) {
    if (line.files.empty() && line.databases.empty()) return std::nullopt;
    return usage_error("a URL and documents", arguments.command,
                       line.command == Command::Init ? "init takes the URL of a database, and writes documents"
                                                     : "give the URL, or documents with -f");
  }
  if (line.files.empty()) line.files = split_paths(environment("HOLDFAST_FILES").value_or(""));
  if (line.command == Command::Version || asks_an_agent(arguments.command)) return std::nullopt;
  if (line.files.empty()) {
    return usage_error("no documents given", arguments.command,
                       "say where they are: holdfast " + arguments.command + " -f FILE|FOLDER, or set HOLDFAST_FILES");
  }
  if (std::find(line.files.begin(), line.files.end(), "") != line.files.end()) {
    return usage_error("an empty path", "--file", "name a file or a folder");
  }
  return std::nullopt;
}

// "SET/KEY" or "SET"; a set's name has no slash.
void split_rows(const std::string& written, CommandLine& line) {
  if (written.empty()) return;
  const std::size_t slash = written.find('/');
  line.row_set = written.substr(0, slash);
  if (slash != std::string::npos) line.key = written.substr(slash + 1);
}

std::optional<ParsedCommandLine> take_rows(const Arguments& arguments, CommandLine& line) {
  if (line.command == Command::Undo) {
    if (arguments.run.empty()) return usage_error("no run given", "undo", "holdfast history lists the runs");
    line.run = arguments.run;
    // "0" begins each of them. Whoever has few runs would take one back by a slip of the finger.
    if (line.run != "last" && line.run.size() < shortest_run_id) {
      return usage_error("a run's id is too short", "undo " + shown(line.run),
                         "give " + std::to_string(shortest_run_id) +
                             " characters of it or more, or say last; holdfast history lists the runs");
    }
  }
  for (const std::string& hash : arguments.confirm) {
    const bool digits = hash.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (hash.size() < 12 || !digits) {
      return usage_error("wrong value", "--confirm", "give the hash that plan shows, 12 digits of it or more");
    }
  }
  line.confirm = arguments.confirm;
  line.dry_run = arguments.dry_run;
  split_rows(arguments.only, line);
  if (line.row_set && line.row_set->empty()) {
    return usage_error("wrong value", arguments.command == "undo" ? "--only" : arguments.command,
                       "give SET or SET/KEY, campaigns/Hulu for example");
  }
  if (!arguments.limit.empty()) {
    const char* end = arguments.limit.data() + arguments.limit.size();
    const auto [read, error] = std::from_chars(arguments.limit.data(), end, line.limit);
    if (error != std::errc() || read != end || line.limit == 0) {
      return usage_error("wrong value", "--limit", "say how many runs to show");
    }
  }
  return std::nullopt;
}

// What `run` is set up with, and whom the others ask.
std::optional<ParsedCommandLine> take_agent(const Arguments& arguments, const Environment& environment,
                                            CommandLine& line) {
  const RunFlags& flags = arguments.run_flags;
  line.agent_flags = flags.settings;
  line.child = flags.child;
  line.length = flags.length;
  line.agent_url = flags.agent.empty() ? environment("HOLDFAST_AGENT").value_or("") : flags.agent;
  if (!flags.row_set.empty()) line.row_set = flags.row_set;
  if (line.command != Command::Run) return std::nullopt;
  const Result<AgentSettings> settings = agent_settings(line.agent_flags, environment);
  if (!settings) return usage_error(settings.error().what, settings.error().where, settings.error().hint);
  // Under a supervisor it is the agent, which gets the same flags, and not the command.
  if (settings->before.empty() || !line.child.empty() || environment("HOLDFAST_SUPERVISED")) return std::nullopt;
  const auto before = std::find_if(settings->shown.begin(), settings->shown.end(),
                                   [](const Setting& one) { return one.name == "before"; });
  return usage_error("there is no command that it comes before", before->origin,
                     "add the command, -- COMMAND…, or leave it out");
}

// "a,b" and several of them.
std::vector<std::string> split_names(const std::vector<std::string>& lists) {
  std::vector<std::string> names;
  for (std::string_view list : lists) {
    while (!list.empty()) {
      const std::size_t end = std::min(list.find(','), list.size());
      if (end > 0) names.emplace_back(list.substr(0, end));
      list.remove_prefix(std::min(end + 1, list.size()));
    }
  }
  return names;
}

std::optional<ParsedCommandLine> take_tables(const Arguments& arguments, CommandLine& line) {
  line.url = arguments.url;
  line.setup = arguments.setup;
  if (line.command == Command::Init) {
    if (line.url.empty())
      return usage_error("no URL given", "init", "say where the database is: holdfast init sqlite:PATH");
    line.tables = split_names(arguments.tables);
    if (line.tables.empty() && !arguments.tables.empty()) {
      return usage_error("wrong value", "--tables", "give the names of tables with commas between them");
    }
  }
  if (line.command == Command::Export) {
    line.documents = arguments.documents;
    if (line.documents && !(arguments.table.empty() && arguments.format == "text")) {
      return usage_error("--documents goes with no table and no format", "export", "give one of them");
    }
    if (!line.documents && !arguments.out_folder.empty()) {
      return usage_error("--out goes with --documents", "export", "a table is printed: holdfast export … > FILE");
    }
    if (!line.documents && arguments.table.empty()) {
      return usage_error("no table given", "export", "say which one: --table NAME, or --documents");
    }
    if (!line.documents) line.tables = {arguments.table};
  }
  if (!arguments.out_folder.empty()) line.out_folder = arguments.out_folder;
  while (line.out_folder.size() > 1 && line.out_folder.back() == '/') line.out_folder.pop_back();
  return std::nullopt;
}

Command command_of(const std::string& name) {
  if (name == "init") return Command::Init;
  if (name == "validate") return Command::Validate;
  if (name == "plan") return Command::Plan;
  if (name == "apply") return Command::Apply;
  if (name == "export") return Command::Export;
  if (name == "accept") return Command::Accept;
  if (name == "history") return Command::History;
  if (name == "undo") return Command::Undo;
  if (name == "release") return Command::Release;
  if (name == "run") return Command::Run;
  if (name == "status") return Command::Status;
  if (name == "reconcile") return Command::Reconcile;
  if (name == "pause") return Command::Pause;
  if (name == "resume") return Command::Resume;
  if (name == "doctor") return Command::Doctor;
  if (name == "adopt") return Command::Adopt;
  return Command::Version;
}

ParsedCommandLine help_page(const Arguments& arguments) {
  if (arguments.help_topics.empty()) return page(arguments.command == "help" ? "" : arguments.command);
  const std::string& topic = arguments.help_topics.front();
  const std::vector<std::string>& known = command_names();
  if (std::find(known.begin(), known.end(), topic) != known.end()) return page(topic);
  const std::string near = nearest_name(topic, known);
  return usage_error("unknown command " + shown(topic), "help",
                     near.empty() ? see("") : "did you mean holdfast help " + near + "?");
}

}  // namespace

ParsedCommandLine parse_command_line(std::span<const std::string> given, const Environment& environment) {
  Arguments arguments;
  const auto [own, child] = split_child(given);
  if (auto error = read(own, arguments)) return *error;
  if (own.size() < given.size() && (arguments.command != "run" || child.empty())) {
    return usage_error("a command after --", arguments.command, "holdfast run -f FOLDER -- COMMAND… starts one");
  }
  arguments.run_flags.child = child;
  const bool asks_for_help = arguments.help || arguments.command == "help";
  if (asks_for_help && arguments.unexpected.empty()) return help_page(arguments);
  if (auto error = check_unexpected(arguments)) return *error;
  CommandLine line;
  line.short_version = arguments.version;
  line.detailed_exit_code = arguments.detailed_exit_code;
  if (arguments.command.empty() && !arguments.version) {
    ParsedCommandLine parsed = usage_error("no command", "", "say what to do");
    parsed.err.append("\n").append(help_text());
    return parsed;
  }
  line.command = arguments.version ? Command::Version : command_of(arguments.command);
  if (auto error = take_choices(arguments, line)) return *error;
  if (auto error = take_databases(arguments, line)) return *error;
  if (auto error = take_rows(arguments, line)) return *error;
  if (auto error = take_tables(arguments, line)) return *error;
  if (auto error = take_files(arguments, environment, line)) return *error;
  if (auto error = take_agent(arguments, environment, line)) return *error;
  ParsedCommandLine parsed;
  parsed.command_line = std::move(line);
  return parsed;
}

}  // namespace holdfast::agent
