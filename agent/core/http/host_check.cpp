#include "agent/core/http/host_check.h"

#include <algorithm>

#include "agent/core/http/message.h"

namespace holdfast::agent::http {
namespace {

bool among(const std::vector<std::string>& hosts, std::string_view host) {
  return std::any_of(hosts.begin(), hosts.end(), [&](const std::string& one) { return same_name(one, host); });
}

std::string in_brackets(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

}  // namespace

Result<HostCheck> HostCheck::make(const ListenAddress& address, std::span<const std::string> extra_hosts) {
  HostCheck check;
  check.loopback_ = address.loopback();
  check.own_ = {"localhost", "127.0.0.1", "[::1]"};
  if (!address.everywhere()) check.own_.push_back(in_brackets(address.host));
  if (extra_hosts.size() > most_extra_hosts) {
    return Error{ErrorKind::Invalid, "too many hosts to accept", std::to_string(extra_hosts.size()),
                 "name at most " + std::to_string(most_extra_hosts)};
  }
  for (const std::string& host : extra_hosts) {
    const std::optional<Authority> authority = parse_authority(host);
    if (!authority || !authority->port.empty()) {
      return Error{ErrorKind::Invalid, "not a host to accept", host,
                   "say a name or an address without a port, as in agent.example.com"};
    }
    check.extra_.push_back(authority->host);
  }
  return check;
}

bool HostCheck::accepts(const Authority& authority) const {
  if (among(own_, authority.host) || is_extra(authority)) return true;
  return !loopback_ && (authority.host.starts_with('[') || is_ipv4(authority.host));
}

bool HostCheck::is_extra(const Authority& authority) const { return among(extra_, authority.host); }

}  // namespace holdfast::agent::http
