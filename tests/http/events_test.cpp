// Events as a list and as a stream that can be taken up again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/http/event_stream.h"
#include "agent/core/http/events_json.h"
#include "tests/http/asking.h"

namespace holdfast::agent::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const Field stream{"Accept", "text/event-stream"};
constexpr const char* start = "1760000000000";

std::string id(int number) { return std::string(start) + "-" + std::to_string(number); }

// The ids in a piece of a stream, in order, each of them checked to stand before its own event.
std::vector<std::string> ids_in(std::string_view text) {
  std::vector<std::string> ids;
  while (!text.empty()) {
    const std::size_t end = text.find("\n\n");
    EXPECT_NE(end, std::string_view::npos) << text;
    std::string_view message = text.substr(0, end);
    text.remove_prefix(std::min(end + 2, text.size()));
    if (message.starts_with("retry: ") || message.starts_with(":")) continue;
    const std::size_t line = message.find('\n');
    EXPECT_TRUE(message.starts_with("id: ") && message.substr(line).starts_with("\ndata: {")) << message;
    ids.emplace_back(message.substr(4, line - 4));
    const std::string_view data = message.substr(line + 7);
    EXPECT_EQ(data.find_first_of("\r\n"), std::string_view::npos);
    EXPECT_EQ(text_of(boost::json::parse(std::string(data)).at("id")), ids.back());
  }
  return ids;
}

struct EventsTest : testing::Test {
  EventsTest() { agent.state = rich_status(); }
  std::vector<std::string> listed(const std::string& target) {
    std::vector<std::string> ids;
    const boost::json::object list = json_of(get(api, target));
    for (const auto& event : list.at("events").as_array()) ids.push_back(text_of(event.at("id")));
    return ids;
  }
  PlainAgent agent;
  Api api = make_api(agent);
};

TEST_F(EventsTest, AreListedOldestFirstOverAllDatabases) {
  EXPECT_THAT(listed("/api/v1/events"), ElementsAre(id(1), id(2), id(3)));
  EXPECT_THAT(listed("/api/v1/events?limit=2"), ElementsAre(id(2), id(3)));
  EXPECT_THAT(listed("/api/v1/events?after=" + id(2)), ElementsAre(id(3)));
  EXPECT_THAT(listed("/api/v1/events?database=popup"), ElementsAre(id(1), id(3)));
  EXPECT_THAT(listed("/api/v1/events?rowset=plans"), ElementsAre(id(2)));
  EXPECT_THAT(listed("/api/v1/events?after=1234-99"), ElementsAre(id(1), id(2), id(3))) << "of another start";
  const boost::json::object all = json_of(get(api, "/api/v1/events"));
  EXPECT_EQ(all.at("events").at(0).at("level"), "warning");
  EXPECT_TRUE(all.at("events").at(0).at("rowset").is_null());
  EXPECT_EQ(all.at("events").at(2).at("first"), "2025-10-09T08:53:23.000Z");
}

TEST_F(EventsTest, AStreamIsAskedForByAccept) {
  for (const char* accept : {"text/event-stream", "TEXT/Event-Stream", "application/json, text/event-stream;q=0.9",
                             " text/event-stream ,*/*"}) {
    EXPECT_EQ(get(api, "/api/v1/events", {{"Accept", accept}}).content_type, "text/event-stream") << accept;
  }
  for (const char* accept : {"", "*/*", "application/json", "text/*", "text/event-streams", ",,"}) {
    const HttpResponse response = get(api, "/api/v1/events", {{"Accept", accept}});
    EXPECT_EQ(response.content_type, "application/json") << accept;
    EXPECT_FALSE(response.events);
  }
}

TEST_F(EventsTest, AStreamBeginsWithWhatIsThere) {
  HttpResponse response = get(api, "/api/v1/events", {stream});
  ASSERT_TRUE(response.events);
  EXPECT_THAT(response.body, StartsWith("retry: "));
  EXPECT_THAT(ids_in(response.body), ElementsAre(id(1), id(2), id(3)));
  EXPECT_EQ(api.more_events(*response.events), "");
  agent.state.databases[1].events.push_back(event(4, "billing", "plans", "two\nlines\r of it"));
  EXPECT_THAT(ids_in(api.more_events(*response.events)), ElementsAre(id(4)));
  EXPECT_EQ(api.more_events(*response.events), "");
}

// An event that happens again is one with a higher count, and gets a new number.
TEST_F(EventsTest, ARepeatedEventIsToldAgain) {
  HttpResponse response = get(api, "/api/v1/events", {stream});
  Event& repeated = agent.state.databases[0].events[1];
  repeated.number = 7;
  repeated.count = 2;
  const std::string more = api.more_events(*response.events);
  EXPECT_THAT(ids_in(more), ElementsAre(id(7)));
  EXPECT_THAT(more, HasSubstr("\"count\": 2"));
}

TEST_F(EventsTest, AStreamIsTakenUpWhereItWasCutOff) {
  const auto ids_after = [&](const std::string& last, const std::string& target = "/api/v1/events") {
    return ids_in(get(api, target, {stream, {"Last-Event-ID", last}}).body);
  };
  EXPECT_THAT(ids_after(id(2)), ElementsAre(id(3)));
  EXPECT_THAT(ids_after(id(3)), ElementsAre());
  EXPECT_THAT(ids_after(id(1), "/api/v1/events?after=" + id(3)), ElementsAre(id(2), id(3)))
      << "what the browser says is newer";
  EXPECT_THAT(ids_in(get(api, "/api/v1/events?after=" + id(2), {stream}).body), ElementsAre(id(3)));
  // The agent has started anew since, and counts from 1 again.
  EXPECT_THAT(ids_after("1759999999999-500"), ElementsAre(id(1), id(2), id(3)));
  for (const char* text :
       {"", "x", "-", "1760000000000-", "-1", "1760000000000-1x", "1760000000000-99999999999999999999"}) {
    EXPECT_THAT(ids_after(text), ElementsAre(id(1), id(2), id(3))) << text;
  }
}

TEST_F(EventsTest, AStreamKnowsNoFilter) {
  EXPECT_EQ(get(api, "/api/v1/events?database=popup", {stream}).status, 400u);
  EXPECT_EQ(get(api, "/api/v1/events?after=x", {stream}).status, 400u);
}

TEST_F(EventsTest, NeverMoreThanTheMostAtOnce) {
  agent.state.databases[0].events.clear();
  for (std::uint64_t number = 10; number < 10 + most_events_listed + 50; ++number) {
    agent.state.databases[0].events.push_back(event(number, "popup", "", "one of many"));
  }
  HttpResponse response = get(api, "/api/v1/events", {stream});
  const std::vector<std::string> ids = ids_in(response.body);
  EXPECT_EQ(ids.size(), most_events_listed);
  EXPECT_EQ(ids.back(), id(10 + static_cast<int>(most_events_listed) + 49)) << "the newest";
  EXPECT_EQ(api.more_events(*response.events), "") << "those left out are not told later";
}

TEST_F(EventsTest, WhatAMessageSaysCannotBreakTheStream) {
  agent.state.databases[0].events = {
      event(9, "popup", "", std::string("\n\nid: 0\ndata: {}\n\n\r\0\xff\xe2\x80\xa8", 24))};
  EXPECT_THAT(ids_in(get(api, "/api/v1/events?after=" + id(3), {stream}).body), ElementsAre(id(9)));
  EXPECT_THAT(heartbeat(), StartsWith(":"));
}

}  // namespace
}  // namespace holdfast::agent::http
