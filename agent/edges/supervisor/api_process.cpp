#include "agent/edges/supervisor/api_process.h"

#include <cerrno>
#include <csignal>
#include <system_error>

#include "agent/edges/supervisor/signal_channel.h"
#include "agent/edges/supervisor/supervisor.h"

namespace holdfast::agent {
namespace {

ApiProcess::Refused refusal(const Launched& launched, const std::string& program) {
  const std::string why = std::generic_category().message(launched.error);
  if (!launched.at_exec) {
    return {
        exit_supervisor,
        {ErrorKind::Terminal, "there is no process for the API: " + why, program, "see the limits of this machine"}};
  }
  if (launched.error == ENOENT) {
    return {exit_not_found,
            {ErrorKind::Terminal, "the API's command is not found", program,
             "see its name, PATH, and for a script the interpreter that its first line names"}};
  }
  return {exit_not_executable,
          {ErrorKind::Terminal, "the API's command cannot be executed: " + why, program,
           "see its mode, and what kind of file it is"}};
}

}  // namespace

std::optional<ApiProcess::Refused> ApiProcess::start() {
  const Launched launched = launch({.program = command_.front(),
                                    .arguments = command_,
                                    .environment = environment_,
                                    .terminal = terminal_.descriptor_to_give()});
  if (launched.error != 0) return refusal(launched, command_.front());
  process_ = launched.process;
  state_ = State::Running;
  return std::nullopt;
}

void ApiProcess::forward(int signal) const {
  if (state_ == State::Running) ::kill(process_, signal);
}

void ApiProcess::stopped(int signal) const {
  const bool wants_terminal = signal == SIGTTIN || signal == SIGTTOU;
  if (wants_terminal && terminal_.is_ours()) {
    resumed();  // we are in the foreground now, and were not when it began
    return;
  }
  const bool key = signal == SIGTSTP && terminal_.is_of(process_);
  if (!wants_terminal && !key) return;  // somebody stopped it on purpose, and will let it go on
  terminal_.take_back(process_);
  ::kill(0, signal);
  // Here again once the shell says SIGCONT, which waits to be read then and lets the API go on, once: a second SIGCONT
  // would swallow the next Ctrl-Z. At once where nobody could: the kernel stops no process 1 and no orphaned group for
  // a key, and then the API is not to stay stopped either. One that wants a terminal that is not ours would stop again
  // at once.
  if (key && !waits(SIGCONT)) resumed();
}

void ApiProcess::resumed() const {
  if (state_ != State::Running) return;
  terminal_.give_to(process_);
  ::kill(-process_, SIGCONT);
}

void ApiProcess::ended() {
  state_ = State::Ended;
  terminal_.take_back(process_);
  ::kill(-process_, SIGTERM);
}

bool ApiProcess::is_gone() const {
  if (state_ != State::Ended) return state_ == State::Waiting;
  return ::kill(-process_, 0) != 0 && errno == ESRCH;
}

void ApiProcess::kill_group() const {
  if (process_ > 0) ::kill(-process_, SIGKILL);
}

}  // namespace holdfast::agent
