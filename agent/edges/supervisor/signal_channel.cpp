#include "agent/edges/supervisor/signal_channel.h"

#include <sys/signalfd.h>

#include <cerrno>

namespace holdfast::agent {
namespace {

constexpr int heard[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH, SIGCONT};

void set(int signal, void (*handler)(int), struct sigaction* before = nullptr) {
  struct sigaction action = {};
  action.sa_handler = handler;
  ::sigaction(signal, &action, before);
}

}  // namespace

SignalChannel::SignalChannel() {
  set(SIGPIPE, SIG_IGN, &pipe_before_);
  set(SIGCHLD, SIG_DFL, &child_before_);
  sigset_t read, blocked;
  ::sigemptyset(&read);
  for (const int signal : heard) ::sigaddset(&read, signal);
  blocked = read;
  ::sigaddset(&blocked, SIGTTOU);
  ::sigprocmask(SIG_BLOCK, &blocked, &mask_before_);
  descriptor_ = Descriptor(::signalfd(-1, &read, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!descriptor_) error_ = errno;
}

SignalChannel::~SignalChannel() {
  ::sigaction(SIGPIPE, &pipe_before_, nullptr);
  ::sigaction(SIGCHLD, &child_before_, nullptr);
  ::sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
}

int SignalChannel::next() {
  struct signalfd_siginfo info = {};
  ssize_t got = -1;
  do {
    got = ::read(descriptor_.number(), &info, sizeof info);
  } while (got < 0 && errno == EINTR);
  return got == static_cast<ssize_t>(sizeof info) ? static_cast<int>(info.ssi_signo) : 0;
}

bool is_ignored(int signal) {
  struct sigaction action = {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

bool waits(int signal) {
  sigset_t pending;
  ::sigemptyset(&pending);
  return ::sigpending(&pending) == 0 && ::sigismember(&pending, signal) == 1;
}

void reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) {
    if (signal == SIGPIPE || signal == SIGCHLD || !is_ignored(signal)) set(signal, SIG_DFL);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace holdfast::agent
