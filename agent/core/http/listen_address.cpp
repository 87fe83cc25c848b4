#include "agent/core/http/listen_address.h"

#include <algorithm>
#include <charconv>

#include "agent/core/http/message.h"

namespace holdfast::agent::http {
namespace {

bool all_of_set(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

constexpr std::string_view digits = "0123456789";
constexpr std::string_view name_characters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_";
constexpr std::string_view ipv6_characters = "0123456789abcdefABCDEF:.";

Error not_an_address(std::string_view text, std::string_view hint) {
  constexpr std::size_t most_shown = 100;
  return {ErrorKind::Invalid, "not an address to listen on", std::string(text.substr(0, most_shown)),
          std::string(hint)};
}

}  // namespace

bool is_ipv4(std::string_view text) {
  int parts = 0;
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    unsigned value = 0;
    if (part.size() > 3 || !all_of_set(part, digits) || (part.size() > 1 && part[0] == '0')) return false;
    std::from_chars(part.data(), part.data() + part.size(), value);
    if (value > 255) return false;
    ++parts;
    if (dot == std::string_view::npos) return parts == 4;
    text.remove_prefix(dot + 1);
  }
}

bool ListenAddress::loopback() const {
  return same_name(host, "localhost") || host == "::1" || (is_ipv4(host) && host.starts_with("127."));
}

bool ListenAddress::everywhere() const { return host == "0.0.0.0" || all_of_set(host, "0:"); }

std::optional<Authority> parse_authority(std::string_view text) {
  constexpr std::size_t longest_name = 253;
  Authority result;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos || !all_of_set(text.substr(1, close - 1), ipv6_characters)) return std::nullopt;
    result.host = text.substr(0, close + 1);
    rest = text.substr(close + 1);
  } else {
    const std::size_t colon = text.find(':');
    result.host = text.substr(0, colon);
    if (result.host.size() > longest_name || !all_of_set(result.host, name_characters)) return std::nullopt;
    rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
  }
  if (rest.empty()) return result;
  if (rest.size() > 6 || rest[0] != ':' || !all_of_set(rest.substr(1), digits)) return std::nullopt;
  result.port = rest.substr(1);
  return result;
}

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return not_an_address(text, "say HOST:PORT, as in 127.0.0.1:8790");
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  ListenAddress address;
  unsigned number = 0;
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (port.empty() || failed != std::errc() || end != port.data() + port.size() || number > 65535) {
    return not_an_address(text, "the port is a number up to 65535, as in 127.0.0.1:8790");
  }
  address.port = static_cast<std::uint16_t>(number);
  if (host.empty()) return not_an_address(text, "say [::]:PORT or 0.0.0.0:PORT for every address of the machine");
  if (host.starts_with('[') && host.ends_with(']') && host.size() > 2) {
    host = host.substr(1, host.size() - 2);
    if (host.find(':') == std::string_view::npos) return not_an_address(text, "brackets are for IPv6 addresses");
  } else if (host.find(':') != std::string_view::npos) {
    return not_an_address(text, "an IPv6 address stands in brackets, as in [::1]:8790");
  } else if (!is_ipv4(host) && !same_name(host, "localhost")) {
    return not_an_address(text, "say an IP address or localhost: names are not looked up");
  }
  address.host = host;
  return address;
}

std::string to_string(const ListenAddress& address) {
  const bool brackets = address.host.find(':') != std::string::npos;
  return (brackets ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

}  // namespace holdfast::agent::http
