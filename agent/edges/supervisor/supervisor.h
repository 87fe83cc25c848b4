// The process above: starts the agent and the API, passes signals on, reaps, and ends with the API's own exit code.
//
// A single thread in one loop: `poll` over a signal descriptor and one end of a socket pair. It may be process 1. It is
// so small that nothing in it should ever fail: the API's life hangs on it, and on nothing else of ours.
// docs/supervisor.md tells users the same, with the reasons.
//
// - Start: the agent says "prepared", --before runs, the agent hears "go" and says "ready", the API is started.
// - Time: start_timeout after the beginning the API is started whatever happened, with an error told; with strict_start
//   all ends instead, with 125. Where there is a --before and the agent is silent, --before begins after three quarters
//   of that time, so that it comes before the API. One that has not ended by then is not stopped.
// - Agent: started again whenever it ends, after 100 ms, doubling to a minute; 100 ms again once one lived for five
//   minutes. It never takes the API down.
// - API: never started again. When it ends, the agent and the rest of the API's process group get SIGTERM.
// - Signals: to the API's own process, not to its group. SIGTERM also begins the stop: the agent gets its own once the
//   API has ended, at the latest after six tenths of stop_timeout; at its end whoever is left gets SIGKILL.
// - Secrets: HOLDFAST_* and NOTIFY_SOCKET are not in the environment of the API and of --before.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::agent {

inline constexpr int exit_supervisor = 125;      // a failure of ours, or a strict start that did not come about
inline constexpr int exit_not_executable = 126;  // the command is there and cannot be executed
inline constexpr int exit_not_found = 127;       // the command is not there

// Time-outs reach from nothing to this; what lies outside is taken as the nearer end.
inline constexpr std::chrono::hours longest_supervisor_timeout{24 * 30};

struct SupervisorOptions {
  std::string agent_program = "/proc/self/exe";
  std::vector<std::string> agent;     // the agent's argv, the program's name first; without the command
  std::vector<std::string> command;   // the API's argv; its first word is looked up in PATH
  std::optional<std::string> before;  // run by /bin/sh -c, with nothing to read on standard input
  std::chrono::milliseconds start_timeout{30'000};
  bool strict_start = false;
  // Empty: none. There once the API is started and an agent has said ready; removed at the start and at the end.
  std::string ready_file;
  std::chrono::milliseconds stop_timeout{10'000};
};

enum class SupervisorLevel : std::uint8_t { Info, Warning, Error };

// Takes one message, without a line feed and without secrets. Called by the one thread; should not block, because
// signals wait meanwhile, and must not throw.
using SupervisorLog = std::function<void(SupervisorLevel level, std::string_view message)>;

// Blocks until everything has ended; gives the exit code of the process: the API's own (128 + the signal that killed
// it), 128 + the signal that ended us before the API was started, or one of the three above, each with an error told.
//
// To be called once, from the only thread of a process that then exits: it becomes the reaper of orphans, takes the
// signals over (what is ignored stays ignored, for the children too, apart from SIGPIPE and SIGCHLD), and overwrites
// the values of HOLDFAST_* in this process' environment, so that nobody reads them in /proc. `options.agent` and
// `options.command` have a first word.
int supervise(const SupervisorOptions& options, const SupervisorLog& log);

}  // namespace holdfast::agent
