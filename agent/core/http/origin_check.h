// Whether a request that changes something was made by a page of another site. A token is asked for in any case; this
// stands before it, for a browser that has been given one. PURE.
#pragma once

#include "agent/core/http/host_check.h"
#include "agent/core/http/message.h"

namespace holdfast::agent::http {

// False for an Origin that is not the host the request was sent to nor one of the extra hosts, "null" included, and,
// where there is no Origin, for what a browser calls cross-site or same-site. What is no browser sends neither and
// passes.
bool same_origin(const HttpRequest& request, const Authority& host, const HostCheck& hosts);

}  // namespace holdfast::agent::http
