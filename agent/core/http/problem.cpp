#include "agent/core/http/problem.h"

#include "agent/render/json_writer.h"

namespace holdfast::agent::http {

std::string_view status_title(unsigned status) {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 421: return "Misdirected Request";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Error";
  }
}

HttpResponse problem(unsigned status, std::string_view detail, std::string_view hint) {
  HttpResponse response{
      .status = status, .content_type = "application/problem+json", .fields = {}, .body = {}, .events = {}};
  StringSink out;
  JsonWriter json(out);
  const auto text = [&](std::string_view name, std::string_view value) {
    json.key(name);
    json.string(value);
  };
  json.begin_object();
  text("title", status_title(status));
  json.key("status");
  json.number(status);
  text("detail", detail);
  if (!hint.empty()) text("hint", hint);
  json.end_object();
  json.finish();
  response.body = std::move(out.text);
  return response;
}

}  // namespace holdfast::agent::http
