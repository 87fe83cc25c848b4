// Starts a child process, and says what kept it from starting.
#pragma once

#include <sys/types.h>
#include <sys/wait.h>

#include <string>
#include <vector>

namespace holdfast::agent {

struct Launch {
  std::string program;                          // a path, or a name that is looked up in the PATH of `environment`
  std::vector<std::string> arguments;           // argv, its first word included
  const std::vector<std::string>& environment;  // NAME=value; lives as long as the call
  bool own_session = false;    // no terminal, and so no Ctrl-C; else a process group of its own in our session
  bool reads_nothing = false;  // standard input is /dev/null
  // Stays open, and of all other descriptors from 3 on none. -1: what we were started with stays open.
  int channel = -1;
  int terminal = -1;  // its process group becomes the foreground of this terminal, before the program runs
};

struct Launched {
  pid_t process = -1;
  int error = 0;         // errno; 0: the program runs
  bool at_exec = false;  // it was exec that failed, and not what comes before it
};

// The program runs when this returns: what exec says comes over a pipe that a successful exec closes. The child gets
// SIGTERM when we die; signals are reset_signals(). For a process with one thread.
Launched launch(const Launch& launch);

// "ended with code 3", "was killed by SIGSEGV"; for CLD_EXITED, CLD_KILLED, CLD_DUMPED.
std::string ending(const siginfo_t& info);
// As a shell has it: the code, or 128 + the signal.
int exit_code(const siginfo_t& info);

std::string signal_name(int signal);

}  // namespace holdfast::agent
