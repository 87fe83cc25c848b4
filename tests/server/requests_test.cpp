// Requests as clients send them, over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/server/raw_client.h"
#include "tests/server/running_server.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

const std::string authorized = std::string("Authorization: Bearer ") + write_secret + "\r\n";

TEST(RequestsTest, AreAnsweredOnOneConnection) {
  RunningServer server;
  ASSERT_TRUE(server.started) << to_string(server.started.error());
  RawClient client(server.port);
  for (int time = 0; time < 100; ++time) {
    ASSERT_TRUE(client.get("/api/v1/rowsets/campaigns"));
    const std::optional<RawResponse> response = client.response();
    ASSERT_TRUE(response) << time;
    EXPECT_EQ(response->status, 200u);
    EXPECT_THAT(response->body, HasSubstr("\"campaigns\""));
  }
}

TEST(RequestsTest, HaveTheFieldsThatAllResponsesHave) {
  RunningServer server;
  RawClient client(server.port);
  client.get("/api/v1/status");
  const std::optional<RawResponse> response = client.response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->field("Content-Type"), "application/json");
  EXPECT_EQ(response->field("Cache-Control"), "no-store");
  EXPECT_EQ(response->field("X-Content-Type-Options"), "nosniff");
  EXPECT_THAT(response->field("Date"),
              MatchesRegex("[A-Z][a-z][a-z], [0-9][0-9] [A-Z][a-z][a-z] [0-9]{4} [0-9:]{8} GMT"));
  EXPECT_THAT(response->header, Not(HasSubstr("Access-Control")));
}

TEST(RequestsTest, PipelinedOnesAreAnsweredInOrder) {
  RunningServer server;
  RawClient client(server.port);
  std::string requests;
  const std::vector<std::pair<std::string, unsigned>> wanted = {{"/healthz", 200},
                                                                {"/nothing", 404},
                                                                {"/api/v1/rowsets/campaigns/drift", 200},
                                                                {"/api/v1/runs?x", 400},
                                                                {"/metrics", 200}};
  for (int round = 0; round < 10; ++round) {
    for (const auto& [target, status] : wanted) requests += "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }
  ASSERT_TRUE(client.send(requests));
  for (int round = 0; round < 10; ++round) {
    for (const auto& [target, status] : wanted) {
      const std::optional<RawResponse> response = client.response();
      ASSERT_TRUE(response) << target;
      EXPECT_EQ(response->status, status) << target;
    }
  }
}

TEST(RequestsTest, MayComeByteByByte) {
  RunningServer server;
  RawClient client(server.port);
  for (const char byte : std::string("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"))
    ASSERT_TRUE(client.send({&byte, 1}));
  EXPECT_EQ(client.response().value_or(RawResponse()).body, "ok\n");
}

TEST(RequestsTest, HeadHasTheLengthAndNoBody) {
  RunningServer server;
  RawClient client(server.port);
  client.send("HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::optional<RawResponse> head = client.response(true);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->field("Content-Length"), std::to_string(server.agent.metrics_text.size()));
  EXPECT_EQ(client.response().value_or(RawResponse()).body, "ok\n") << "the next response begins right behind it";
}

TEST(RequestsTest, OfHttp10EndTheConnection) {
  RunningServer server;
  RawClient client(server.port);
  client.send("GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n");
  const std::optional<RawResponse> response = client.response();
  ASSERT_TRUE(response);
  EXPECT_THAT(response->header, StartsWith("HTTP/1.0 200"));
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(RequestsTest, MayAskForTheEnd) {
  RunningServer server;
  RawClient client(server.port);
  client.get("/healthz", "Connection: close\r\n");
  EXPECT_EQ(client.response().value_or(RawResponse()).field("Connection"), "close");
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(RequestsTest, ABodyMayBeLengthOrChunks) {
  RunningServer server;
  RawClient client(server.port);
  const std::string head =
      "POST /api/v1/rowsets/campaigns/pause HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
      authorized;
  client.send(head + "Content-Length: 14\r\n\r\n{\"for\": \"30m\"}");
  EXPECT_EQ(client.response().value_or(RawResponse()).status, 200u);
  client.send(head + "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"for\": \r\n6\r\n\"31m\"}\r\n0\r\n\r\n");
  EXPECT_EQ(client.response().value_or(RawResponse()).status, 200u);
  const std::vector<Request> asked = server.call([&] { return server.agent.asked; });
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[0].length, std::chrono::minutes(30));
  EXPECT_EQ(asked[1].length, std::chrono::minutes(31));
  EXPECT_EQ(asked[1].who, "alice");
}

TEST(RequestsTest, AClientThatAsksWhetherToGoOnIsToldSo) {
  RunningServer server;
  RawClient client(server.port);
  client.send("POST /api/v1/pause HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + authorized +
              "Expect: 100-continue\r\nContent-Length: 14\r\n\r\n");
  EXPECT_EQ(client.response().value_or(RawResponse()).status, 100u);
  client.send("{\"for\": \"30m\"}");
  EXPECT_EQ(client.response().value_or(RawResponse()).status, 200u);
}

// A proxy in front that reads one request where we read two would be a way around its rules.
TEST(RequestsTest, TwoLengthsAreNoRequest) {
  for (const std::string fields :
       {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: +5\r\n", "Content-Length: 5, 6\r\n", "Content-Length: -1\r\n"}) {
    RunningServer server;
    RawClient client(server.port);
    client.send("POST /api/v1/reconcile HTTP/1.1\r\nHost: localhost\r\n" + authorized + fields + "\r\nabcde");
    EXPECT_EQ(client.response().value_or(RawResponse()).status, 400u) << fields;
    EXPECT_TRUE(client.closed_by_peer()) << fields;
    EXPECT_TRUE(server.call([&] { return server.agent.asked.empty(); }));
  }
}

TEST(RequestsTest, TheHostIsChecked) {
  RunningServer server;
  RawClient client(server.port);
  client.send("GET /api/v1/status HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  EXPECT_EQ(client.response().value_or(RawResponse()).status, 421u);
  client.send("GET /api/v1/status HTTP/1.1\r\n\r\n");
  EXPECT_EQ(client.response().value_or(RawResponse()).status, 400u);
}

TEST(RequestsTest, AnAnswerMayComeLaterAndOthersAreNotKeptWaiting) {
  RunningServer server;
  server.call([&] { server.agent.answer = nullptr; });
  RawClient slow(server.port), quick(server.port);
  slow.send("POST /api/v1/reconcile HTTP/1.1\r\nHost: localhost\r\n" + authorized + "\r\n");
  // Once the quick one is answered after the slow one was heard, nobody was kept waiting.
  while (server.call([&] { return server.agent.waiting.empty(); })) {
    quick.get("/healthz");
    ASSERT_TRUE(quick.response());
  }
  quick.get("/healthz");
  EXPECT_EQ(quick.response().value_or(RawResponse()).status, 200u);
  server.call([&] { server.agent.waiting[0]({Answer::Kind::Conflict, "not now", ""}); });
  EXPECT_EQ(slow.response().value_or(RawResponse()).status, 409u);
  slow.get("/healthz");
  EXPECT_EQ(slow.response().value_or(RawResponse()).status, 200u) << "the connection goes on";
}

TEST(RequestsTest, ALargeAnswerComesWhole) {
  RunningServer server;
  const std::string large(8 * 1024 * 1024, 'm');
  server.call([&] { server.agent.metrics_text = large; });
  RawClient client(server.port);
  client.get("/metrics");
  EXPECT_TRUE(client.response().value_or(RawResponse()).body == large);
}

}  // namespace
}  // namespace holdfast::agent
