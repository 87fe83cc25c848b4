#include "agent/edges/supervisor/child.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "agent/edges/descriptor.h"
#include "agent/edges/supervisor/signal_channel.h"

namespace holdfast::agent {
namespace {

struct Failure {
  int error = 0;
  bool at_exec = false;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (const std::string& text : texts)
    all.push_back(const_cast<char*>(text.c_str()));  // exec's old signature: it changes none
  all.push_back(nullptr);
  return all;
}

// Descriptors that somebody opened for the API (a listening socket of systemd) are not the agent's: it would keep them
// open over the API's end.
void keep_only(int channel) {
  constexpr unsigned int first = 3;
  if (::close_range(first, ~0U, CLOSE_RANGE_CLOEXEC) != 0) {
    constexpr int most = 1024;  // kernels before 5.11
    for (int number = first; number < most; ++number) ::fcntl(number, F_SETFD, FD_CLOEXEC);
  }
  ::fcntl(channel, F_SETFD, 0);
}

int prepare(const Launch& launch, pid_t parent) {
  if (launch.own_session ? ::setsid() < 0 : ::setpgid(0, 0) != 0) return errno;
  // SIGTTOU is still blocked here, so that this does not stop us.
  if (launch.terminal >= 0) ::tcsetpgrp(launch.terminal, ::getpid());

  if (::prctl(PR_SET_PDEATHSIG, SIGTERM) != 0) return errno;
  if (::getppid() != parent) return ESRCH;  // it died before the line above
  if (launch.reads_nothing) {
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing < 0 || ::dup2(nothing, STDIN_FILENO) < 0) return errno;
    if (nothing == STDIN_FILENO) ::fcntl(nothing, F_SETFD, 0);
  }
  if (launch.channel >= 0) keep_only(launch.channel);
  return 0;
}

[[noreturn]] void become(const Launch& launch, const std::vector<char*>& arguments, std::vector<char*>& variables,
                         pid_t parent, int report) {
  Failure failure{.error = prepare(launch, parent), .at_exec = false};
  if (failure.error == 0) {
    reset_signals();
    environ = variables.data();
    ::execvp(launch.program.c_str(), arguments.data());
    failure = {.error = errno, .at_exec = true};
  }
  [[maybe_unused]] const ssize_t written = ::write(report, &failure, sizeof failure);
  ::_exit(127);
}

}  // namespace

Launched launch(const Launch& launch) {
  const std::vector<char*> arguments = pointers(launch.arguments);
  std::vector<char*> variables = pointers(launch.environment);
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return {.error = errno};
  const Descriptor reader(ends[0]);
  Descriptor writer(ends[1]);

  const pid_t parent = ::getpid();
  const pid_t process = ::fork();
  if (process < 0) return {.error = errno};
  if (process == 0) become(launch, arguments, variables, parent, writer.number());
  writer.close();

  Failure failure;
  ssize_t got = -1;
  do {
    got = ::read(reader.number(), &failure, sizeof failure);
  } while (got < 0 && errno == EINTR);
  if (got != static_cast<ssize_t>(sizeof failure)) return {.process = process};
  while (::waitpid(process, nullptr, 0) < 0 && errno == EINTR) continue;
  return {.process = -1, .error = failure.error, .at_exec = failure.at_exec};
}

std::string signal_name(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name ? std::string("SIG") + name : "signal " + std::to_string(signal);
}

std::string ending(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) return "ended with code " + std::to_string(info.si_status);
  return "was killed by " + signal_name(info.si_status);
}

int exit_code(const siginfo_t& info) { return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status; }

}  // namespace holdfast::agent
