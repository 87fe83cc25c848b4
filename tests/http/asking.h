// Requests as tests write them, and the response to one.
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <optional>
#include <string>

#include "tests/http/plain_agent.h"

namespace holdfast::agent::http {

inline HttpRequest request(const std::string& method, const std::string& target, std::vector<Field> fields = {},
                           const std::string& body = "") {
  HttpRequest result{method, target, std::move(fields), body};
  if (count_fields(result, "Host") == 0) result.fields.push_back({"Host", "localhost:8790"});
  return result;
}

inline Field bearer(const std::string& secret) { return {"Authorization", "Bearer " + secret}; }
inline Field json_body() { return {"Content-Type", "application/json"}; }

// The response, which must come at once.
inline HttpResponse ask(const Api& api, const HttpRequest& asked) {
  std::optional<HttpResponse> response;
  int replies = 0;
  api.handle(asked, [&](HttpResponse one) {
    response = std::move(one);
    ++replies;
  });
  EXPECT_EQ(replies, 1) << asked.method << " " << asked.target;
  return response.value_or(HttpResponse{.status = 0, .content_type = "", .fields = {}, .body = "", .events = {}});
}
inline HttpResponse get(const Api& api, const std::string& target, std::vector<Field> fields = {}) {
  return ask(api, request("GET", target, std::move(fields)));
}

inline std::optional<std::string> field_of(const HttpResponse& response, const std::string& name) {
  for (const Field& field : response.fields) {
    if (same_name(field.name, name)) return field.value;
  }
  return std::nullopt;
}

inline boost::json::object json_of(const HttpResponse& response) {
  boost::system::error_code failed;
  boost::json::value value = boost::json::parse(response.body, failed);
  EXPECT_TRUE(!failed && value.is_object()) << response.body;
  return !failed && value.is_object() ? value.get_object() : boost::json::object();
}

inline std::string text_of(const boost::json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
}

inline std::string detail_of(const HttpResponse& response) {
  const boost::json::object problem = json_of(response);
  return problem.contains("detail") ? text_of(problem.at("detail")) : "";
}

}  // namespace holdfast::agent::http
