// Where the server listens, as --listen says it, and what a Host field names. PURE.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reconcilers/core/result.h"

namespace holdfast::agent::http {

struct ListenAddress {
  std::string host = "127.0.0.1";  // an address without brackets, or "localhost"
  std::uint16_t port = 8790;       // 0: any that is free

  // Nobody outside of this machine can come in: 127.0.0.0/8, ::1, localhost. An address that is spelled in a way not
  // known here is not, which only means that more is asked of a request.
  bool loopback() const;
  // 0.0.0.0 or ::, which is every address of the machine and no name of it.
  bool everywhere() const;
};

// "HOST:PORT" with an IPv4 address, an IPv6 address in brackets, or localhost. Invalid with a hint otherwise; whether
// the machine has the address is found out by listening on it.
Result<ListenAddress> parse_listen_address(std::string_view text);

std::string to_string(const ListenAddress& address);

// What a Host field, or the place after "http://", names. Nothing when it is not HOST or HOST:PORT.
struct Authority {
  std::string host;  // "[::1]" keeps its brackets; as written
  std::string port;  // empty: none
};
std::optional<Authority> parse_authority(std::string_view text);

// Four numbers up to 255 with dots between them, without leading zeros.
bool is_ipv4(std::string_view text);

}  // namespace holdfast::agent::http
