#include "agent/core/http/listen_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::agent::http {
namespace {

struct Listen {
  std::string text, host;
  int port;
  bool loopback, everywhere;
};
void PrintTo(const Listen& listen, std::ostream* out) { *out << listen.text; }

class ListenAddresses : public testing::TestWithParam<Listen> {};

TEST_P(ListenAddresses, AreReadAndWritten) {
  const Result<ListenAddress> address = parse_listen_address(GetParam().text);
  ASSERT_TRUE(address) << to_string(address.error());
  EXPECT_EQ(address->host, GetParam().host);
  EXPECT_EQ(address->port, GetParam().port);
  EXPECT_EQ(address->loopback(), GetParam().loopback);
  EXPECT_EQ(address->everywhere(), GetParam().everywhere);
  EXPECT_EQ(to_string(*address), GetParam().text);
}
INSTANTIATE_TEST_SUITE_P(Table, ListenAddresses,
                         testing::Values(Listen{"127.0.0.1:8790", "127.0.0.1", 8790, true, false},
                                         Listen{"127.4.5.6:1", "127.4.5.6", 1, true, false},
                                         Listen{"localhost:0", "localhost", 0, true, false},
                                         Listen{"LocalHost:65535", "LocalHost", 65535, true, false},
                                         Listen{"[::1]:8790", "::1", 8790, true, false},
                                         Listen{"0.0.0.0:8790", "0.0.0.0", 8790, false, true},
                                         Listen{"[::]:8790", "::", 8790, false, true},
                                         Listen{"[0:0::0]:8790", "0:0::0", 8790, false, true},
                                         Listen{"10.1.2.3:80", "10.1.2.3", 80, false, false},
                                         Listen{"[fd00::12]:80", "fd00::12", 80, false, false},
                                         // Loopback in disguise: asking for a token there is the safe side.
                                         Listen{"[::ffff:127.0.0.1]:80", "::ffff:127.0.0.1", 80, false, false}));

TEST(ListenAddressTest, WhatIsNoneIsRefusedWithAHint) {
  for (const char* text : {"", ":", ":8790", "8790", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
                           "127.0.0.1:-1", "127.0.0.1: 80", "127.0.0.1:80 ", "127.1:80", "127.0.0.01:80", "::1:8790",
                           "[]:80", "[127.0.0.1]:80", "example.com:80", "*:80", "http://127.0.0.1:80"}) {
    const Result<ListenAddress> address = parse_listen_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().kind, ErrorKind::Invalid) << text;
    EXPECT_FALSE(address.error().hint.empty()) << text;
  }
}

TEST(ListenAddressTest, LoopbackIsNotToBeHadByName) {
  for (const char* host : {"127.0.0.1.example.com", "localhost.example.com", "127.0.0.256", "1127.0.0.1", ""}) {
    EXPECT_FALSE((ListenAddress{host, 80}.loopback())) << host;
  }
}

TEST(AuthorityTest, IsTakenApart) {
  struct Case {
    std::string text, host, port;
  };
  for (const Case& one :
       {Case{"localhost", "localhost", ""}, Case{"a.b-c_d:1", "a.b-c_d", "1"}, Case{"[::1]:80", "[::1]", "80"},
        Case{"[fe80::1]", "[fe80::1]", ""}, Case{"1.2.3.4:65535", "1.2.3.4", "65535"}}) {
    const std::optional<Authority> authority = parse_authority(one.text);
    ASSERT_TRUE(authority) << one.text;
    EXPECT_EQ(authority->host, one.host);
    EXPECT_EQ(authority->port, one.port);
  }
  const std::string long_name(254, 'a');
  for (const std::string& text :
       {std::string(), std::string(":80"), std::string("a:"), std::string("a:b"), std::string("a b"),
        std::string("a@b"), std::string("user@localhost"), std::string("localhost/"), std::string("localhost,evil"),
        std::string("[::1"), std::string("[]"), std::string("[evil]"), std::string("[::1]evil"), std::string("::1"),
        std::string("a:123456"), std::string("a\0b", 3), std::string("\xc3\xa9"), long_name}) {
    EXPECT_FALSE(parse_authority(text)) << text;
  }
}

}  // namespace
}  // namespace holdfast::agent::http
