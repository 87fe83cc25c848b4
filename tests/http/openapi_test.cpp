// openapi.json is what clients are made from: it has every route and nothing else, what it says of a route is so, and
// every answer is as it says, in both directions.
#include "agent/core/http/openapi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/http/routes.h"
#include "agent/render/accept_report.h"
#include "tests/http/asking.h"
#include "tests/http/json_schema.h"

namespace holdfast::agent::http {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::IsEmpty;

// What accept prints, with something of everything.
std::string accept_json() {
  AcceptReport report;
  report.written = true;
  report.rows.push_back({"popup",
                         "campaigns",
                         {{"name", false, Value::text("Pen")}},
                         {{"price", false, Value::integer(1), Value::integer(2), {"rows.yaml", {3, 1}}, false}}});
  report.files.push_back({"rows.yaml", {{edit::DiffLine::Kind::Added, "+x"}}});
  report.left.push_back({"campaigns", "missing", 1});
  report.refused.push_back("a row");
  report.exit = 2;
  StringSink out;
  render_json(report, out);
  return out.text;
}

Answer done(const Request& request) {
  if (request.kind == Request::Kind::Accept) return {Answer::Kind::Done, {}, {}, {}, accept_json()};
  return {Answer::Kind::Done, "done", "01J9Z", WallTime(std::chrono::hours(9)), {}};
}

struct OpenApiTest : testing::Test {
  OpenApiTest() : document(json::parse(openapi_document()).as_object()) {
    agent.state = rich_status();
    agent.answer = done;
  }

  static std::string lower(std::string_view method) { return method == "GET" ? "get" : "post"; }
  const json::object& operation(const Route& route) {
    return document.at("paths").at(route.pattern).at(lower(route.method)).as_object();
  }
  const json::object& response_of(const Route& route, unsigned status) {
    const json::object& response = operation(route).at("responses").at(std::to_string(status)).as_object();
    const json::value* reference = response.if_contains("$ref");
    if (reference == nullptr) return response;
    const std::string target(reference->as_string());
    return document.at("components").at("responses").at(target.substr(target.rfind('/') + 1)).as_object();
  }

  // That the response is one of those that the document knows for the route.
  void expect_documented(const Route& route, const HttpResponse& response, SchemaChecker& checker) {
    const std::string what =
        std::string(route.method) + " " + std::string(route.pattern) + " " + std::to_string(response.status);
    const json::object& responses = operation(route).at("responses").as_object();
    ASSERT_TRUE(responses.contains(std::to_string(response.status))) << what << "\n" << response.body;
    const json::object& content = response_of(route, response.status).at("content").as_object();
    const std::string media = response.content_type.substr(0, response.content_type.find(';'));
    ASSERT_TRUE(content.contains(media)) << what << " " << media;
    const json::value& schema = content.at(media).at("schema");
    const json::value body =
        media.find("json") != std::string::npos ? json::parse(response.body) : json::value(response.body);
    EXPECT_THAT(checker.check(body, schema), IsEmpty()) << what << "\n" << response.body;
    seen.insert(what);
  }

