// One client that is sent events as they happen, until either side ends it.
#pragma once

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "agent/core/http/api.h"
#include "agent/edges/server/peers.h"
#include "agent/edges/server/server_limits.h"
#include "agent/edges/server/wire.h"

namespace holdfast::agent {

class EventConnection final : public Peer, public std::enable_shared_from_this<EventConnection> {
 public:
  // The api, the peers and the limits must be there until it has left the peers.
  EventConnection(boost::beast::tcp_stream stream, const http::Api& api, Peers& peers, const ServerLimits& limits);

  // `response` is the beginning of the stream, `events` included.
  void start(http::HttpResponse response, unsigned version);

  void finish() override { close(); }
  void abort() override { close(); }
  void events_changed() override;

 private:
  using Code = boost::system::error_code;
  void queue(std::string text);
  void write_waiting();
  void write();
  void written(const Code& code);
  void await_heartbeat();
  void read();
  void close();

  boost::beast::tcp_stream stream_;
  const http::Api& api_;
  Peers& peers_;
  const ServerLimits& limits_;
  boost::asio::steady_timer heartbeat_;
  std::uint64_t seen_ = 0;  // the number of the last event that it was sent
  std::optional<wire::response<wire::string_body>> header_;
  std::optional<wire::response_serializer<wire::string_body>> serializer_;
  std::string waiting_;  // to be written after what is being written
  std::string writing_;
  std::array<char, 512> ignored_{};
  bool busy_ = false;  // something is being written
  bool closed_ = false;
};

}  // namespace holdfast::agent
