#include "agent/edges/supervisor/notifier.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "agent/edges/descriptor.h"

namespace holdfast::agent {

int Notifier::tell(std::string_view state) const {
  if (socket_.empty()) return 0;
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (socket_.size() >= sizeof address.sun_path) return ENAMETOOLONG;
  if (socket_[0] != '/' && socket_[0] != '@') return EAFNOSUPPORT;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  // An abstract name ends where the length says; a path may.
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());

  const Descriptor sender(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!sender) return errno;
  const timeval longest{.tv_sec = 1, .tv_usec = 0};  // its queue may be full, and signals wait for us
  ::setsockopt(sender.number(), SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest);
  const auto* to = reinterpret_cast<const sockaddr*>(&address);
  return ::sendto(sender.number(), state.data(), state.size(), MSG_NOSIGNAL, to, length) < 0 ? errno : 0;
}

}  // namespace holdfast::agent
