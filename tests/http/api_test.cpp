// What the addresses that only read answer, as a table of status in, response out.
#include "agent/core/http/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/http/asking.h"

namespace holdfast::agent::http {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

struct ApiTest : testing::Test {
  ApiTest() { agent.state = rich_status(); }
  PlainAgent agent;
  Api api = make_api(agent);
};

TEST_F(ApiTest, HealthAndMetrics) {
  EXPECT_EQ(get(api, "/healthz").body, "ok\n");
  EXPECT_EQ(get(api, "/healthz?from=a-probe").status, 200u);
  const HttpResponse metrics = get(api, "/metrics?name[]=x");
  EXPECT_EQ(metrics.body, agent.metrics_text);
  EXPECT_EQ(metrics.content_type, "text/plain; version=0.0.4; charset=utf-8");
}

// An application that opens its database for each request, and a cache for good, was called unhealthy and restarted.
TEST_F(ApiTest, HealthFailsOnlyWhereAnotherDatabaseIsCertain) {
  DatabaseHealth& health = agent.state.databases.front().health;
  health.other_database = "uvicorn has /tmp/cache.db open, and was never seen with /data/popup.db";
  EXPECT_EQ(get(api, "/healthz").status, 200u);
  health.other_database_certain = true;
  EXPECT_EQ(get(api, "/healthz").status, 503u);
}

TEST_F(ApiTest, ReadyOnceEverySetWasDecided) {
  agent.state.ready = false;
  const HttpResponse waiting = get(api, "/readyz");
  EXPECT_EQ(waiting.status, 503u);
  EXPECT_EQ(detail_of(waiting), "1 of the row sets have had no first decision yet");
  EXPECT_EQ(field_of(waiting, "Retry-After"), "1");
  agent.state.databases.clear();
  EXPECT_EQ(detail_of(get(api, "/readyz")), "the documents are not in force yet");
  agent.state = rich_status();
  EXPECT_EQ(get(api, "/readyz").body, "ready\n") << "drift takes no API out of service";
}

TEST_F(ApiTest, ReadyWhenInSyncForThoseWhoWantIt) {
  const Api strict = make_api(agent, {.ready_when = ReadyWhen::InSync});
  EXPECT_EQ(get(strict, "/readyz").status, 503u);
  for (DatabaseStatus& database : agent.state.databases) {
    for (SetStatus& set : database.sets) set.decided = set.in_sync = true;
  }
  EXPECT_EQ(get(strict, "/readyz").status, 503u) << "one of them cannot be looked at";
  for (DatabaseStatus& database : agent.state.databases) database.error.clear();
  EXPECT_EQ(get(strict, "/readyz").status, 200u);
  agent.state.databases[0].sets[0].in_sync = false;
  EXPECT_EQ(detail_of(get(strict, "/readyz")), "not every row set is as declared");
  agent.state.databases[0].sets[0].in_sync = true;
  agent.state.ready = false;
  EXPECT_EQ(get(strict, "/readyz").status, 503u);
}

TEST_F(ApiTest, StatusHasEverything) {
  const json::object status = json_of(get(api, "/api/v1/status"));
  EXPECT_EQ(status.at("started"), "2025-10-09T08:53:20.000Z");
  EXPECT_EQ(status.at("in_sync"), false);
  EXPECT_EQ(status.at("documents").at("pinned"), "sha256:abc");
  EXPECT_THAT(text_of(status.at("documents").at("errors").at(0)), HasSubstr("rows/campaigns.yaml:3:5"));
  const json::value& popup = status.at("databases").at(0);
  EXPECT_EQ(popup.at("verdict"), "wiped");
  EXPECT_TRUE(popup.at("error").is_null());
  const json::value& campaigns = popup.at("rowsets").at(0);
  EXPECT_EQ(json::serialize(campaigns.at("rows")), R"({"declared":12,"in_sync":9,"live":14,"unmanaged":3})");
  EXPECT_EQ(json::serialize(campaigns.at("drift")),
            R"({"missing":1,"changed":2,"forbidden":1,"extra":0,"removed":0,"duplicate":1,"identity":0})");
  EXPECT_EQ(json::serialize(campaigns.at("blocked")), R"({"budget":2,"side-effect":1})");
  EXPECT_EQ(json::serialize(campaigns.at("expectations")), R"({"all-active":false,"no-orphans":true})");
  EXPECT_EQ(campaigns.at("mode"), "enforce");
  EXPECT_EQ(campaigns.at("pause").at("who"), "alice");
  EXPECT_EQ(campaigns.at("conditions").at(3).at("type"), "drifted");
  EXPECT_FALSE(campaigns.as_object().contains("fights")) << "only where one set is asked for";
  EXPECT_EQ(status.at("databases").at(1).at("in_sync"), false) << "it cannot be looked at";
  EXPECT_EQ(status.at("settings").at(1).at("value"), "***");
}

TEST_F(ApiTest, OfACountThatIsOffNoRowIsLessThanNone) {
  agent.state.databases[0].sets[0].drift[static_cast<std::size_t>(DriftClass::Identity)] = 50;
  const json::object set = json_of(get(api, "/api/v1/rowsets/campaigns"));
  EXPECT_EQ(set.at("rows").at("in_sync"), 0);
}

TEST_F(ApiTest, RowSetsAndOneOfThem) {
  const json::object all = json_of(get(api, "/api/v1/rowsets"));
  ASSERT_EQ(all.at("rowsets").as_array().size(), 3u);
  EXPECT_EQ(all.at("rowsets").at(2).at("database"), "billing");
  const json::object one = json_of(get(api, "/api/v1/rowsets/campaigns"));
  EXPECT_EQ(one.at("fights").at(0).at("held_until"), "2025-10-09T08:54:06.000Z");
  EXPECT_TRUE(one.at("fights").at(1).at("held_until").is_null());
  ASSERT_EQ(one.at("events").as_array().size(), 1u) << "its own events only";
  EXPECT_EQ(one.at("events").at(0).at("message"), "11 rows are back");
  const HttpResponse none = get(api, "/api/v1/rowsets/campagins");
  EXPECT_EQ(none.status, 404u);
  EXPECT_THAT(none.body, HasSubstr(R"(did you mean \"campaigns\"?)"));
}

TEST_F(ApiTest, NamesAreDecoded) {
  agent.state.databases[0].sets[0].name = "a b/c?";
  EXPECT_EQ(json_of(get(api, "/api/v1/rowsets/a%20b%2Fc%3F")).at("name"), "a b/c?");
  EXPECT_EQ(get(api, "/api/v1/rowsets/a%20b/c%3F").status, 404u);
}

TEST_F(ApiTest, DriftListsRows) {
  const json::object drift = json_of(get(api, "/api/v1/rowsets/campaigns/drift"));
  ASSERT_EQ(drift.at("rows").as_array().size(), 3u);
  EXPECT_EQ(drift.at("rows").at(0).at("key"), "name \"Trading Tips\"");
  EXPECT_EQ(drift.at("rows").at(0).at("reason"), "fight");
  EXPECT_EQ(drift.at("rows").at(1).at("action"), "delete");
  EXPECT_TRUE(drift.at("rows").at(2).at("action").is_null());
  EXPECT_EQ(drift.at("truncated"), false);
  SetStatus& set = agent.state.databases[0].sets[0];
  set.rows.resize(most_drift_rows);
  set.drift[0] = 5000;
  EXPECT_EQ(json_of(get(api, "/api/v1/rowsets/campaigns/drift")).at("truncated"), true);
}

TEST_F(ApiTest, RunsNewestFirstOverAllDatabases) {
  RunSummary late;
  late.id = "01J9ZLATE";
  late.database = "billing";
  late.at = at_second(99);
  late.sets.resize(1);
  late.sets[0].name = "plans";
  agent.state.databases[1].runs = {late};
  const json::object all = json_of(get(api, "/api/v1/runs"));
  ASSERT_EQ(all.at("runs").as_array().size(), 3u);
  EXPECT_EQ(all.at("runs").at(0).at("id"), "01J9ZLATE");
  EXPECT_EQ(all.at("runs").at(1).at("inserted"), 11);
  EXPECT_EQ(all.at("runs").at(1).at("rowsets").at(0).at("cause"), "wipe");
  EXPECT_TRUE(all.at("runs").at(1).at("rowsets").at(1).at("cause").is_null());
  EXPECT_TRUE(all.at("runs").at(2).at("id").is_null());
  EXPECT_EQ(json_of(get(api, "/api/v1/runs?limit=1")).at("runs").as_array().size(), 1u);
  EXPECT_EQ(json_of(get(api, "/api/v1/runs?database=popup")).at("runs").as_array().size(), 2u);
  EXPECT_EQ(json_of(get(api, "/api/v1/runs?rowset=plans&limit=1000")).at("runs").as_array().size(), 1u);
}

TEST_F(ApiTest, OneRunHasItsRows) {
  const json::object run = json_of(get(api, "/api/v1/runs/01J9Z3N8Q4V5W6X7Y8Z9A0B1C2"));
  EXPECT_EQ(run.at("took_us"), 1234);
  EXPECT_EQ(run.at("rowsets").at(0).at("rows").at(0).at("key"), "name \"Hulu\"");
  const HttpResponse none = get(api, "/api/v1/runs/nothing");
  EXPECT_EQ(none.status, 404u);
  EXPECT_THAT(none.body, HasSubstr("holdfast history"));
}

TEST_F(ApiTest, HeadIsGetWithoutABody) {
  for (const char* target : {"/healthz", "/api/v1/status", "/api/v1/rowsets/nothing"}) {
    const HttpResponse head = ask(api, request("HEAD", target));
    const HttpResponse whole = get(api, target);
    EXPECT_EQ(head.status, whole.status) << target;
    EXPECT_EQ(head.body, whole.body) << "the server leaves it out, and says how long it is";
  }
  EXPECT_FALSE(ask(api, request("HEAD", "/api/v1/events", {{"Accept", "text/event-stream"}})).events);
}

TEST_F(ApiTest, OtherMethodsAreToldWhatIsAllowed) {
  struct Case {
    std::string method, target, allow;
  };
  for (const Case& one : {Case{"OPTIONS", "/api/v1/status", "GET, HEAD"}, Case{"POST", "/healthz", "GET, HEAD"},
                          Case{"GET", "/api/v1/rowsets/campaigns/pause", "POST"},
                          Case{"HEAD", "/api/v1/reconcile", "POST"}, Case{"BREW", "/metrics", "GET, HEAD"},
                          Case{"get", "/healthz", "GET, HEAD"}, Case{"", "/healthz", "GET, HEAD"}}) {
    const HttpResponse response = ask(api, request(one.method, one.target));
    EXPECT_EQ(response.status, 405u) << one.method;
    EXPECT_EQ(field_of(response, "Allow"), one.allow);
    EXPECT_EQ(response.content_type, "application/problem+json");
  }
}

TEST_F(ApiTest, WhatIsNotThereNamesTheStatus) {
  for (const char* target : {"/", "/nothing", "/api/v1", "/api/v1/", "/api/v1/status/", "//api/v1/status",
                             "/api/v1/rowsets//drift", "/API/v1/status", "/api/v1/../v1/status"}) {
    const HttpResponse response = get(api, target);
    EXPECT_EQ(response.status, 404u) << target;
    EXPECT_THAT(response.body, HasSubstr("/api/v1/status"));
  }
}

TEST_F(ApiTest, AMisspeltQueryIsSaid) {
  for (const char* target :
       {"/api/v1/status?x=1", "/api/v1/rowsets?limit=1", "/api/v1/runs?limt=1", "/api/v1/runs?limit=0",
        "/api/v1/runs?limit=1001", "/api/v1/runs?limit=", "/api/v1/runs?limit=1x", "/api/v1/runs?limit=-1",
        "/api/v1/runs?limit=1&limit=2", "/api/v1/runs?limit=99999999999999999999", "/api/v1/events?after=x",
        "/api/v1/events?limit=0", "/api/openapi.json?v=3", "/api/v1/runs?%"}) {
    EXPECT_EQ(get(api, target).status, 400u) << target;
  }
}

}  // namespace
}  // namespace holdfast::agent::http
