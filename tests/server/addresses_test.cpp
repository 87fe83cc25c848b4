// Where the server listens, and what happens when it cannot.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/server/raw_client.h"
#include "tests/server/running_server.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;

bool serves(std::uint16_t port, const std::string& address) {
  RawClient client(port, {.address = address});
  return client.connected() && client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n") &&
         client.response().value_or(RawResponse()).status == 200u;
}

bool machine_has_ipv6() {
  const int descriptor = ::socket(AF_INET6, SOCK_STREAM, 0);
  sockaddr_in6 where{};
  where.sin6_family = AF_INET6;
  where.sin6_addr = in6addr_loopback;
  const bool has = descriptor >= 0 && ::bind(descriptor, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0;
  if (descriptor >= 0) ::close(descriptor);
  return has;
}

struct Listening {
  std::string listen;
  bool ipv4, ipv6;
};
void PrintTo(const Listening& listening, std::ostream* out) { *out << listening.listen; }

class ListeningTest : public testing::TestWithParam<Listening> {};

TEST_P(ListeningTest, IsReachedWhereItSays) {
  if (!machine_has_ipv6() && !GetParam().ipv4) GTEST_SKIP() << "this machine has no IPv6";
  RunningServer server({.listen = GetParam().listen});
  ASSERT_TRUE(server.started) << to_string(server.started.error());
  EXPECT_NE(server.port, 0);
  EXPECT_EQ(serves(server.port, "127.0.0.1"), GetParam().ipv4);
  EXPECT_EQ(serves(server.port, "::1"), GetParam().ipv6 && machine_has_ipv6());
}
INSTANTIATE_TEST_SUITE_P(Table, ListeningTest,
                         testing::Values(Listening{"127.0.0.1:0", true, false}, Listening{"[::1]:0", false, true},
                                         Listening{"localhost:0", true, true}, Listening{"0.0.0.0:0", true, false},
                                         Listening{"[::]:0", true, true}, Listening{"127.0.0.3:0", false, false}));

TEST(AddressesTest, AnotherAddressOfLoopbackIsReachedThere) {
  RunningServer server({.listen = "127.0.0.3:0"});
  EXPECT_TRUE(serves(server.port, "127.0.0.3"));
}

TEST(AddressesTest, ABusyPortIsSaidAndTakenWhenItIsFree) {
  auto first = std::make_unique<RunningServer>();
  ServerLimits limits;
  limits.retry = std::chrono::milliseconds(20);
  std::promise<void> listening;
  RunningServer second({.limits = limits, .listen = "127.0.0.1:" + std::to_string(first->port), .listening = [&] {
                          listening.set_value();
                        }});
  ASSERT_FALSE(second.started);
  EXPECT_EQ(second.started.error().kind, ErrorKind::Transient);
  EXPECT_EQ(second.started.error().what, "the port is in use");
  EXPECT_EQ(second.started.error().where, "127.0.0.1:" + std::to_string(first->port));
  EXPECT_THAT(second.started.error().hint, HasSubstr("--listen"));
  EXPECT_EQ(second.port, 0);
  const std::uint16_t port = first->port;
  EXPECT_TRUE(serves(port, "127.0.0.1")) << "the first one is left alone";
  first.reset();
  std::future<void> listens = listening.get_future();
  ASSERT_EQ(listens.wait_for(patience), std::future_status::ready);
  EXPECT_EQ(second.call([&] { return second.server().port(); }), port);
  EXPECT_TRUE(serves(port, "127.0.0.1"));
}

TEST(AddressesTest, HalfOfLocalhostBusyIsBusy) {
  if (!machine_has_ipv6()) GTEST_SKIP() << "this machine has no IPv6";
  RunningServer first({.listen = "[::1]:0"});
  RunningServer second({.listen = "localhost:" + std::to_string(first.port)});
  ASSERT_FALSE(second.started);
  EXPECT_EQ(second.started.error().where, "[::1]:" + std::to_string(first.port));
  EXPECT_FALSE(serves(first.port, "127.0.0.1")) << "all or nothing";
}

TEST(AddressesTest, ABusyPortDoesNotHoldUpTheEnd) {
  RunningServer first;
  RunningServer second({.listen = "127.0.0.1:" + std::to_string(first.port)});
  ASSERT_FALSE(second.started);
  EXPECT_EQ(second.stop(std::chrono::seconds(60)).wait_for(patience), std::future_status::ready);
}

TEST(AddressesTest, AnAddressOfAnotherMachineIsSaid) {
  RunningServer server({.listen = "192.0.2.1:0"});
  ASSERT_FALSE(server.started);
  EXPECT_EQ(server.started.error().what, "the machine does not have this address");
  EXPECT_EQ(server.started.error().where, "192.0.2.1:0");
}

// What the process starts must not keep the port.
TEST(AddressesTest, ChildrenDoNotInheritTheSockets) {
  auto server = std::make_unique<RunningServer>();
  const std::uint16_t port = server->port;
  RawClient client(port);
  client.get("/healthz");
  ASSERT_TRUE(client.response());
  int ends[2], executed[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::pipe2(executed, O_CLOEXEC), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[0], 0);
    ::close(ends[1]);
    ::execl("/bin/cat", "cat", nullptr);  // lives until the pipe is closed
    ::_exit(127);
  }
  ::close(ends[0]);
  ::close(executed[1]);
  char none = 0;
  ASSERT_EQ(::read(executed[0], &none, 1), 0) << "the end comes when the child has become another program";
  ::close(executed[0]);
  server.reset();
  EXPECT_TRUE(client.closed_by_peer()) << "the child has the connection";
  RunningServer next({.listen = "127.0.0.1:" + std::to_string(port)});
  EXPECT_TRUE(next.started) << "the child has the port";
  ::close(ends[1]);
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
}

}  // namespace
}  // namespace holdfast::agent
