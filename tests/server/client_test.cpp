// What the commands ask a running agent with, against the real server, and against what is no agent at all.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/edges/http_client.h"
#include "tests/server/raw_client.h"
#include "tests/server/running_server.h"

namespace holdfast::agent {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

std::unique_ptr<HttpClient> client_of(std::uint16_t port, const std::string& token = "",
                                      milliseconds deadline = patience, const std::string& host = "127.0.0.1") {
  Result<std::unique_ptr<HttpClient>> client = HttpClient::make({.url = "http://" + host + ":" + std::to_string(port),
                                                                 .token = token,
                                                                 .deadline = deadline,
                                                                 .answer_bytes = 1024 * 1024});
  EXPECT_TRUE(client) << to_string(client.error());
  return *std::move(client);
}

TEST(HttpClientTest, Asks) {
  RunningServer server;
  const std::unique_ptr<HttpClient> client = client_of(server.port, write_secret);
  const Result<AgentAnswer> status = client->get("/api/v1/status");
  ASSERT_TRUE(status) << to_string(status.error());
  EXPECT_EQ(status->status, 200u);
  EXPECT_EQ(status->content_type, "application/json");
  EXPECT_THAT(status->body, HasSubstr("\"version\": \"0.1.0\""));
  const Result<AgentAnswer> paused = client->post("/api/v1/rowsets/campaigns/pause", R"({"for": "30m"})");
  ASSERT_TRUE(paused) << to_string(paused.error());
  EXPECT_EQ(paused->status, 200u);
  EXPECT_EQ(client->post("/api/v1/resume", "")->status, 200u);
  const std::vector<Request> asked = server.call([&] { return server.agent.asked; });
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[0].length, std::chrono::minutes(30));
  EXPECT_EQ(asked[0].who, "alice");
}

TEST(HttpClientTest, ARefusalIsAnAnswer) {
  RunningServer server;
  EXPECT_EQ(client_of(server.port)->post("/api/v1/reconcile", "")->status, 401u);
  EXPECT_EQ(client_of(server.port, "not-a-token")->post("/api/v1/reconcile", "")->status, 401u);
  const Result<AgentAnswer> none = client_of(server.port)->get("/api/v1/rowsets/nothing");
  ASSERT_TRUE(none);
  EXPECT_EQ(none->status, 404u);
  EXPECT_EQ(none->content_type, "application/problem+json");
}

TEST(HttpClientTest, ReachesEveryKindOfAddress) {
  RunningServer server({.listen = "localhost:0"});
  EXPECT_TRUE(client_of(server.port, "", patience, "localhost")->get("/healthz"));
  RunningServer six({.listen = "[::1]:0"});
  if (six.started) {
    EXPECT_EQ(client_of(six.port, "", patience, "[::1]")->get("/healthz")->body, "ok\n");
  }
}

// A port of loopback where the test says what comes back; nothing is accepted unless it is asked for.
class Impostor {
 public:
  Impostor() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&where), sizeof where);
    ::listen(listener_, 8);
    socklen_t size = sizeof where;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size);
    port = ntohs(where.sin_port);
  }
  ~Impostor() {
    if (thread_.joinable()) thread_.join();
    ::close(listener_);
  }
  Impostor(const Impostor&) = delete;
  Impostor& operator=(const Impostor&) = delete;
  // Answers one client with these bytes, after its request has begun, and closes.
  void say(std::string bytes) {
    thread_ = std::thread([this, bytes = std::move(bytes)] {
      const int client = ::accept(listener_, nullptr, nullptr);
      char ignored[4096];
      (void)!::recv(client, ignored, sizeof ignored, 0);
      (void)!::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      ::close(client);
    });
  }
  std::uint16_t port = 0;

 private:
  int listener_;
  std::thread thread_;
};

TEST(HttpClientTest, NobodyThereIsSaidWithAHint) {
  std::uint16_t port = 0;
  { port = Impostor().port; }
  const Result<AgentAnswer> answer = client_of(port, write_secret)->get("/api/v1/status");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Transient);
  EXPECT_EQ(answer.error().where, "http://127.0.0.1:" + std::to_string(port));
  EXPECT_THAT(answer.error().hint, HasSubstr("is the agent running"));
  EXPECT_THAT(to_string(answer.error()), Not(HasSubstr(write_secret)));
  EXPECT_EQ(client_of(port)->post("/api/v1/reconcile", "").error().kind, ErrorKind::Transient)
      << "nothing was asked: not in doubt";
}

TEST(HttpClientTest, AnAgentThatIsSilentIsGivenUp) {
  Impostor impostor;
  const auto begin = std::chrono::steady_clock::now();
  const std::unique_ptr<HttpClient> client = client_of(impostor.port, "", milliseconds(100));
  const Result<AgentAnswer> read = client->get("/api/v1/status");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::Transient);
  EXPECT_THAT(read.error().what, HasSubstr("within 100 ms"));
  const Result<AgentAnswer> changed = client->post("/api/v1/reconcile", "");
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().kind, ErrorKind::InDoubt) << "it may have been heard";
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(200));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, patience);
}

TEST(HttpClientTest, WhatIsNoAgentIsSaid) {
  for (const std::string& bytes :
       {std::string(), std::string("SSH-2.0-OpenSSH_9.2\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"),
        std::string("HTTP/1.1 200 OK\r\nX: ") + std::string(100'000, 'x'), std::string("\0\xff\n", 3)}) {
    Impostor impostor;
    impostor.say(bytes);
    const Result<AgentAnswer> answer = client_of(impostor.port)->get("/api/v1/status");
    ASSERT_FALSE(answer) << bytes.substr(0, 60);
    EXPECT_FALSE(answer.error().hint.empty());
  }
}

TEST(HttpClientTest, AnAnswerWithoutEndIsCutOff) {
  Impostor impostor;
  impostor.say("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + std::string(10'000, 'x'));
  const Result<AgentAnswer> answer = client_of(impostor.port)->get("/metrics");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().what, "the answer is too large");
}

TEST(HttpClientTest, AnAddressIsCheckedBeforeAnythingIsSent) {
  for (const char* url : {"", "127.0.0.1:8790", "https://127.0.0.1:8790", "http://", "http://hush@localhost:1",
                          "http://u:hush@localhost:1", "http://localhost/api", "http://localhost/?x",
                          "http://localhost#x", "http://local host", "http://localhost:x", "unix:/run/x"}) {
    const Result<std::unique_ptr<HttpClient>> client = HttpClient::make({.url = url});
    ASSERT_FALSE(client) << url;
    EXPECT_EQ(client.error().kind, ErrorKind::Invalid) << url;
    EXPECT_FALSE(client.error().hint.empty());
    EXPECT_THAT(to_string(client.error()), Not(HasSubstr("hush")));
  }
  EXPECT_TRUE(HttpClient::make({.url = "http://localhost:8790/"}));
  EXPECT_FALSE(HttpClient::make({.token = "a\r\nHost: evil"}));
}

}  // namespace
}  // namespace holdfast::agent
