#include "agent/run_flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace holdfast::agent {

bool asks_an_agent(const std::string& command) {
  return command == "status" || command == "reconcile" || command == "pause" || command == "resume";
}

void declare_run_flags(CLI::App& command, const std::string& name, RunFlags& flags) {
  if (name == "run") {
    for (const SettingKind& kind : agent_setting_kinds()) {
      const std::string flag(kind.flag);
      if (kind.is_switch) {
        command.add_flag_callback("--" + flag, [&flags, flag] { flags.settings[flag] = "true"; });
      } else {
        command.add_option_function<std::string>(
            "--" + flag, [&flags, flag](const std::string& value) { flags.settings[flag] = value; });
      }
    }
  }
  if (asks_an_agent(name)) {
    command.add_option("--agent", flags.agent);
    command.add_option_function<std::string>(
        "--token-file", [&flags](const std::string& value) { flags.settings["token-file"] = value; });
    command.add_option("row-set", flags.row_set);
  }
  if (name == "pause") command.add_option("--for", flags.length);
}

std::vector<std::string> run_flags_of(const std::string& command) {
  std::vector<std::string> flags;
  if (command == "run") {
    for (const SettingKind& kind : agent_setting_kinds()) flags.push_back("--" + std::string(kind.flag));
  }
  if (asks_an_agent(command)) flags.insert(flags.end(), {"--agent", "--token-file"});
  if (command == "pause") flags.push_back("--for");
  return flags;
}

std::pair<std::vector<std::string>, std::vector<std::string>> split_child(std::span<const std::string> arguments) {
  const auto end = std::find(arguments.begin(), arguments.end(), "--");
  std::pair<std::vector<std::string>, std::vector<std::string>> parts{{arguments.begin(), end}, {}};
  if (end != arguments.end()) parts.second.assign(end + 1, arguments.end());
  return parts;
}

}  // namespace holdfast::agent
