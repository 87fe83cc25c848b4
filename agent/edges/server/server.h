// The HTTP server: an Api on a port.
//
// It runs on the io_context that it is given, which one thread runs; all calls come from that thread, and nothing here
// waits. While no client is connected it has no timer and costs nothing. Limits are those of server_limits.h: what is
// too large, too slow or too many is answered (431, 413, 503) where that is possible, and closed.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "agent/core/http/api.h"
#include "agent/core/http/listen_address.h"
#include "agent/edges/server/server_limits.h"
#include "reconcilers/core/result.h"

namespace boost::asio {
class io_context;
}

namespace holdfast::agent {

struct ServerOptions {
  http::ListenAddress address;
  ServerLimits limits = {};
  // Called when it listens at last, after start() has failed. May be empty.
  std::function<void()> listening = {};
};

class Server {
 public:
  // The loop and the api must outlive it.
  Server(boost::asio::io_context& loop, const http::Api& api, ServerOptions options);
  // Closes everything at once. Handlers that the loop still has do nothing then.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Begins to listen; called once. "localhost" is 127.0.0.1 and ::1, "::" is IPv4 and IPv6. An error (Transient for a
  // busy port) ends nothing: it tries again by itself until stop(), and the caller only tells people.
  Result<void> start();

  // 0 while it does not listen.
  std::uint16_t port() const;

  // There may be new events: streams send them. Cheap, and gathered; call it after every status that is published.
  void events_changed();

  // Takes no more connections, closes those that are idle and all streams, and lets requests under way end until the
  // deadline; then closes those, too, and calls `done` from the loop, once, unless the server is gone by then. A server
  // is not started again.
  void stop(std::chrono::milliseconds deadline, std::function<void()> done);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace holdfast::agent
