// Who may do what, over the whole API: every address, on loopback and off it, with every kind of token.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/http/routes.h"
#include "tests/http/asking.h"

namespace holdfast::agent::http {
namespace {

using testing::HasSubstr;
using testing::Not;

enum class Sent { Nothing, Wrong, Read, Write };

std::string target_of(const Route& route) {
  std::string target(route.pattern);
  for (const auto& [place, value] :
       {std::pair<std::string, std::string>{"{name}", "campaigns"}, {"{id}", "01J9Z3N8Q4V5W6X7Y8Z9A0B1C2"}}) {
    if (const std::size_t at = target.find(place); at != std::string::npos) target.replace(at, place.size(), value);
  }
  return target;
}

// What the rules of DESIGN say, written down once more and differently from the code.
unsigned wanted(const Route& route, bool loopback, bool tokens, bool open_metrics, Sent sent) {
  const bool liveness = route.pattern == "/healthz" || route.pattern == "/readyz";
  if (liveness) return 200;
  if (route.method == "GET" && loopback) return 200;
  if (route.pattern == "/metrics" && open_metrics) return 200;
  if (!tokens) return 403;
  if (sent == Sent::Nothing || sent == Sent::Wrong) return 401;
  if (route.method == "POST" && sent == Sent::Read) return 403;
  return 200;
}

TEST(PermissionTest, EveryAddressAsksForWhatItShould) {
  PlainAgent agent;
  agent.state = rich_status();
  agent.answer = [](const Request&) { return Answer{}; };
  int tried = 0;
  for (const bool loopback : {true, false}) {
    for (const bool tokens : {true, false}) {
      for (const bool open_metrics : {true, false}) {
        const Api api = make_api(
            agent,
            {.listen = loopback ? "127.0.0.1:8790" : "[::]:8790", .tokens = tokens, .open_metrics = open_metrics});
        for (const Route& route : routes()) {
          for (const Sent sent : {Sent::Nothing, Sent::Wrong, Sent::Read, Sent::Write}) {
            std::vector<Field> fields;
            if (sent == Sent::Wrong) fields.push_back(bearer("not-a-token-of-ours"));
            if (sent == Sent::Read) fields.push_back(bearer(read_secret));
            if (sent == Sent::Write) fields.push_back(bearer(write_secret));
            const std::size_t asked = agent.asked.size();
            const HttpResponse response = ask(api, request(std::string(route.method), target_of(route), fields));
            const unsigned status = wanted(route, loopback, tokens, open_metrics, sent);
            ASSERT_EQ(response.status, status) << route.method << " " << route.pattern << " loopback " << loopback
                                               << " tokens " << tokens << " sent " << static_cast<int>(sent) << "\n"
                                               << response.body;
            EXPECT_EQ(agent.asked.size(), asked + (route.method == "POST" && status == 200 ? 1 : 0))
                << "only who may is heard";
            EXPECT_EQ(field_of(response, "WWW-Authenticate").has_value(), status == 401);
            ++tried;
          }
        }
      }
    }
  }
  EXPECT_EQ(tried, 8 * 4 * static_cast<int>(routes().size()));
}

TEST(PermissionTest, HistorySaysWho) {
  PlainAgent agent;
  agent.state = rich_status();
  agent.answer = [](const Request&) { return Answer{}; };
  const Api api = make_api(agent);
  EXPECT_EQ(
      ask(api, request("POST", "/api/v1/resume", {{"authorization", std::string("bEARER  ") + write_secret + " "}}))
          .status,
      200u);
  EXPECT_EQ(agent.asked.at(0).who, "alice");
}

TEST(PermissionTest, WithoutTokensItSaysHowToSetOne) {
  PlainAgent agent;
  agent.state = rich_status();
  const HttpResponse response =
      ask(make_api(agent, {.tokens = false}), request("POST", "/api/v1/reconcile", {bearer(write_secret)}));
  EXPECT_EQ(response.status, 403u);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_THAT(response.body, HasSubstr("HOLDFAST_TOKEN"));
  EXPECT_THAT(response.body, HasSubstr("--token-file"));
}

TEST(PermissionTest, NoSecretComesBack) {
  PlainAgent agent;
  agent.state = rich_status();
  const Api api = make_api(agent, {.listen = "0.0.0.0:8790"});
  for (const std::string& field :
       {std::string("Bearer wrong-hush-hush"), std::string("Basic hush"), std::string("hush"), std::string("Bearer"),
        std::string("Bearer "), std::string(), std::string("Bearer ") + read_secret + ", Bearer hush",
        std::string("Bearer a hush")}) {
    const HttpResponse response = get(api, "/api/v1/status", {{"Authorization", field}});
    EXPECT_EQ(response.status, 401u) << field;
    EXPECT_THAT(response.body, Not(HasSubstr("hush")));
    EXPECT_THAT(response.body, Not(HasSubstr(read_secret)));
  }
  EXPECT_EQ(get(api, "/api/v1/status", {bearer(read_secret), bearer(write_secret)}).status, 400u);
}

TEST(PermissionTest, NobodyLearnsWhatIsThere) {
  PlainAgent agent;
  agent.state = rich_status();
  const Api api = make_api(agent, {.listen = "0.0.0.0:8790"});
  const HttpResponse there = get(api, "/api/v1/rowsets/campaigns");
  for (const char* target : {"/api/v1/rowsets/nothing", "/nothing", "/", "/api/v1/rowsets/campaigns/pause"}) {
    EXPECT_EQ(get(api, target).body, there.body) << target;
  }
  EXPECT_EQ(ask(api, request("DELETE", "/api/v1/status")).body, there.body);
}

struct OriginCase {
  std::string host;
  std::vector<Field> fields;
  bool passes;
};
void PrintTo(const OriginCase& one, std::ostream* out) {
  *out << one.host;
  for (const Field& field : one.fields) *out << ", " << field.name << " " << field.value;
}

class Origins : public testing::TestWithParam<OriginCase> {};

TEST_P(Origins, OnlyOurOwnPageChangesAnything) {
  PlainAgent agent;
  agent.state = rich_status();
  agent.answer = [](const Request&) { return Answer{}; };
  const Api api = make_api(agent, {.extra_hosts = {"agent.example"}});
  std::vector<Field> fields = GetParam().fields;
  fields.push_back({"Host", GetParam().host});
  fields.push_back(bearer(write_secret));
  const HttpResponse response = ask(api, request("POST", "/api/v1/reconcile", fields));
  EXPECT_EQ(response.status, GetParam().passes ? 200u : 403u) << response.body;
  EXPECT_EQ(agent.asked.size(), GetParam().passes ? 1u : 0u);
  EXPECT_FALSE(field_of(response, "Access-Control-Allow-Origin"));
  EXPECT_EQ(get(api, "/api/v1/status", fields).status, 200u)
      << "reading is not asked about its origin: no page can read the answer";
}
INSTANTIATE_TEST_SUITE_P(
    Table, Origins,
    testing::Values(
        OriginCase{"localhost:8790", {}, true},
        OriginCase{"localhost:8790", {{"Origin", "http://localhost:8790"}}, true},
        OriginCase{"localhost:8790", {{"Origin", "http://LOCALHOST:8790"}}, true},
        OriginCase{"localhost", {{"Origin", "http://localhost:80"}}, true},
        OriginCase{"localhost:8790", {{"Origin", "http://localhost:3000"}}, false},
        OriginCase{"localhost:8790", {{"Origin", "http://localhost"}}, false},
        OriginCase{"localhost:8790", {{"Origin", "http://127.0.0.1:8790"}}, false},
        OriginCase{"localhost:8790", {{"Origin", "https://evil.example"}}, false},
        OriginCase{"localhost:8790", {{"Origin", "null"}}, false},
        OriginCase{"localhost:8790", {{"Origin", ""}}, false},
        OriginCase{"localhost:8790", {{"Origin", "file://localhost:8790"}}, false},
        OriginCase{"localhost:8790", {{"Origin", "http://localhost:8790.evil.example"}}, false},
        OriginCase{"localhost:8790", {{"Origin", "http://localhost:8790"}, {"Origin", "http://evil.example"}}, false},
        OriginCase{"agent.example", {{"Origin", "https://agent.example"}}, true},
        OriginCase{"localhost:8790", {{"Origin", "https://agent.example"}}, true},
        OriginCase{"localhost:8790", {{"Sec-Fetch-Site", "cross-site"}}, false},
        OriginCase{"localhost:8790", {{"Sec-Fetch-Site", "same-site"}}, false},
        OriginCase{"localhost:8790", {{"Sec-Fetch-Site", "same-origin"}}, true},
        OriginCase{"localhost:8790", {{"Sec-Fetch-Site", "none"}}, true}));

}  // namespace
}  // namespace holdfast::agent::http
