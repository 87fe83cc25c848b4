#include "agent/edges/server/listener.h"

#include <fcntl.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <optional>
#include <utility>

#include "agent/core/http/message.h"

namespace holdfast::agent {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Code = boost::system::error_code;

Error listen_error(const Code& code, const Tcp::endpoint& endpoint) {
  const std::string where = endpoint.address().is_v6()
                                ? "[" + endpoint.address().to_string() + "]:" + std::to_string(endpoint.port())
                                : endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
  if (code == asio::error::address_in_use) {
    return {ErrorKind::Transient, "the port is in use", where,
            "end what listens there, or choose another with --listen"};
  }
  if (code == asio::error::access_denied) {
    return {ErrorKind::Terminal, "not allowed to listen", where, "choose a port from 1024 on with --listen"};
  }
  if (code == boost::system::errc::address_not_available || code == asio::error::address_family_not_supported) {
    return {ErrorKind::Transient, "the machine does not have this address", where,
            "choose one that it has with --listen"};
  }
  return {ErrorKind::Transient, "cannot listen: " + code.message(), where, ""};
}

Code open_one(Tcp::acceptor& acceptor, const Tcp::endpoint& endpoint) {
  Code code;
  if (acceptor.open(endpoint.protocol(), code)) return code;
  close_on_exec(acceptor.native_handle());
  // A port that our own connections of a moment ago still occupy is free; one that somebody listens on stays busy.
  if (acceptor.set_option(asio::socket_base::reuse_address(true), code)) return code;
  const bool everywhere = endpoint.address().is_v6() && endpoint.address().is_unspecified();
  if (everywhere && acceptor.set_option(asio::ip::v6_only(false), code)) return code;
  if (acceptor.bind(endpoint, code)) return code;
  acceptor.listen(asio::socket_base::max_listen_connections, code);
  return code;
}

bool lacks_ipv6(const Code& code) {
  return code == boost::system::errc::address_not_available || code == asio::error::address_family_not_supported;
}

}  // namespace

void close_on_exec(int descriptor) { ::fcntl(descriptor, F_SETFD, ::fcntl(descriptor, F_GETFD) | FD_CLOEXEC); }

Result<std::vector<Tcp::acceptor>> open_listeners(asio::io_context& loop, const http::ListenAddress& address) {
  std::vector<Tcp::acceptor> acceptors;
  Tcp::endpoint endpoint;
  const auto open = [&](const asio::ip::address& ip, std::uint16_t port) {
    endpoint = {ip, port};
    Tcp::acceptor acceptor(loop);
    const Code code = open_one(acceptor, endpoint);
    if (!code) acceptors.push_back(std::move(acceptor));
    return code;
  };
  Code code;
  asio::ip::address ip = asio::ip::address_v4::loopback();
  const bool localhost = http::same_name(address.host, "localhost");
  if (!localhost) ip = asio::ip::make_address(address.host, code);
  if (code) {
    return Error{ErrorKind::Invalid, "not an address to listen on", http::to_string(address),
                 "say an IP address or localhost"};
  }
  code = open(ip, address.port);
  if (code && ip == asio::ip::address_v6::any() && lacks_ipv6(code)) {
    code = open(asio::ip::address_v4::any(), address.port);
  }
  if (code) return listen_error(code, endpoint);
  if (localhost) {
    const std::uint16_t port = acceptors.front().local_endpoint(code).port();
    code = open(asio::ip::address_v6::loopback(), port);
    if (code && !lacks_ipv6(code)) return listen_error(code, endpoint);
  }
  return acceptors;
}

}  // namespace holdfast::agent
