// The program that a test of the supervisor starts, in one of these roles:
//
//   actor play NAME WORD…                    see actor_words.h
//   actor supervise [--OPTION VALUE]… -- COMMAND…
//                                            supervise() itself; what it logs is said as "supervisor: …"
//   actor leader ROLE…                       the first process of its terminal, as in a container, in that role
//   actor shell ROLE…                        a shell with job control, whose one job has that role
//
// The supervisor's options are those of SupervisorOptions; --agent is the words of the agent, joined by blanks.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "agent/edges/supervisor/supervisor.h"
#include "tests/supervisor/actor_words.h"

namespace holdfast::agent {
namespace {

void say(const std::string& who, std::string_view text) {
  const std::string line = who + ": " + std::string(text) + "\n";
  [[maybe_unused]] const ssize_t written = ::write(STDOUT_FILENO, line.data(), line.size());
}

int play_supervisor(const std::vector<std::string>& arguments) {
  SupervisorOptions options;
  std::size_t at = 0;
  for (; at < arguments.size() && arguments[at] != "--"; at += 2) {
    const std::string &option = arguments[at], &value = arguments.at(at + 1);
    if (option == "--agent") {
      std::istringstream words(value);
      options.agent = {"holdfast", "play", "agent"};
      options.agent.insert(options.agent.end(), std::istream_iterator<std::string>(words), {});
    }
    if (option == "--agent-program") options.agent_program = value;
    if (option == "--before") options.before = value;
    if (option == "--start-timeout") options.start_timeout = std::chrono::milliseconds(std::stoi(value));
    if (option == "--stop-timeout") options.stop_timeout = std::chrono::milliseconds(std::stoi(value));
    if (option == "--strict-start") options.strict_start = value == "yes";
    if (option == "--ready-file") options.ready_file = value;
  }
  options.command.assign(arguments.begin() + static_cast<std::ptrdiff_t>(at) + 1, arguments.end());
  return supervise(options, [](SupervisorLevel level, std::string_view message) {
    constexpr const char* names[] = {"", "warning: ", "error: "};
    say("supervisor", names[static_cast<int>(level)] + std::string(message));
  });
}

void own_the_terminal() {
  ::setsid();
  ::ioctl(STDIN_FILENO, TIOCSCTTY, 0);
}

int run_as(const std::vector<std::string>& arguments);

// What a shell does with the job in its foreground: sees it stop, and lets it go on as `fg` does.
int play_shell(const std::vector<std::string>& job) {
  own_the_terminal();
  ::signal(SIGTTOU, SIG_IGN);
  const pid_t process = ::fork();
  if (process == 0) {
    ::setpgid(0, 0);
    ::tcsetpgrp(STDIN_FILENO, ::getpid());
    ::signal(SIGTTOU, SIG_DFL);
    ::_exit(run_as(job));
  }
  while (true) {
    int status = 0;
    if (::waitpid(process, &status, WUNTRACED) < 0) return 95;
    if (!WIFSTOPPED(status)) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    say("shell", "the job has stopped");
    ::tcsetpgrp(STDIN_FILENO, process);
    ::kill(-process, SIGCONT);
  }
}

int run_as(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2) return 64;
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (arguments[0] == "play") return play(rest[0], {rest.begin() + 1, rest.end()});
  if (arguments[0] == "supervise") return play_supervisor(rest);
  if (arguments[0] == "leader") {
    own_the_terminal();
    return run_as(rest);
  }
  return arguments[0] == "shell" ? play_shell(rest) : 64;
}

}  // namespace
}  // namespace holdfast::agent

int main(int count, char** arguments) { return holdfast::agent::run_as({arguments + 1, arguments + count}); }
