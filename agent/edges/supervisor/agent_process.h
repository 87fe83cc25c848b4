// The agent as the supervisor sees it: a process that is started again whenever it ends, and what it has said.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/edges/descriptor.h"
#include "agent/edges/supervisor/backoff.h"
#include "agent/edges/supervisor/child.h"
#include "agent/edges/supervisor/line_reader.h"
#include "agent/edges/supervisor/supervisor.h"

namespace holdfast::agent {

// In a session of its own: a terminal's Ctrl-C never reaches it, it ends when the supervisor says so. It reads nothing,
// and has only its end of the socket pair and the three standard streams. One thread.
class AgentProcess {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  // All three outlive this.
  AgentProcess(const SupervisorOptions& options, std::vector<std::string>& environment, const SupervisorLog& log)
      : options_(options), environment_(environment), log_(log) {}

  // Starts it when it is time to: at once for the first, after the back-off for the others. Not after stop().
  void start_if_due(Instant now);
  std::optional<Instant> due() const;  // none: it runs, or will not be started any more

  // From now on every agent that is prepared is told "go".
  void allow();

  // Told to every agent from then on: the process of the API, whose files it looks at.
  void tell_api(pid_t process);

  // The socket to it, -1 if there is none; heard() when it can be read.
  int socket() const { return socket_.number(); }
  void heard();
  // Whether any agent has said so: one that has crashed after it was ready has done what the start waited for.
  bool was_prepared() const { return was_prepared_; }
  bool was_ready() const { return was_ready_; }

  pid_t process() const { return process_; }  // -1: none
  void ended(const siginfo_t& info, Instant now);

  void stop();  // SIGTERM, once, and no agent after this one
  void kill();  // SIGKILL

 private:
  int launch_one();  // 0, or errno
  void take(std::string_view line);
  void give_go();
  void give_api();
  void wait_after(std::string_view what, std::chrono::milliseconds lived, Instant now);

  const SupervisorOptions& options_;
  std::vector<std::string>& environment_;
  const SupervisorLog& log_;
  pid_t process_ = -1;
  Descriptor socket_;
  LineReader lines_;
  Backoff backoff_;
  Instant started_{};
  Instant due_{};  // the first one: at once
  bool stopped_ = false;
  bool allowed_ = false;
  pid_t api_ = -1;
  bool prepared_ = false, told_go_ = false;  // of the agent that runs
  bool was_prepared_ = false, was_ready_ = false;
};

}  // namespace holdfast::agent
