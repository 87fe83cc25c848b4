#include "agent/edges/supervisor/agent_process.h"

#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <system_error>

namespace holdfast::agent {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

std::optional<AgentProcess::Instant> AgentProcess::due() const {
  if (stopped_ || process_ > 0) return std::nullopt;
  return due_;
}

void AgentProcess::start_if_due(Instant now) {
  if (stopped_ || process_ > 0 || now < due_) return;
  started_ = now;
  const int error = launch_one();
  if (error == 0) return;
  wait_after("the agent cannot be started: " + std::generic_category().message(error), milliseconds(0), now);
}

int AgentProcess::launch_one() {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return errno;
  Descriptor here(ends[0]);
  const Descriptor there(ends[1]);
  environment_.push_back("HOLDFAST_SUPERVISED=" + std::to_string(there.number()));
  const Launched launched = launch({.program = options_.agent_program,
                                    .arguments = options_.agent,
                                    .environment = environment_,
                                    .own_session = true,
                                    .reads_nothing = true,
                                    .channel = there.number()});
  environment_.pop_back();
  if (launched.error != 0) return launched.error;
  process_ = launched.process;
  socket_ = std::move(here);
  lines_ = LineReader();
  prepared_ = told_go_ = false;
  log_(SupervisorLevel::Info, "the agent is started: process " + std::to_string(process_));
  return 0;
}

void AgentProcess::allow() {
  allowed_ = true;
  give_go();
}

void AgentProcess::give_go() {
  if (!allowed_ || !prepared_ || told_go_) return;
  told_go_ = true;
  send_line(socket_.number(), "go");  // an agent that is gone is seen by its end
  give_api();
}

void AgentProcess::tell_api(pid_t process) {
  api_ = process;
  if (told_go_) give_api();
}

void AgentProcess::give_api() {
  if (api_ > 0) send_line(socket_.number(), "api " + std::to_string(api_));
}

void AgentProcess::heard() {
  const bool open = lines_.feed(socket_.number());
  while (const std::optional<std::string> line = lines_.next()) take(*line);
  if (!open) socket_.close();  // it talks no more; its end, if this is one, comes as a signal
}

void AgentProcess::take(std::string_view line) {
  if (line == "prepared") {
    prepared_ = was_prepared_ = true;
    give_go();
  } else if (line == "ready" && told_go_) {
    if (!was_ready_) log_(SupervisorLevel::Info, "the agent is ready");
    was_ready_ = true;
  }
}

void AgentProcess::ended(const siginfo_t& info, Instant now) {
  // What it said last may still be there: it counts.
  if (socket_) heard();
  socket_.close();
  process_ = -1;
  if (stopped_) {
    log_(SupervisorLevel::Info, "the agent " + ending(info));
    return;
  }
  wait_after("the agent " + ending(info), duration_cast<milliseconds>(now - started_), now);
}

void AgentProcess::wait_after(std::string_view what, milliseconds lived, Instant now) {
  const milliseconds wait = backoff_.next(lived);
  due_ = now + wait;
  log_(SupervisorLevel::Error, std::string(what) + ": it is started again in " + std::to_string(wait.count()) +
                                   " ms: see what it said before that");
}

void AgentProcess::stop() {
  if (stopped_) return;
  stopped_ = true;
  if (process_ > 0) ::kill(process_, SIGTERM);
}

void AgentProcess::kill() {
  stopped_ = true;
  if (process_ > 0) ::kill(process_, SIGKILL);
}

}  // namespace holdfast::agent
