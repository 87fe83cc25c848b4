// Which Host a request may name. A page of a stranger can make a browser ask us under the stranger's own name (DNS
// rebinding); what we answer would then be the stranger's to read, because to the browser both are one site. PURE.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/http/listen_address.h"

namespace holdfast::agent::http {

inline constexpr std::size_t most_extra_hosts = 64;

class HostCheck {
 public:
  // `extra_hosts` are names or addresses without a port, under which a proxy or a cluster reaches us. Invalid when one
  // is not.
  static Result<HostCheck> make(const ListenAddress& address, std::span<const std::string> extra_hosts);

  // Always: localhost, 127.0.0.1, [::1], the address that we listen on, the extra hosts; each with any port. When we
  // listen outside of loopback also any IP address, since only a name can be turned to another machine.
  bool accepts(const Authority& authority) const;
  bool is_extra(const Authority& authority) const;

 private:
  bool loopback_ = true;
  std::vector<std::string> own_;
  std::vector<std::string> extra_;
};

}  // namespace holdfast::agent::http
