#include "agent/core/http/origin_check.h"

namespace holdfast::agent::http {
namespace {

struct Origin {
  Authority authority;
  std::string_view default_port;
};

std::optional<Origin> parse_origin(std::string_view text) {
  for (const auto& [scheme, port] :
       {std::pair<std::string_view, std::string_view>{"http://", "80"}, {"https://", "443"}}) {
    if (!text.starts_with(scheme)) continue;
    std::optional<Authority> authority = parse_authority(text.substr(scheme.size()));
    if (!authority) return std::nullopt;
    return Origin{std::move(*authority), port};
  }
  return std::nullopt;
}

}  // namespace

bool same_origin(const HttpRequest& request, const Authority& host, const HostCheck& hosts) {
  if (count_fields(request, "Origin") == 0) {
    const std::optional<std::string_view> site = find_field(request, "Sec-Fetch-Site");
    return !site || *site == "same-origin" || *site == "none";
  }
  for (const Field& field : request.fields) {
    if (!same_name(field.name, "Origin")) continue;
    const std::optional<Origin> origin = parse_origin(field.value);
    if (!origin) return false;
    if (hosts.is_extra(origin->authority)) continue;
    const auto port_of = [&](const Authority& authority) {
      return authority.port.empty() ? origin->default_port : std::string_view(authority.port);
    };
    if (!same_name(origin->authority.host, host.host) || port_of(origin->authority) != port_of(host)) return false;
  }
  return true;
}

}  // namespace holdfast::agent::http
