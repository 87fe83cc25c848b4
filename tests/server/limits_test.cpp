// Clients that are slow, large, many, or no clients at all.
#include <dirent.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/server/raw_client.h"
#include "tests/server/running_server.h"

namespace holdfast::agent {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr milliseconds soon{200};
constexpr milliseconds never{600'000};

// Every limit of time is out of the way but for those that a test is about.
ServerLimits patient() {
  ServerLimits limits;
  limits.read = limits.idle = limits.answer = limits.write = never;
  return limits;
}
ServerLimits with_read(milliseconds time) {
  ServerLimits limits = patient();
  limits.read = time;
  return limits;
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  DIR* folder = ::opendir("/proc/self/fd");
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

// That somebody else is still served, which is what every limit is for.
void expect_served(RunningServer& server) {
  RawClient other(server.port);
  other.get("/healthz");
  EXPECT_EQ(other.response().value_or(RawResponse()).status, 200u);
}

TEST(LimitsTest, AClientThatSaysNothingIsClosed) {
  RunningServer server({.limits = with_read(soon)});
  RawClient client(server.port);
  EXPECT_TRUE(client.closed_by_peer());
  expect_served(server);
}

// A few bytes now and then keep a connection busy, not alive: the deadline is of the whole request.
TEST(LimitsTest, ASlowHeaderIsCutOff) {
  RunningServer server({.limits = with_read(soon)});
  RawClient client(server.port);
  ASSERT_TRUE(client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: "));
  const auto deadline = std::chrono::steady_clock::now() + patience;
  bool closed = false;
  while (!closed && std::chrono::steady_clock::now() < deadline) {
    closed = client.closed_by_peer(milliseconds(20)) || !client.send("x");
  }
  EXPECT_TRUE(closed);
  EXPECT_EQ(client.take_rest(), "");
}

TEST(LimitsTest, ASlowBodyIsCutOff) {
  RunningServer server({.limits = with_read(soon)});
  RawClient client(server.port);
  client.send("POST /api/v1/reconcile HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{");
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(LimitsTest, AnIdleConnectionIsClosed) {
  ServerLimits limits = patient();
  limits.idle = soon;
  RunningServer server({.limits = limits});
  RawClient client(server.port);
  client.get("/healthz");
  ASSERT_TRUE(client.response());
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(LimitsTest, AClientThatDoesNotTakeItsAnswerIsClosed) {
  ServerLimits limits = patient();
  limits.write = soon;
  RunningServer server({.limits = limits});
  server.call([&] { server.agent.metrics_text = std::string(64 * 1024 * 1024, 'm'); });
  const std::size_t before = open_descriptors();
  RawClient client(server.port, {.receive_bytes = 4096});
  client.get("/metrics");
  // Not read: closing is seen from the other side, by the descriptor that goes.
  const auto deadline = std::chrono::steady_clock::now() + patience;
  bool taken = false, gone = false;
  while (!gone && std::chrono::steady_clock::now() < deadline) {
    expect_served(server);
    taken = taken || open_descriptors() >= before + 2;
    gone = taken && open_descriptors() <= before + 1;
  }
  EXPECT_TRUE(gone);
}

TEST(LimitsTest, AHugeHeaderIsRefused) {
  RunningServer server({.limits = patient()});
  for (const std::string& request :
       {"GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(2'000'000, 'a')}) {
    RawClient client(server.port);
    client.send(request);
    const std::optional<RawResponse> response = client.response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 431u);
    EXPECT_EQ(response->field("Content-Type"), "application/problem+json");
    EXPECT_TRUE(client.closed_by_peer());
  }
  RawClient client(server.port);
  client.get("/healthz", "X: " + std::string(7'500, 'a') + "\r\n");
  EXPECT_EQ(client.response().value_or(RawResponse()).status, 200u) << "what is within the limit is not";
}

// Many small fields, and as many pieces: Beast's own limit is one of each piece, and such a header had none.
TEST(LimitsTest, AHugeHeaderInManyPiecesIsRefused) {
  RunningServer server({.limits = patient()});
  RawClient whole(server.port), pieces(server.port);
  std::string many;
  for (int number = 0; number < 1500; ++number) many += "A: b\r\n";
  whole.get("/healthz", many);
  EXPECT_EQ(whole.response().value_or(RawResponse()).status, 431u);
  pieces.send("GET /healthz HTTP/1.1\r\n");
  // Each piece is read by itself, since another request is answered in between.
  RawClient other(server.port);
  for (int sent = 0; sent < 1000 && pieces.send("Some-Field: 0123456789\r\n"); ++sent) {
    other.get("/healthz");
    ASSERT_TRUE(other.response());
  }
  EXPECT_EQ(pieces.response().value_or(RawResponse()).status, 431u);
}

TEST(LimitsTest, AHugeBodyIsRefused) {
  RunningServer server({.limits = patient()});
  const std::string head = "POST /api/v1/reconcile HTTP/1.1\r\nHost: localhost\r\n";
  const std::string large(100'000, ' ');
  for (const std::string& request :
       {head + "Content-Length: 100000\r\n\r\n" + large, head + "Content-Length: 99999999999999\r\n\r\n",
        head + "Content-Length: 65537\r\nExpect: 100-continue\r\n\r\n",
        head + "Transfer-Encoding: chunked\r\n\r\n186a0\r\n" + large + "\r\n0\r\n\r\n"}) {
    RawClient client(server.port);
    client.send(request);
    EXPECT_EQ(client.response().value_or(RawResponse()).status, 413u);
    EXPECT_TRUE(client.closed_by_peer());
  }
  RawClient client(server.port);
  client.send(head + "Authorization: Bearer " + write_secret + "\r\nContent-Length: 65536\r\n\r\n" +
              std::string(65'536, ' '));
  EXPECT_EQ(client.response().value_or(RawResponse()).status, 200u);
}

TEST(LimitsTest, BytesThatAreNoRequestAreRefused) {
  RunningServer server({.limits = patient()});
  for (const std::string& bytes :
       {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), std::string("hello\r\n\r\n"),
        std::string("\0\0\0\0\r\n\r\n", 8), std::string("GET / HTTP/3.0\r\n\r\n"),
        std::string("GET  / HTTP/1.1\r\n\r\n"), std::string("GET / HTTP/1.1\r\nno colon\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost : localhost\r\n\r\n"), std::string("GET /\x01 HTTP/1.1\r\n\r\n"),
        std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), std::string("\xff\xfe\xfd\xfc\r\n\r\n")}) {
    RawClient client(server.port);
    client.send(bytes);
    client.shut_down_sending();
    const std::optional<RawResponse> response = client.response();
    ASSERT_TRUE(response) << bytes;
    EXPECT_THAT(response->status, testing::AnyOf(400u, 505u)) << bytes;
    EXPECT_TRUE(client.closed_by_peer());
  }
  RawClient cut(server.port);
  cut.send("GET /healthz HT");
  cut.shut_down_sending();
  EXPECT_TRUE(cut.closed_by_peer());
  EXPECT_EQ(cut.take_rest(), "");
  expect_served(server);
}

TEST(LimitsTest, OneConnectionTooManyIsToldSo) {
  ServerLimits limits = patient();
  limits.connections = 4;
  RunningServer server({.limits = limits});
  std::vector<RawClient> held;
  for (int number = 0; number < 4; ++number) {
    held.emplace_back(server.port);
    held.back().get("/healthz");
    ASSERT_TRUE(held.back().response());
  }
  for (int number = 0; number < 10; ++number) {
    RawClient further(server.port);
    further.get("/healthz");
    const std::optional<RawResponse> response = further.response();
    ASSERT_TRUE(response) << number;
    EXPECT_EQ(response->status, 503u);
    EXPECT_EQ(response->field("Retry-After"), "1");
    EXPECT_THAT(response->body, HasSubstr("too many connections"));
    EXPECT_EQ(response->field("Connection"), "close");
  }
  for (RawClient& client : held) {
    client.get("/healthz");
    EXPECT_EQ(client.response().value_or(RawResponse()).status, 200u) << "those that are in are served on";
  }
  held.pop_back();
  const auto deadline = std::chrono::steady_clock::now() + patience;
  unsigned status = 0;
  while (status != 200u && std::chrono::steady_clock::now() < deadline) {
    RawClient further(server.port);
    further.get("/healthz");
    status = further.response().value_or(RawResponse()).status;
  }
  EXPECT_EQ(status, 200u) << "the place of one that has left is free";
}

// More come at once than are even refused in words: they are closed, and those that are in notice nothing.
TEST(LimitsTest, AFloodIsSurvived) {
  ServerLimits limits = patient();
  limits.connections = 2;
  limits.refusals = 2;
  RunningServer server({.limits = limits});
  const std::size_t before = open_descriptors();
  RawClient in(server.port);
  in.get("/healthz");
  ASSERT_TRUE(in.response());
  {
    std::vector<RawClient> flood;
    for (int number = 0; number < 300; ++number) flood.emplace_back(server.port);
    in.get("/healthz");
    EXPECT_EQ(in.response().value_or(RawResponse()).status, 200u);
  }
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (open_descriptors() > before + 2 && std::chrono::steady_clock::now() < deadline) {
    in.get("/healthz");
    ASSERT_TRUE(in.response());
  }
  EXPECT_LE(open_descriptors(), before + 2) << "this client's and the server's end of its connection";
}

TEST(LimitsTest, AnAgentThatDoesNotAnswerIsA504) {
  ServerLimits limits = patient();
  limits.answer = soon;
  RunningServer server({.limits = limits});
  server.call([&] { server.agent.answer = nullptr; });
  RawClient client(server.port);
  client.send(std::string("POST /api/v1/reconcile HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ") +
              write_secret + "\r\n\r\n");
  EXPECT_EQ(client.response().value_or(RawResponse()).status, 504u);
  // The late answer is nobody's: it must not become the answer of the next request.
  server.call([&] { server.agent.waiting[0]({Answer::Kind::Conflict, "late", ""}); });
  client.get("/healthz");
  EXPECT_EQ(client.response().value_or(RawResponse()).body, "ok\n");
}

}  // namespace
}  // namespace holdfast::agent
