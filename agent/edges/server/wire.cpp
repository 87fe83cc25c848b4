#include "agent/edges/server/wire.h"

#include <boost/beast/http/error.hpp>
#include <ctime>
#include <utility>

#include "agent/core/http/problem.h"

namespace holdfast::agent {
namespace {

// As HTTP writes dates: Tue, 07 Oct 2025 12:34:56 GMT.
std::string date_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[40];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

}  // namespace

http::HttpRequest from_wire(const wire::request<wire::string_body>& request) {
  http::HttpRequest result;
  result.method = request.method_string();
  result.target = request.target();
  for (const auto& field : request) {
    result.fields.push_back({std::string(field.name_string()), std::string(field.value())});
  }
  result.body = request.body();
  return result;
}

wire::response<wire::string_body> to_wire(http::HttpResponse response, const WireOptions& options) {
  wire::response<wire::string_body> result;
  result.version(options.version);
  result.result(response.status);
  result.reason(http::status_title(response.status));
  result.set(wire::field::date, date_text());
  result.set(wire::field::server, "holdfast");
  if (!response.content_type.empty()) result.set(wire::field::content_type, response.content_type);
  // Always as things are now, never as somebody guesses they are.
  result.set(wire::field::cache_control, "no-store");
  result.set("X-Content-Type-Options", "nosniff");
  if (options.stream) result.set("X-Accel-Buffering", "no");
  for (const http::Field& field : response.fields) result.set(field.name, field.value);
  result.keep_alive(options.keep_alive);
  if (!options.stream) result.content_length(response.body.size());
  if (!options.head) result.body() = std::move(response.body);
  return result;
}

std::optional<http::HttpResponse> reading_problem(const boost::system::error_code& code) {
  if (code.category() != wire::make_error_code(wire::error::bad_method).category()) return std::nullopt;
  if (code == wire::error::end_of_stream || code == wire::error::partial_message) return std::nullopt;
  if (code == wire::error::header_limit || code == wire::error::buffer_overflow) {
    return http::problem(431, "the header is too large");
  }
  if (code == wire::error::body_limit) return http::problem(413, "the body is too large");
  if (code == wire::error::bad_version) return http::problem(505, "this is neither HTTP/1.0 nor HTTP/1.1");
  return http::problem(400, "this is no HTTP request");
}

}  // namespace holdfast::agent
