// The terminal that we were started from, if there is one, and whose keys Ctrl-C and Ctrl-Z are.
#pragma once

#include <sys/types.h>

#include "agent/edges/descriptor.h"

namespace holdfast::agent {

// A terminal sends what its keys mean to one process group, its foreground. The API gets that place from us, as it
// would have it without us: its workers get Ctrl-C once, and it may read. SIGTTOU has to be blocked (SignalChannel).
// One thread.
class Terminal {
 public:
  Terminal();

  bool is_of(pid_t group) const;      // that group is the foreground
  bool is_ours() const;               // our own process group is the foreground
  int descriptor_to_give() const;     // for Launch::terminal: -1 where the terminal is not ours to give
  void give_to(pid_t group) const;    // if it is ours
  void take_back(pid_t group) const;  // if it is that group's

 private:
  Descriptor descriptor_;
};

}  // namespace holdfast::agent
