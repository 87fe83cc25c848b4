#include "agent/edges/signals.h"

#include <unistd.h>

#include <csignal>
#include <string_view>

namespace holdfast::agent {
namespace {

extern "C" void end_at_once(int signal) {
  // Only what is safe in a signal handler. Nothing can be done about a message that cannot be written.
  constexpr std::string_view message = "error: interrupted: the transaction under way is taken back\n";
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, message.data(), message.size());
  ::_exit(128 + signal);
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

void handle_signals() {
  handle(SIGPIPE, SIG_IGN);
  handle(SIGINT, end_at_once);
  handle(SIGTERM, end_at_once);
}

}  // namespace holdfast::agent
