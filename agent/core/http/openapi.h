// The description of the HTTP API as OpenAPI 3.0, which is openapi.json beside this file. A test keeps it equal to the
// routes and to what they answer. PURE.
#pragma once

#include <string_view>

namespace holdfast::agent::http {

std::string_view openapi_document();

}  // namespace holdfast::agent::http
