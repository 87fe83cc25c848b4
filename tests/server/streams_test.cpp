// Server-sent events over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/server/raw_client.h"
#include "tests/server/running_server.h"

namespace holdfast::agent {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

constexpr const char* stream = "Accept: text/event-stream\r\n";

// Opens a stream and reads up to the last event that rich_status has.
void open_stream(RawClient& client, const std::string& fields = "") {
  ASSERT_TRUE(client.get("/api/v1/events", stream + fields));
  const std::optional<std::string> header = client.until("\r\n\r\n");
  ASSERT_TRUE(header);
  ASSERT_THAT(*header, HasSubstr(" 200 OK\r\n"));
  EXPECT_THAT(*header, HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_THAT(*header, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(*header, Not(HasSubstr("Content-Length")));
}

std::string id_line(std::uint64_t number) { return "id: 1760000000000-" + std::to_string(number) + "\n"; }

TEST(StreamsTest, TellWhatIsThereAndThenWhatHappens) {
  RunningServer server;
  RawClient client(server.port);
  open_stream(client);
  EXPECT_TRUE(client.until(id_line(1)));
  EXPECT_TRUE(client.until(id_line(3)));
  for (std::uint64_t number = 4; number < 20; ++number) {
    server.happens(event(number, "popup", "campaigns", "it happened again"));
    ASSERT_TRUE(client.until(id_line(number)));
    EXPECT_THAT(client.until("\n\n").value_or(""), HasSubstr("it happened again"));
  }
}

TEST(StreamsTest, AreTakenUpWhereTheyWereCutOff) {
  RunningServer server;
  RawClient client(server.port);
  open_stream(client, "Last-Event-ID: 1760000000000-2\r\n");
  EXPECT_THAT(client.until(id_line(3)).value_or(""), Not(HasSubstr(id_line(2))));
}

TEST(StreamsTest, AQuietOneIsKeptAlive) {
  ServerLimits limits;
  limits.heartbeat = milliseconds(20);
  RunningServer server({.limits = limits});
  RawClient client(server.port);
  open_stream(client);
  ASSERT_TRUE(client.until(id_line(3)));
  for (int time = 0; time < 3; ++time)
    EXPECT_TRUE(client.until("\n: still here\n\n") || client.until(": still here\n\n"));
}

TEST(StreamsTest, HeadAndListsAreNoStreams) {
  RunningServer server;
  RawClient client(server.port);
  client.send(std::string("HEAD /api/v1/events HTTP/1.1\r\nHost: localhost\r\n") + stream + "\r\n");
  EXPECT_EQ(client.response(true).value_or(RawResponse()).field("Content-Type"), "text/event-stream");
  client.get("/api/v1/events");
  EXPECT_EQ(client.response().value_or(RawResponse()).field("Content-Type"), "application/json");
}

TEST(StreamsTest, OneTooManyGetsTheListInstead) {
  ServerLimits limits;
  limits.streams = 2;
  RunningServer server({.limits = limits});
  std::vector<RawClient> clients;
  for (int number = 0; number < 2; ++number) {
    clients.emplace_back(server.port);
    open_stream(clients.back());
  }
  RawClient further(server.port);
  further.get("/api/v1/events", stream);
  const std::optional<RawResponse> response = further.response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503u);
  EXPECT_THAT(response->body, HasSubstr("too many streams"));
  further.get("/api/v1/events");
  EXPECT_EQ(further.response().value_or(RawResponse()).status, 200u) << "the connection goes on, and so does the list";
  clients.pop_back();
  const auto deadline = std::chrono::steady_clock::now() + patience;
  bool opened = false;
  while (!opened && std::chrono::steady_clock::now() < deadline) {
    RawClient again(server.port);
    again.get("/api/v1/events", stream);
    opened = again.until("\r\n\r\n").value_or("").find(" 200 ") != std::string::npos;
  }
  EXPECT_TRUE(opened) << "the place of one that has left is free";
}

TEST(StreamsTest, CountAsConnections) {
  ServerLimits limits;
  limits.connections = 1;
  RunningServer server({.limits = limits});
  RawClient client(server.port);
  open_stream(client);
  RawClient further(server.port);
  further.get("/healthz");
  EXPECT_EQ(further.response().value_or(RawResponse()).status, 503u);
}

// Whether it is because too much waits for it or because a piece was not taken in time: it is cut off, and the others
// are told on.
TEST(StreamsTest, AClientThatDoesNotReadIsCutOff) {
  for (const bool by_time : {false, true}) {
    ServerLimits limits;
    limits.gather = milliseconds(0);
    limits.stream_write = by_time ? milliseconds(100) : milliseconds(600'000);
    limits.stream_bytes = by_time ? 1'000'000'000 : 64 * 1024;
    limits.streams = 2;
    RunningServer server({.limits = limits});
    RawClient deaf(server.port, {.receive_bytes = 4096}), hearing(server.port);
    deaf.get("/api/v1/events", stream);
    open_stream(hearing);
    // Until a third stream finds the place of the deaf one free.
    const auto deadline = std::chrono::steady_clock::now() + patience;
    bool cut_off = false;
    for (std::uint64_t number = 100; !cut_off && std::chrono::steady_clock::now() < deadline; ++number) {
      server.happens(event(number, "popup", "", std::string(200'000, 'x')));
      ASSERT_TRUE(hearing.until(id_line(number))) << "one that reads is told on";
      ASSERT_TRUE(hearing.until("\n\n"));
      server.call([&] { server.agent.state.databases[0].events.clear(); });
      RawClient third(server.port);
      third.get("/api/v1/events", stream);
      cut_off = third.until("\r\n\r\n").value_or("").find(" 200 ") != std::string::npos;
    }
    EXPECT_TRUE(cut_off) << "by time " << by_time;
  }
}

TEST(StreamsTest, AClientThatTalksIsCutOff) {
  RunningServer server;
  RawClient client(server.port);
  open_stream(client);
  client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(StreamsTest, NeedAReadTokenOutsideOfLoopback) {
  RunningServer server({.listen = "0.0.0.0:0"});
  RawClient client(server.port);
  client.get("/api/v1/events", stream);
  EXPECT_EQ(client.response().value_or(RawResponse()).status, 401u);
  RawClient grafana(server.port);
  open_stream(grafana, std::string("Authorization: Bearer ") + read_secret + "\r\n");
}

}  // namespace
}  // namespace holdfast::agent
