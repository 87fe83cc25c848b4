// Whatever bytes come in, one response comes out, of a kind that openapi.json knows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "agent/core/http/problem.h"
#include "tests/http/asking.h"

namespace holdfast::agent::http {
namespace {

rc::Gen<std::string> pieces(std::vector<std::string> known) {
  const auto piece = rc::gen::oneOf(rc::gen::elementOf(std::move(known)), rc::gen::arbitrary<std::string>());
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece), [](const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) text += part;
    return text;
  });
}

RC_GTEST_PROP(HostileTest, AnyRequestIsAnsweredOnce, ()) {
  PlainAgent agent;
  agent.state = rich_status();
  agent.answer = [](const Request&) { return Answer{}; };
  const Api api = make_api(agent, {.listen = *rc::gen::element<std::string>("127.0.0.1:80", "[::]:80"),
                                   .tokens = *rc::gen::arbitrary<bool>()});
  HttpRequest request;
  request.method = *rc::gen::oneOf(rc::gen::element<std::string>("GET", "HEAD", "POST", "OPTIONS"),
                                   rc::gen::arbitrary<std::string>());
  request.target = *pieces({"/",     "/api",    "/v1",     "/rowsets",  "/campaigns", "/drift",   "/pause",   "/runs",
                            "/undo", "/events", "?",       "&",         "=",          "after",    "limit",    "%",
                            "%00",   "%2f",     "http://", "localhost", "..",         "/healthz", "/metrics", "#"});
  request.fields = *rc::gen::container<std::vector<Field>>(rc::gen::build<Field>(
      rc::gen::set(&Field::name, rc::gen::element<std::string>("Host", "Origin", "Authorization", "Accept",
                                                               "Last-Event-ID", "Content-Type", "Sec-Fetch-Site")),
      rc::gen::set(&Field::value,
                   pieces({"localhost", ":", "80", "[", "::1", "]", "http://", "null", "Bearer ", write_secret,
                           read_secret, "text/event-stream", ",", ";", "application/json", "1760000000000-1"}))));
  request.body = *pieces({"{", "}", "\"for\"", ":", "\"30m\"", "[", "1e999", ","});
  const HttpResponse response = ask(api, request);
  RC_ASSERT(status_title(response.status) != "Error");
  RC_ASSERT(response.status < 400u || response.content_type == "application/problem+json");
  for (const Field& field : response.fields) RC_ASSERT(field.value.find_first_of("\r\n") == std::string::npos);
  if (response.content_type.find("json") != std::string::npos) json_of(response);
  if (response.status == 200u && request.method == "POST")
    RC_ASSERT(agent.asked.size() == 1u && agent.asked[0].who == "alice");
}

TEST(HostileTest, LongThingsStayLinear) {
  PlainAgent agent;
  agent.state = rich_status();
  const Api api = make_api(agent);
  const std::string many_segments(4000, '/');
  EXPECT_EQ(get(api, many_segments).status, 404u);
  EXPECT_EQ(get(api, "/api/v1/runs?" + std::string(3000, '&')).status, 200u);
  EXPECT_EQ(get(api, "/api/v1/events", {{"Accept", std::string(7000, ',')}}).status, 200u);
  EXPECT_EQ(get(api, "/api/v1/rowsets/" + std::string(7000, 'a')).status, 404u);
  std::string many_parameters = "/api/v1/runs?";
  for (int number = 0; number < 1000; ++number) many_parameters += "limit=1&";
  EXPECT_EQ(get(api, many_parameters).status, 400u);
}

TEST(HostileTest, NamesThatTheDatabaseChoseAreJson) {
  PlainAgent agent;
  agent.state = rich_status();
  agent.state.databases[0].sets[0].name = std::string("\"},\n\x1b[31m\xff\0", 11);
  const HttpResponse response = get(make_api(agent), "/api/v1/rowsets");
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(json_of(response).at("rowsets").as_array().size(), 3u);
  EXPECT_EQ(response.body.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace holdfast::agent::http
