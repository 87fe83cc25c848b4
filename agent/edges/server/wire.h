// Between Beast's messages and ours.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

#include "agent/core/http/message.h"

namespace holdfast::agent {

namespace wire = boost::beast::http;

http::HttpRequest from_wire(const wire::request<wire::string_body>& request);

// What the connection adds to a response.
struct WireOptions {
  unsigned version = 11;
  bool keep_alive = false;
  bool head = false;    // everything but the body
  bool stream = false;  // the body ends with the connection
};
wire::response<wire::string_body> to_wire(http::HttpResponse response, const WireOptions& options);

// The problem that a request which could not be read is answered with; nothing when the client is gone.
std::optional<http::HttpResponse> reading_problem(const boost::system::error_code& code);

}  // namespace holdfast::agent
