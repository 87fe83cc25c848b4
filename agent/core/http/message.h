// A request and a response as plain values, so that everything between the two can be tried without a socket. PURE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::agent::http {

struct Field {
  std::string name;
  std::string value;
};

// As it was sent; the server has bounded its size and nothing else.
struct HttpRequest {
  std::string method;
  std::string target;
  std::vector<Field> fields;
  std::string body;
};

struct HttpResponse {
  unsigned status = 200;
  std::string content_type;
  std::vector<Field> fields;  // besides Content-Type, Content-Length and those of the connection
  std::string body;
  // A stream of events: `body` is its beginning, this the number of the last event that its client has seen, and the
  // connection stays open for those that come after it (Api::more_events).
  std::optional<std::uint64_t> events;
};

// Names of fields and hosts, ASCII case aside.
bool same_name(std::string_view a, std::string_view b);

// The first field of that name.
std::optional<std::string_view> find_field(const HttpRequest& request, std::string_view name);
std::size_t count_fields(const HttpRequest& request, std::string_view name);

// Without blanks and tabs at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace holdfast::agent::http
