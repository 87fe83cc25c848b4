// DNS rebinding: a page of evil.example makes a browser ask 127.0.0.1 under the name evil.example, which its owner has
// turned to that address. Only the Host field tells, and only a name can be turned.
#include "agent/core/http/host_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/http/asking.h"

namespace holdfast::agent::http {
namespace {

struct Hosts {
  std::string listen;
  std::vector<std::string> extra;
  std::string host;
  bool accepted;
};
void PrintTo(const Hosts& hosts, std::ostream* out) { *out << hosts.listen << " asked as " << hosts.host; }

class HostChecks : public testing::TestWithParam<Hosts> {};

TEST_P(HostChecks, AcceptWhatIsOurs) {
  const Hosts& given = GetParam();
  PlainAgent agent;
  agent.state = rich_status();
  const Api api = make_api(agent, {.listen = given.listen, .extra_hosts = given.extra});
  const std::vector<Field> fields = {{"host", given.host}, bearer(read_secret)};
  EXPECT_EQ(get(api, "/api/v1/status", fields).status, given.accepted ? 200u : 421u) << given.host;
  // The place after http:// goes before the field.
  EXPECT_EQ(get(api, "http://" + given.host + "/api/v1/status", {bearer(read_secret)}).status,
            given.accepted ? 200u : 421u);
  const HttpResponse healthy = get(api, "/healthz", {{"Host", given.host}});
  const bool loopback = parse_listen_address(given.listen)->loopback();
  EXPECT_EQ(healthy.status, given.accepted || !loopback ? 200u : 421u) << "a platform asks for liveness under any name";
}

const std::string loop = "127.0.0.1:8790";
INSTANTIATE_TEST_SUITE_P(
    Table, HostChecks,
    testing::Values(Hosts{loop, {}, "localhost", true}, Hosts{loop, {}, "localhost:1234", true},
                    Hosts{loop, {}, "LOCALHOST:80", true}, Hosts{loop, {}, "127.0.0.1:8790", true},
                    Hosts{loop, {}, "[::1]:8790", true}, Hosts{loop, {}, "evil.example", false},
                    Hosts{loop, {}, "localhost.evil.example", false},
                    Hosts{loop, {}, "127.0.0.1.evil.example:8790", false}, Hosts{loop, {}, "10.0.0.5:8790", false},
                    Hosts{loop, {}, "[fd00::1]", false}, Hosts{loop, {}, "localhost.", false},
                    Hosts{loop, {"agent.example"}, "agent.example:443", true},
                    Hosts{loop, {"agent.example"}, "b.agent.example", false},
                    Hosts{"127.0.0.2:80", {}, "127.0.0.2", true}, Hosts{"127.0.0.2:80", {}, "127.0.0.3", false},
                    Hosts{"0.0.0.0:8790", {}, "10.0.0.5:8790", true}, Hosts{"[::]:8790", {}, "[fd00::1]:8790", true},
                    Hosts{"0.0.0.0:8790", {}, "evil.example", false}, Hosts{"0.0.0.0:8790", {}, "0.0.0.0", true},
                    Hosts{"10.0.0.5:8790", {}, "10.0.0.5", true}, Hosts{"[fd00::1]:80", {}, "[FD00::1]", true},
                    Hosts{"0.0.0.0:8790", {"Agent.Example", "b.example"}, "agent.example", true}));

TEST(HostCheckTest, ExactlyOneHostField) {
  PlainAgent agent;
  agent.state = rich_status();
  const Api api = make_api(agent);
  EXPECT_EQ(ask(api, {"GET", "/healthz", {}, ""}).status, 400u);
  EXPECT_EQ(ask(api, {"GET", "/healthz", {{"Host", "localhost"}, {"host", "localhost"}}, ""}).status, 400u);
  EXPECT_EQ(ask(api, {"GET", "/healthz", {{"Host", "local host"}}, ""}).status, 400u);
  EXPECT_EQ(ask(api, {"GET", "/healthz", {{"Host", ""}}, ""}).status, 400u);
}

TEST(HostCheckTest, ExtraHostsAreHosts) {
  for (const char* host : {"", "agent.example:443", "http://agent.example", "*", "a b"}) {
    const std::vector<std::string> extra = {host};
    const Result<HostCheck> made = HostCheck::make({}, extra);
    ASSERT_FALSE(made) << host;
    EXPECT_FALSE(made.error().hint.empty());
  }
  EXPECT_FALSE(HostCheck::make({}, std::vector<std::string>(65, "a.example")));
}

}  // namespace
}  // namespace holdfast::agent::http
