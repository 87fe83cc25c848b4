// What `run` and the commands that ask a running agent take besides the flags of all commands. PURE. Part of the
// command line (command_line.h), in a file of its own.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "agent/agent_settings.h"

namespace CLI {
class App;
}

namespace holdfast::agent {

struct RunFlags {
  GivenFlags settings;             // run: those of agent_settings.h
  std::string agent;               // --agent, for whoever asks
  std::string length = {};         // pause --for
  std::string row_set;             // of status, reconcile, pause, resume
  std::vector<std::string> child;  // run: what follows --
};

// Declares the flags of `command` in its subcommand; they are read into `flags`, which must outlive parsing.
void declare_run_flags(CLI::App& command, const std::string& name, RunFlags& flags);
std::vector<std::string> run_flags_of(const std::string& command);  // with their dashes

// What stands before the first "--", and what behind it; only `run` has one.
std::pair<std::vector<std::string>, std::vector<std::string>> split_child(std::span<const std::string> arguments);

bool asks_an_agent(const std::string& command);

}  // namespace holdfast::agent
