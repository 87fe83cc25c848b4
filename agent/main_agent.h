// Part of the composition root: the agent's process, and the one above it.
#pragma once

#include <string>
#include <vector>

#include "agent/command_line.h"
#include "agent/render/sink.h"
#include "agent/render/style.h"
#include "reconcilers/core/clock.h"

namespace holdfast::agent {

struct AgentProcess {
  const CommandLine& line;
  const Clock& clock;
  Sink& log;
  Style style;
  bool terminal = false;  // the log goes to one
  std::string version;
  std::vector<std::string> arguments;  // of this process, without the program's name
};

// `holdfast run`: the agent, until a signal ends it; with a command the supervisor, until the command ends. The exit
// code.
int run_agent(const AgentProcess& process);

}  // namespace holdfast::agent
