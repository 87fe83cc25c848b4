// What a POST hands to the agent, and what becomes of the agent's answer.
#include "agent/core/http/asks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/http/asking.h"

namespace holdfast::agent::http {
namespace {

using testing::HasSubstr;

struct AsksTest : testing::Test {
  AsksTest() {
    agent.state = rich_status();
    agent.answer = [](const Request&) { return Answer{Answer::Kind::Done, "done", "01J9ZRUN"}; };
  }
  HttpResponse post(const std::string& target, const std::string& body = "",
                    std::vector<Field> fields = {json_body()}) {
    fields.push_back(bearer(write_secret));
    return ask(api, request("POST", target, std::move(fields), body));
  }
  PlainAgent agent;
  Api api = make_api(agent);
};

TEST_F(AsksTest, EachAddressAsksForItsOwn) {
  struct Case {
    std::string target;
    Request::Kind kind;
    std::string row_set, run;
  };
  using Kind = Request::Kind;
  for (const Case& one : {Case{"/api/v1/rowsets/campaigns/reconcile", Kind::Reconcile, "campaigns", ""},
                          Case{"/api/v1/rowsets/plans/pause", Kind::Pause, "plans", ""},
                          Case{"/api/v1/rowsets/campaigns/resume", Kind::Resume, "campaigns", ""},
                          Case{"/api/v1/reconcile", Kind::Reconcile, "", ""},
                          Case{"/api/v1/pause", Kind::Pause, "", ""}, Case{"/api/v1/resume", Kind::Resume, "", ""},
                          Case{"/api/v1/rowsets/campaigns/accept", Kind::Accept, "campaigns", ""},
                          Case{"/api/v1/runs/01J9Z2K3/undo", Kind::Undo, "", "01J9Z2K3"}}) {
    agent.asked.clear();
    const HttpResponse response = post(one.target);
    EXPECT_EQ(response.status, 200u) << response.body;
    EXPECT_EQ(boost::json::serialize(json_of(response)), R"({"message":"done","run":"01J9ZRUN","until":null})");
    ASSERT_EQ(agent.asked.size(), 1u) << one.target;
    EXPECT_EQ(agent.asked[0].kind, one.kind) << one.target;
    EXPECT_EQ(agent.asked[0].row_set, one.row_set);
    EXPECT_EQ(agent.asked[0].run, one.run);
    EXPECT_EQ(agent.asked[0].who, "alice");
  }
}

TEST_F(AsksTest, APauseHasALength) {
  const auto length_of = [&](const std::string& body) {
    agent.asked.clear();
    const HttpResponse response = post("/api/v1/rowsets/campaigns/pause", body);
    EXPECT_EQ(response.status, 200u) << response.body;
    return agent.asked.empty() ? std::chrono::milliseconds(-1) : agent.asked[0].length;
  };
  EXPECT_EQ(length_of(""), std::chrono::hours(1));
  EXPECT_EQ(length_of("{}"), std::chrono::hours(1));
  EXPECT_EQ(length_of(R"({"for": "1h30m"})"), std::chrono::minutes(90));
  EXPECT_EQ(length_of(R"({"for": "7d"})"), std::chrono::hours(7 * 24));
}

TEST_F(AsksTest, ABodyThatIsNotOursIsRefusedAndNothingIsAsked) {
  struct Case {
    std::string target, body;
    std::vector<Field> fields;
    unsigned status;
    std::string said;
  };
  const std::string pause = "/api/v1/rowsets/campaigns/pause", accept = "/api/v1/rowsets/campaigns/accept";
  for (const Case& one : {Case{pause, R"({"for": "30m"})", {}, 415, "Content-Type"},
                          Case{pause, R"({"for": "30m"})", {{"Content-Type", "text/plain"}}, 415, "Content-Type"},
                          Case{pause, R"({"for": "8d"})", {json_body()}, 400, "at most 7d"},
                          Case{pause, R"({"for": "0s"})", {json_body()}, 400, "no duration"},
                          Case{pause, R"({"for": "soon"})", {json_body()}, 400, "no duration"},
                          Case{pause, R"({"for": 30})", {json_body()}, 400, "no text"},
                          Case{pause, R"({"for": null})", {json_body()}, 400, "no text"},
                          Case{pause, R"({"until": "30m"})", {json_body()}, 400, "until"},
                          Case{pause, R"(["30m"])", {json_body()}, 400, "no JSON object"},
                          Case{pause, R"({"for": "30m")", {json_body()}, 400, "not JSON"},
                          Case{pause, R"({"for": "30m"} x)", {json_body()}, 400, "not JSON"},
                          Case{pause, std::string(1000, '['), {json_body()}, 400, "not JSON"},
                          Case{pause, "{\"for\": \"\xff\"}", {json_body()}, 400, "not JSON"},
                          Case{"/api/v1/resume", R"({"for": "30m"})", {json_body()}, 400, "send no body"},
                          Case{"/api/v1/resume?for=30m", "", {}, 400, "for"},
                          Case{"/api/v1/rowsets/nothing/pause", "", {}, 404, "campaign-properties"},
                          Case{"/api/v1/runs/" + std::string(65, 'a') + "/undo", "", {}, 404, "history"},
                          Case{"/api/v1/runs/0/undo", "", {}, 404, "too short"},
                          Case{"/api/v1/runs/01J9Z2K/undo", "", {}, 404, "too short"},
                          Case{accept, R"({"key": 3})", {json_body()}, 400, "no text"},
                          Case{accept, R"({"dry_run": "yes"})", {json_body()}, 400, "neither true nor false"},
                          Case{accept, R"({"for": "30m"})", {json_body()}, 400, "dry_run"},
                          Case{"/api/v1/rowsets/nothing/accept", "", {}, 404, "nothing"}}) {
    const HttpResponse response = post(one.target, one.body, one.fields);
    EXPECT_EQ(response.status, one.status) << one.target << " " << one.body;
    EXPECT_THAT(response.body, HasSubstr(one.said));
    EXPECT_EQ(response.content_type, "application/problem+json");
  }
  EXPECT_TRUE(agent.asked.empty());
  EXPECT_EQ(post(pause, R"({"for": "30m"})", {{"content-type", "Application/JSON ; charset=utf-8"}}).status, 200u);
}

TEST_F(AsksTest, AcceptMayBeOfOneRowAndOnlyShown) {
  agent.answer = [](const Request&) { return Answer{Answer::Kind::Done, {}, {}, {}, R"({"written": false})"}; };
  const std::string target = "/api/v1/rowsets/campaigns/accept";
  EXPECT_EQ(post(target).body, R"({"written": false})");
  EXPECT_EQ(post(target, R"({"key": "Trading Tips", "dry_run": true})").status, 200u);
  ASSERT_EQ(agent.asked.size(), 2u);
  EXPECT_EQ(agent.asked[0].key, std::nullopt);
  EXPECT_FALSE(agent.asked[0].dry_run);
  EXPECT_EQ(agent.asked[1].key, "Trading Tips");
  EXPECT_TRUE(agent.asked[1].dry_run);
}

TEST_F(AsksTest, WhatTheAgentAnswersIsToldInHttp) {
  for (const auto& [kind, status] :
       {std::pair{Answer::Kind::NotFound, 404u}, {Answer::Kind::Conflict, 409u}, {Answer::Kind::Unavailable, 503u}}) {
    agent.answer = [kind = kind](const Request&) { return Answer{kind, "why it is not done", ""}; };
    const HttpResponse response = post("/api/v1/runs/01J9Z2K3/undo");
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(detail_of(response), "why it is not done");
    EXPECT_EQ(field_of(response, "Retry-After").has_value(), status == 503u);
  }
  agent.answer = [](const Request&) { return Answer{Answer::Kind::Done, "nothing to do", ""}; };
  EXPECT_TRUE(json_of(post("/api/v1/reconcile")).at("run").is_null());
}

TEST_F(AsksTest, AnAnswerMayComeLaterThanTheApiLives) {
  agent.answer = nullptr;
  auto short_lived = std::make_unique<Api>(make_api(agent));
  std::vector<HttpResponse> responses;
  short_lived->handle(request("POST", "/api/v1/reconcile", {bearer(write_secret)}),
                      [&](HttpResponse one) { responses.push_back(std::move(one)); });
  EXPECT_TRUE(responses.empty());
  short_lived.reset();
  ASSERT_EQ(agent.waiting.size(), 1u);
  agent.waiting[0]({Answer::Kind::Done, "late", ""});
  ASSERT_EQ(responses.size(), 1u);
  EXPECT_EQ(responses[0].status, 200u);
}

}  // namespace
}  // namespace holdfast::agent::http
