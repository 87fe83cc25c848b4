// The API as the supervisor sees it: one process and its process group, started once.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/edges/supervisor/child.h"
#include "agent/edges/supervisor/terminal.h"
#include "reconcilers/core/result.h"

namespace holdfast::agent {

// It has a process group of its own, so that what it leaves behind can be ended too, and a terminal's keys reach it
// once. One thread.
class ApiProcess {
 public:
  enum class State : std::uint8_t { Waiting, Running, Ended };
  struct Refused {
    int exit_code;  // 125 to 127
    Error error;
  };

  // Both outlive this.
  ApiProcess(const std::vector<std::string>& command, const std::vector<std::string>& environment)
      : command_(command), environment_(environment) {}

  std::optional<Refused> start();
  State state() const { return state_; }
  pid_t process() const { return process_; }

  // To the process alone, while it runs.
  void forward(int signal) const;
  // Ctrl-Z, or a read of the terminal from the background: our own group stops as well, so that the shell sees it.
  void stopped(int signal) const;
  // The shell has put us to the front, or to the back, and lets us go on: the API does too.
  void resumed() const;

  // It has ended and has not been waited for yet, so that its number is nobody else's: the rest of its group gets
  // SIGTERM.
  void ended();
  bool is_gone() const;     // nobody of its group is left, or it was never started
  void kill_group() const;  // SIGKILL

 private:
  const std::vector<std::string>& command_;
  const std::vector<std::string>& environment_;
  const Terminal terminal_;
  State state_ = State::Waiting;
  pid_t process_ = -1;  // and the number of its group
};

}  // namespace holdfast::agent