  json::object document;
  PlainAgent agent;
  std::set<std::string> seen;
};

std::string filled(std::string_view pattern, const std::string& name) {
  std::string target(pattern);
  const std::size_t open = target.find('{');
  if (open != std::string::npos) target.replace(open, target.find('}') - open + 1, name);
  return target;
}

TEST_F(OpenApiTest, HasEveryRouteAndNoOther) {
  std::set<std::string> in_code, in_document, ids;
  for (const Route& route : routes()) in_code.insert(lower(route.method) + " " + std::string(route.pattern));
  for (const auto& [path, methods] : document.at("paths").as_object()) {
    for (const auto& [method, described] : methods.as_object()) {
      in_document.insert(std::string(method) + " " + std::string(path));
      EXPECT_TRUE(ids.insert(std::string(described.at("operationId").as_string())).second) << path;
      EXPECT_FALSE(described.at("summary").as_string().empty());
    }
  }
  EXPECT_EQ(in_code, in_document);
}

TEST_F(OpenApiTest, SaysWhatARouteNeeds) {
  const json::value token = json::parse(R"({"token": []})"), nothing = json::parse("{}");
  for (const Route& route : routes()) {
    json::array wanted;
    if (route.need == Need::Read || route.need == Need::Metrics) wanted = {nothing, token};
    if (route.need == Need::Write) wanted = {token};
    EXPECT_EQ(operation(route).at("security").as_array(), wanted) << route.pattern;
    const bool open = route.pattern.find('{') != std::string_view::npos;
    bool in_path = false;
    if (const json::value* parameters = operation(route).if_contains("parameters")) {
      for (const json::value& parameter : parameters->as_array())
        in_path = in_path || parameter.at("in").as_string() == "path";
    }
    EXPECT_EQ(in_path, open) << route.pattern;
  }
}

TEST_F(OpenApiTest, ItsParametersAreTaken) {
  const Api api = make_api(agent);
  const std::map<std::string, std::string> examples = {
      {"limit", "5"}, {"database", "popup"}, {"rowset", "campaigns"}, {"after", "1760000000000-1"}};
  for (const Route& route : routes()) {
    const json::value* parameters = operation(route).if_contains("parameters");
    if (parameters == nullptr) continue;
    for (const json::value& parameter : parameters->as_array()) {
      if (parameter.at("in").as_string() != "query") continue;
      const std::string name(parameter.at("name").as_string());
      EXPECT_EQ(get(api, std::string(route.pattern) + "?" + name + "=" + examples.at(name)).status, 200u) << name;
      if (const json::value* most = parameter.at("schema").as_object().if_contains("maximum")) {
        const std::int64_t number = most->as_int64();
        EXPECT_EQ(get(api, std::string(route.pattern) + "?" + name + "=" + std::to_string(number)).status, 200u);
        EXPECT_EQ(get(api, std::string(route.pattern) + "?" + name + "=" + std::to_string(number + 1)).status, 400u);
      }
    }
  }
}

TEST_F(OpenApiTest, EveryAnswerIsAsItSays) {
  SchemaChecker checker(document);
  const Api api = make_api(agent), outside = make_api(agent, {.listen = "0.0.0.0:80"}),
            closed = make_api(agent, {.listen = "0.0.0.0:80", .tokens = false});
  const Field token = bearer(write_secret);
  for (const Route& route : routes()) {
    const bool run = route.pattern.find("{id}") != std::string_view::npos;
    const std::string method(route.method);
    const std::string good = filled(route.pattern, run ? "01J9Z3N8Q4V5W6X7Y8Z9A0B1C2" : "campaigns");
    agent.state.ready = true;
    const auto all = [&](const HttpResponse& response) { expect_documented(route, response, checker); };
    all(ask(api, request(method, good, {token})));
    all(ask(api, request(method, good, {token, {"Host", "evil.example"}})));
    all(ask(api, {method, good, {}, ""}));
    all(ask(outside, request(method, good)));
    all(ask(closed, request(method, good)));
    if (route.method == "GET") all(ask(outside, request(method, good, {token, {"Accept", "text/event-stream"}})));
    if (route.pattern.find('{') != std::string_view::npos)
      all(ask(api, request(method, filled(route.pattern, std::string(100, 'x')), {token})));
    if (route.method == "POST") {
      all(ask(api, request(method, good, {token}, "{}")));
      all(ask(api, request(method, good, {token, json_body()}, "{")));
      for (const auto kind : {Answer::Kind::Conflict, Answer::Kind::Unavailable}) {
        agent.answer = [kind](const Request&) { return Answer{kind, "no", ""}; };
        all(ask(api, request(method, good, {token})));
      }
      agent.answer = done;
    }
    agent.state.ready = false;
    DatabaseHealth& health = agent.state.databases.front().health;
    const DatabaseHealth well = health;
    health.damage = "row 3 missing from index i";
    health.other_database = "uvicorn has another one open";
    health.other_database_certain = true;
    all(ask(api, request(method, good, {token})));
    health = well;
  }
  EXPECT_TRUE(seen.contains("GET /api/v1/status 200"));
  EXPECT_TRUE(seen.contains("GET /readyz 503"));

  // The other direction: what the document has was answered. The server itself makes 504.
  std::set<std::string> unmet;
  for (const auto& [name, schema] : document.at("components").at("schemas").as_object()) {
    if (name.ends_with("Request") || name == "NoMembers") continue;
    for (const auto& [member, unused] : schema.at("properties").as_object()) {
      const std::string full = std::string(name) + "." + std::string(member);
      if (!checker.met.contains(full)) unmet.insert(full);
    }
  }
  EXPECT_THAT(unmet, IsEmpty());
  for (const Route& route : routes()) {
    for (const auto& [status, unused] : operation(route).at("responses").as_object()) {
      const std::string what = std::string(route.method) + " " + std::string(route.pattern) + " " + std::string(status);
      const bool by_server = status == "504" || what == "GET /api/v1/events 503";
      EXPECT_TRUE(by_server || seen.contains(what)) << what;
    }
  }
}

// An enum in the document is the enum in the code, value by value.
TEST_F(OpenApiTest, ItsEnumsAreThoseOfTheCode) {
  const auto listed = [&](const std::string& schema, const std::string& member) {
    std::vector<std::string> names;
    for (const json::value& one :
         document.at("components").at("schemas").at(schema).at("properties").at(member).at("enum").as_array()) {
      if (one.is_string()) names.emplace_back(one.as_string());
    }
    return names;
  };
  // Every value from the first one to that whose name is empty or the first one's again.
  const auto names = [](auto first, auto last) {
    std::vector<std::string> result;
    for (int at = static_cast<int>(first); at <= static_cast<int>(last); ++at)
      result.emplace_back(to_string(static_cast<decltype(first)>(at)));
    return result;
  };
  EXPECT_EQ(listed("DriftRow", "class"), names(DriftClass::Missing, DriftClass::Identity));
  EXPECT_EQ(listed("Fight", "class"), listed("DriftRow", "class"));
  EXPECT_EQ(listed("DriftRow", "action"), names(Action::Insert, Action::Delete));
  EXPECT_EQ(listed("DriftRow", "outcome"), names(Outcome::Planned, Outcome::Failed));
  EXPECT_EQ(listed("DriftRow", "reason"), names(Reason::Budget, Reason::Verdict));
  EXPECT_EQ(listed("RunRowSet", "cause"), names(Cause::Wipe, Cause::Undo));
  EXPECT_EQ(listed("Run", "trigger"), names(Trigger::Start, Trigger::Resume));
  // An enumerator added after the last one named here has no place in the document yet.
  EXPECT_EQ(to_string(static_cast<DriftClass>(static_cast<int>(DriftClass::Identity) + 1)), "");
  EXPECT_EQ(to_string(static_cast<Action>(static_cast<int>(Action::Delete) + 1)), "");
  EXPECT_EQ(to_string(static_cast<Outcome>(static_cast<int>(Outcome::Failed) + 1)), "");
  EXPECT_EQ(to_string(static_cast<Reason>(static_cast<int>(Reason::Verdict) + 1)), "");
  EXPECT_EQ(to_string(static_cast<Cause>(static_cast<int>(Cause::Undo) + 1)), "");
}

}  // namespace
}  // namespace holdfast::agent::http
