// Tells the service manager how far we are: systemd's protocol, without its library.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::agent {

// One datagram a message to the socket that NOTIFY_SOCKET names: a path, or '@' and an abstract name. Where none is
// named, nothing is told. Takes a second at most. One thread.
class Notifier {
 public:
  explicit Notifier(std::string socket) : socket_(std::move(socket)) {}

  // "READY=1". 0, or the errno of what went wrong.
  int tell(std::string_view state) const;
  const std::string& socket() const { return socket_; }

 private:
  std::string socket_;
};

}  // namespace holdfast::agent
