#include "agent/core/http/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::agent::http {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(TokensTest, ReadsAFile) {
  Tokens tokens;
  const Result<void> added = tokens.add_file(
      "# who may what\n\n"
      "alice write alice-secret\r\n"
      "\tgrafana  read\tgrafana-secret  \n"
      "ci@build.example-1_2 write last-without-line-feed",
      "tokens");
  ASSERT_TRUE(added) << to_string(added.error());
  ASSERT_NE(tokens.find("alice-secret"), nullptr);
  EXPECT_EQ(tokens.find("alice-secret")->name, "alice");
  EXPECT_EQ(tokens.find("alice-secret")->access, Access::Write);
  EXPECT_EQ(tokens.find("grafana-secret")->access, Access::Read);
  EXPECT_EQ(tokens.find("last-without-line-feed")->name, "ci@build.example-1_2");
  for (const char* secret : {"", "alice", "alice-secre", "alice-secret2", "Alice-secret", "alice-secret\n"}) {
    EXPECT_EQ(tokens.find(secret), nullptr) << secret;
  }
}

TEST(TokensTest, TheEnvironmentIsOneWriteToken) {
  Tokens tokens;
  ASSERT_TRUE(tokens.add_environment("from-the-environment\n", "HOLDFAST_TOKEN"));
  ASSERT_NE(tokens.find("from-the-environment"), nullptr);
  EXPECT_EQ(tokens.find("from-the-environment")->name, "env");
  EXPECT_EQ(tokens.find("from-the-environment")->access, Access::Write);
}

// Who set up a token file and left HOLDFAST_TOKEN as it was, for the client's sake, had no API at all: "two tokens have
// one secret".
TEST(TokensTest, OneSecretInTheFileAndTheEnvironmentIsOneToken) {
  for (const auto& [access, want] : {std::pair{"read", Access::Read}, {"write", Access::Write}}) {
    Tokens tokens;
    ASSERT_TRUE(tokens.add_file(std::string("alice ") + access + " one-for-both\n", "tokens"));
    ASSERT_TRUE(tokens.add_environment("one-for-both\n", "HOLDFAST_TOKEN"));
    ASSERT_NE(tokens.find("one-for-both"), nullptr);
    EXPECT_EQ(tokens.find("one-for-both")->name, "alice");
    EXPECT_EQ(tokens.find("one-for-both")->access, want);
    EXPECT_EQ(tokens.find("env"), nullptr);
  }
}

struct Refused {
  std::string text;
  std::string what;
  std::string where;
};

void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.what << " at " << refused.where; }

class RefusedTokens : public testing::TestWithParam<Refused> {};

TEST_P(RefusedTokens, SayWhereAndNeverTheSecret) {
  Tokens tokens;
  const Result<void> added = tokens.add_file(GetParam().text, "tokens");
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().kind, ErrorKind::Invalid);
  EXPECT_THAT(added.error().what, HasSubstr(GetParam().what));
  EXPECT_EQ(added.error().where, GetParam().where);
  EXPECT_THAT(to_string(added.error()), Not(HasSubstr("hush")));
  EXPECT_TRUE(tokens.empty()) << "all or nothing";
}

INSTANTIATE_TEST_SUITE_P(Table, RefusedTokens,
                         testing::Values(Refused{"a write hush-hush-1\nb", "not a token", "tokens:2"},
                                         Refused{"a write hush-hush-1 more", "not a token", "tokens:1"},
                                         Refused{"a admin hush-hush-1", "not a token", "tokens:1"},
                                         Refused{"hush-hush-1", "not a token", "tokens:1"},
                                         Refused{"a read", "not a token", "tokens:1"},
                                         Refused{"a read hush", "too short", "tokens:1"},
                                         Refused{"a read hush" + std::string(600, 'x'), "too long", "tokens:1"},
                                         Refused{"a/b read hush-hush-1", "name", "tokens:1"},
                                         Refused{std::string(65, 'n') + " read hush-hush-1", "name", "tokens:1"},
                                         Refused{"a read hush-hush-\x01", "character", "tokens:1"},
                                         Refused{"a read hush-hush-\xc3\xa9", "character", "tokens:1"},
                                         Refused{std::string("a read hush-hush\0-1", 19), "character", "tokens:1"},
                                         Refused{"a read hush-hush-1\na write hush-hush-2", "one name", "tokens:2"},
                                         Refused{"a read hush-hush-1\n\nb write hush-hush-1", "one secret", "tokens:3"},
                                         Refused{std::string(64 * 1024 + 1, '\n'), "too large", "tokens"}));

TEST(TokensTest, ThereIsAMost) {
  std::string text;
  for (int number = 0; number < 64; ++number) {
    text += "t" + std::to_string(number) + " read secret-of-" + std::to_string(number) + "\n";
  }
  Tokens tokens;
  ASSERT_TRUE(tokens.add_file(text, "tokens"));
  EXPECT_NE(tokens.find("secret-of-63"), nullptr);
  EXPECT_FALSE(tokens.add_environment("one-too-many", "HOLDFAST_TOKEN"));
}

// Counts who reads what, as a stand-in for a clock that no test can trust.
class CountedBytes {
 public:
  explicit CountedBytes(std::string bytes) : bytes_(std::move(bytes)) {}
  std::size_t size() const { return bytes_.size(); }
  char operator[](std::size_t at) const {
    ++reads;
    return bytes_[at];
  }
  mutable std::size_t reads = 0;

 private:
  std::string bytes_;
};

TEST(ConstantTimeTest, ReadsEverythingWhereverTheDifferenceIs) {
  const std::string secret = "0123456789abcdef0123456789abcdef";
  for (std::size_t at = 0; at <= secret.size(); ++at) {
    std::string other = secret;
    if (at < other.size()) other[at] = 'x';
    const CountedBytes a(secret), b(other);
    EXPECT_EQ(equal_in_constant_time(a, b), at == secret.size());
    EXPECT_EQ(a.reads, secret.size()) << at;
    EXPECT_EQ(b.reads, secret.size()) << at;
  }
}

TEST(ConstantTimeTest, SeesEverySingleBit) {
  const std::string secret = "\x00\xff\x55 some bytes";
  for (std::size_t bit = 0; bit < secret.size() * 8; ++bit) {
    std::string other = secret;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(equal_in_constant_time(secret, other)) << bit;
  }
  EXPECT_FALSE(equal_in_constant_time(secret, secret + "x"));
}

RC_GTEST_PROP(TokensTest, AnyTextIsReadOrRefused, (const std::string& text)) {
  Tokens tokens;
  const Result<void> added = tokens.add_file(text, "tokens");
  RC_ASSERT(added.ok() || tokens.empty());
}

RC_GTEST_PROP(ConstantTimeTest, AgreesWithEquality, (const std::string& a, const std::string& b)) {
  RC_ASSERT(equal_in_constant_time(a, b) == (a == b));
  RC_ASSERT(equal_in_constant_time(a, std::string(a)));
}

}  // namespace
}  // namespace holdfast::agent::http
