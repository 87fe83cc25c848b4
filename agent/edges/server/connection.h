// One client: its requests, one after the other, and their responses.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <memory>
#include <optional>

#include "agent/core/http/api.h"
#include "agent/edges/server/peers.h"
#include "agent/edges/server/server_limits.h"
#include "agent/edges/server/wire.h"

namespace holdfast::agent {

class Connection final : public Peer, public std::enable_shared_from_this<Connection> {
 public:
  // The api, the peers and the limits must be there until it has left the peers.
  Connection(boost::asio::ip::tcp::socket socket, const http::Api& api, Peers& peers, const ServerLimits& limits);

  void start();
  // Answers without reading anything, and closes.
  void refuse(http::HttpResponse response);

  void finish() override;
  void abort() override;

 private:
  using Code = boost::system::error_code;
  template <class Method>
  auto then(Method method);

  void await_request(std::chrono::milliseconds patience);
  void arrived(const Code& code, std::size_t bytes);
  void read_header();
  void header_read();
  void told_to_go_on(const Code& code, std::size_t bytes);
  void read_body();
  void body_read(const Code& code, std::size_t bytes);
  void failed_to_read(const Code& code);
  void answer();
  void answered(std::uint64_t turn, http::HttpResponse response);
  void begin_stream(http::HttpResponse response);
  void send(http::HttpResponse response, bool keep_alive);
  void sent(const Code& code, std::size_t bytes);
  void linger(const Code& code, std::size_t bytes);
  void close();

  boost::beast::tcp_stream stream_;
  const http::Api& api_;
  Peers& peers_;
  const ServerLimits& limits_;
  boost::beast::flat_buffer buffer_;
  boost::asio::steady_timer answer_timer_;
  std::optional<wire::request_parser<wire::string_body>> parser_;
  std::optional<wire::response<wire::string_body>> response_;
  wire::response<wire::empty_body> go_on_;
  WireOptions request_;     // of the request under way
  std::uint64_t turn_ = 0;  // rises with each answer: a late one is known by it
  std::size_t header_bytes_ = 0;
  std::size_t lingered_ = 0;
  bool idle_ = false;
  bool closed_ = false;
};

}  // namespace holdfast::agent
