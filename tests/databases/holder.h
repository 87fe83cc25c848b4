// A real process that has files open, as an API has.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <string>
#include <vector>

namespace holdfast::databases_test {

// A process that has files open, and a child that has others, until it goes.
class Holder {
 public:
  Holder(const std::vector<std::string>& files, const std::vector<std::string>& childs) {
    int ready[2];
    if (pipe(ready) != 0) throw std::runtime_error("no pipe");
    process_ = fork();
    if (process_ == 0) {
      hold(files);
      if (!childs.empty() && fork() == 0) hold(childs);
      // What shows that they are open: one byte for each process.
      if (write(ready[1], "x", 1) != 1) _exit(1);
      for (;;) pause();
    }
    close(ready[1]);
    std::size_t seen = 0;
    for (char byte = 0; seen < (childs.empty() ? 1U : 2U) && read(ready[0], &byte, 1) == 1; ++seen) {
    }
    close(ready[0]);
  }
  ~Holder() {
    kill(-process_, SIGKILL);
    while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  Holder(const Holder&) = delete;
  pid_t process() const { return process_; }

 private:
  static void hold(const std::vector<std::string>& files) {
    setpgid(0, getppid() == test_ ? 0 : getpgid(getppid()));
    for (const std::string& file : files) {
      if (open(file.c_str(), O_RDWR) < 0) _exit(1);
    }
  }
  static inline const pid_t test_ = getpid();
  pid_t process_ = -1;
};

}  // namespace holdfast::databases_test
