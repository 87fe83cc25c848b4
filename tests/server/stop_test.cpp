// The end of a server: what is under way ends, what is idle goes at once, and nothing outlives the deadline.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/server/raw_client.h"
#include "tests/server/running_server.h"

namespace holdfast::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string reconcile =
    std::string("POST /api/v1/reconcile HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ") + write_secret +
    "\r\n\r\n";

bool ends(std::future<void>& future) { return future.wait_for(patience) == std::future_status::ready; }

// A request that the agent has heard and not answered.
RawClient waiting_client(RunningServer& server) {
  server.call([&] { server.agent.answer = nullptr; });
  RawClient client(server.port);
  client.send(reconcile);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  RawClient other(server.port);
  while (server.call([&] { return server.agent.waiting.empty(); }) && std::chrono::steady_clock::now() < deadline) {
    other.get("/healthz");
    other.response();
  }
  return client;
}

TEST(StopTest, WithNobodyThereItIsDoneAtOnce) {
  RunningServer server;
  std::future<void> done = server.stop(seconds(600));
  EXPECT_TRUE(ends(done));
  EXPECT_FALSE(RawClient(server.port).connected());
  EXPECT_EQ(server.call([&] { return server.server().port(); }), 0);
}

TEST(StopTest, IdleConnectionsAndStreamsEndAtOnce) {
  RunningServer server;
  RawClient idle(server.port), silent(server.port), stream(server.port);
  idle.get("/healthz");
  ASSERT_TRUE(idle.response());
  stream.get("/api/v1/events", "Accept: text/event-stream\r\n");
  ASSERT_TRUE(stream.until("\r\n\r\n"));
  std::future<void> done = server.stop(seconds(600));
  EXPECT_TRUE(ends(done));
  EXPECT_TRUE(idle.closed_by_peer());
  EXPECT_TRUE(silent.closed_by_peer());
  EXPECT_TRUE(stream.closed_by_peer());
}

TEST(StopTest, ARequestUnderWayIsAnswered) {
  RunningServer server;
  RawClient client = waiting_client(server);
  std::future<void> done = server.stop(seconds(600));
  EXPECT_FALSE(RawClient(server.port).connected()) << "nobody new";
  EXPECT_EQ(done.wait_for(seconds(0)), std::future_status::timeout);
  server.call([&] { server.agent.waiting[0]({Answer::Kind::Done, "done", ""}); });
  const std::optional<RawResponse> response = client.response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200u);
  EXPECT_EQ(response->field("Connection"), "close");
  EXPECT_TRUE(client.closed_by_peer());
  client.close();
  EXPECT_TRUE(ends(done));
}

TEST(StopTest, ARequestThatComesInPiecesMayEnd) {
  RunningServer server;
  RawClient client(server.port);
  client.send("GET /healthz HTTP/1.1\r\nHost: ");
  // Connections are taken in order: once a later one is served this one's bytes have been read, or come right after.
  RawClient later(server.port);
  later.get("/healthz", "Connection: close\r\n");
  ASSERT_TRUE(later.response());
  later.close();
  std::future<void> done = server.stop(seconds(600));
  client.send("localhost\r\n\r\n");
  EXPECT_EQ(client.response().value_or(RawResponse()).status, 200u);
  client.close();
  EXPECT_TRUE(ends(done));
}

TEST(StopTest, TheDeadlineEndsTheRest) {
  RunningServer server;
  RawClient client = waiting_client(server);
  std::future<void> done = server.stop(milliseconds(50));
  EXPECT_TRUE(ends(done));
  EXPECT_TRUE(client.closed_by_peer());
  EXPECT_EQ(client.take_rest(), "");
  server.call([&] { server.agent.waiting[0]({Answer::Kind::Done, "late", ""}); });
}

TEST(StopTest, AServerMayGoAwayUnderItsClients) {
  RunningServer server;
  RawClient client = waiting_client(server);
  RawClient stream(server.port), half(server.port);
  stream.get("/api/v1/events", "Accept: text/event-stream\r\n");
  ASSERT_TRUE(stream.until("\r\n\r\n"));
  half.send("GET /hea");
  server.destroy();
  EXPECT_TRUE(client.closed_by_peer());
  EXPECT_TRUE(stream.closed_by_peer());
  EXPECT_TRUE(half.closed_by_peer());
  server.call([&] { server.agent.waiting[0]({Answer::Kind::Done, "late", ""}); });
}

TEST(StopTest, AClientMayGoAwayUnderItsAnswer) {
  RunningServer server;
  { RawClient client = waiting_client(server); }
  server.call([&] { server.agent.waiting[0]({Answer::Kind::Done, "late", ""}); });
  RawClient other(server.port);
  other.get("/healthz");
  EXPECT_EQ(other.response().value_or(RawResponse()).status, 200u);
}

}  // namespace
}  // namespace holdfast::agent
