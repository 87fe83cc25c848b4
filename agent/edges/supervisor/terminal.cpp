#include "agent/edges/supervisor/terminal.h"

#include <fcntl.h>
#include <unistd.h>

namespace holdfast::agent {

Terminal::Terminal() : descriptor_(::open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) {}

bool Terminal::is_of(pid_t group) const { return descriptor_ && ::tcgetpgrp(descriptor_.number()) == group; }

bool Terminal::is_ours() const { return is_of(::getpgrp()); }

int Terminal::descriptor_to_give() const { return is_ours() ? descriptor_.number() : -1; }

void Terminal::give_to(pid_t group) const {
  if (is_ours()) ::tcsetpgrp(descriptor_.number(), group);
}

void Terminal::take_back(pid_t group) const {
  if (is_of(group)) ::tcsetpgrp(descriptor_.number(), ::getpgrp());
}

}  // namespace holdfast::agent
