// Errors of the HTTP API: application/problem+json (RFC 9457). PURE.
#pragma once

#include <string_view>

#include "agent/core/http/message.h"

namespace holdfast::agent::http {

// "Not Found" for 404; "Error" for a status that the API does not answer with.
std::string_view status_title(unsigned status);

// `detail` says what is wrong with this request, `hint` what to do about it; an empty hint is left out. Neither may
// hold a secret.
HttpResponse problem(unsigned status, std::string_view detail, std::string_view hint = {});

}  // namespace holdfast::agent::http
