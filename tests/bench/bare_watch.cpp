// The least that a process can do which waits for changes to a folder: one inotify watch and a look every 5 s whether
// it is to end. What an idle agent is compared with.
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>

int main(int count, char** arguments) {
  if (count != 2) return 64;
  const int events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (inotify_add_watch(events, arguments[1], IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_ATTRIB) < 0)
    return 1;
  pollfd one{events, POLLIN, 0};
  for (std::array<char, 16384> bytes{};;) {
    if (poll(&one, 1, 5'000) > 0 && read(events, bytes.data(), bytes.size()) < 0) return 1;
  }
}
