// The signals of this process as a descriptor that can be polled.
#pragma once

#include <csignal>
#include <vector>

#include "agent/edges/descriptor.h"

namespace holdfast::agent {

// Blocks the signals that the supervisor acts on and reads them one by one; ignores SIGPIPE, so that a closed standard
// error is an error of the write; makes SIGCHLD mean something again where our parent ignored it; blocks SIGTTOU, so
// that a process in the background may move and write the terminal. All as it was when this goes. One for each process.
class SignalChannel {
 public:
  SignalChannel();
  ~SignalChannel();
  SignalChannel(const SignalChannel&) = delete;
  SignalChannel& operator=(const SignalChannel&) = delete;

  int error() const { return error_; }  // errno; 0: it works
  int descriptor() const { return descriptor_.number(); }
  int next();  // the next signal that waits; 0: none

 private:
  Descriptor descriptor_;
  int error_ = 0;
  sigset_t mask_before_ = {};
  struct sigaction pipe_before_ = {}, child_before_ = {};
};

// Ignored by whoever started us, as nohup does with SIGHUP.
bool is_ignored(int signal);

// One that is blocked has come and is not read yet.
bool waits(int signal);

// For a child between fork and exec: what is ignored stays so, but for SIGPIPE and SIGCHLD; all else is the default,
// and nothing is blocked.
void reset_signals();

}  // namespace holdfast::agent
