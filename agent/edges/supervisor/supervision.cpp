#include "agent/edges/supervisor/supervision.h"

#include <poll.h>
#include <sys/prctl.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace holdfast::agent {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

Supervision::Supervision(const SupervisorOptions& options, const SupervisorLog& log)
    : options_(options),
      log_(log),
      environments_(child_environments()),
      notifier_(environments_.notify_socket),
      agent_(options, environments_.agent, log),
      api_(options.command, environments_.application),
      before_(options.before ? Before::Waiting : Before::Over),
      started_(steady_clock::now()),
      before_due_(started_ + bounded(options.start_timeout) * 3 / 4),
      start_due_(started_ + bounded(options.start_timeout)) {}

int Supervision::run() {
  if (signals_.error() != 0) {
    say(SupervisorLevel::Error, "signals cannot be read: " + std::generic_category().message(signals_.error()));
    return exit_supervisor;
  }
  hide_environment("HOLDFAST_");
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // process 1 is one anyway
  remove_ready_file();
  while (true) {
    const Instant now = steady_clock::now();
    step(now);
    if (exit_code_ && is_over(now)) break;
    wait();
  }
  remove_ready_file();
  return *exit_code_;
}

// --- events

void Supervision::wait() {
  int timeout_ms = -1;
  if (const std::optional<Instant> next = next_instant()) {
    const auto left = std::chrono::ceil<milliseconds>(*next - steady_clock::now()).count();
    timeout_ms = static_cast<int>(std::clamp<long long>(left, 0, 3'600'000));
  }
  pollfd sources[] = {{.fd = signals_.descriptor(), .events = POLLIN, .revents = 0},
                      {.fd = agent_.socket(), .events = POLLIN, .revents = 0}};
  if (::poll(sources, std::size(sources), timeout_ms) <= 0) return;
  // First what the agent says, then that it has ended.
  if (sources[1].revents != 0) agent_.heard();
  if (sources[0].revents != 0) read_signals();
}

std::optional<Supervision::Instant> Supervision::next_instant() const {
  const Instant now = steady_clock::now();
  std::optional<Instant> next;
  const auto consider = [&](Instant instant) { next = next ? std::min(*next, instant) : instant; };
  if (exit_code_) {
    if (now < agent_stop_due_) consider(agent_stop_due_);
    consider(killed_ ? kill_due_ + longest_death : kill_due_);
    return next;
  }
  if (api_.state() == ApiProcess::State::Waiting) {
    if (before_ == Before::Waiting && now < before_due_) consider(before_due_);
    consider(start_due_);
  }
  if (const std::optional<Instant> due = agent_.due(); due && may_start_agent(now)) consider(*due);
  return next;
}

void Supervision::read_signals() {
  bool children = false;
  while (const int signal = signals_.next()) {
    if (signal == SIGCHLD) {
      children = true;
    } else {
      take_signal(signal);
    }
  }
  if (children) reap();
}

void Supervision::take_signal(int signal) {
  if (signal == SIGCONT) {
    api_.resumed();
    return;
  }
  api_.forward(signal);
  const bool ends = signal == SIGTERM || signal == SIGINT || signal == SIGQUIT || signal == SIGHUP;
  if (exit_code_ || !ends) return;
  if (api_.state() == ApiProcess::State::Waiting) {
    if (is_ignored(signal)) return;  // nohup
    say(SupervisorLevel::Warning, signal_name(signal) + " before the API was started: everything is stopped");
    begin_stop(128 + signal, steady_clock::now());
  } else if (signal == SIGTERM) {
    // The others may mean anything to an API; this one means the end, and that has a deadline.
    say(SupervisorLevel::Info, "SIGTERM: the API has it, and " + in_words(options_.stop_timeout) + " to end");
    begin_stop(128 + signal, steady_clock::now());
  }
}

// Takes in whatever child has ended or stopped: the three that we know, and orphans that have become ours.
void Supervision::reap() {
  while (true) {
    siginfo_t info = {};
    // Looked at first and taken away afterwards: until then nobody else can have that number.
    if (::waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT) != 0) {
      if (errno == EINTR) continue;
      return;
    }
    if (info.si_pid == 0) return;
    const bool stopped = info.si_code == CLD_STOPPED || info.si_code == CLD_TRAPPED;
    if (!stopped) child_ended(info);
    siginfo_t taken =
        {};  // of the same kind: one that was stopped may have been killed since, and that is not to be missed
    const int kind = stopped ? WSTOPPED : WEXITED;
    while (::waitid(P_PID, static_cast<id_t>(info.si_pid), &taken, kind | WNOHANG) != 0 && errno == EINTR) continue;
    if (stopped && info.si_pid == api_.process()) api_.stopped(info.si_status);
  }
}

void Supervision::child_ended(const siginfo_t& info) {
  const Instant now = steady_clock::now();
  if (info.si_pid == agent_.process()) {
    agent_.ended(info, now);
  } else if (before_ == Before::Running && info.si_pid == before_process_) {
    before_ended(info);
  } else if (api_.state() == ApiProcess::State::Running && info.si_pid == api_.process()) {
    say(exit_code(info) == 0 || exit_code_ ? SupervisorLevel::Info : SupervisorLevel::Error, "the API " + ending(info));
    api_.ended();
    begin_stop(exit_code(info), now);
    exit_code_ = exit_code(info);
  }
}

void Supervision::before_ended(const siginfo_t& info) {
  before_ = Before::Over;
  if (exit_code(info) == 0) {
    say(SupervisorLevel::Info, "--before is done");
  } else if (!exit_code_) {
    before_failed(ending(info));
  }
}

}  // namespace holdfast::agent
