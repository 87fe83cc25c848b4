// The talk itself: lines over a socket pair, and the agent's end of it.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "agent/edges/supervisor/line_reader.h"
#include "agent/edges/supervisor/supervised.h"

namespace holdfast::agent {
namespace {

class Pair {
 public:
  Pair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_), 0); }
  ~Pair() {
    close_here();
    if (!given_away_) ::close(ends_[1]);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  int here() const { return ends_[0]; }
  int there() const { return ends_[1]; }
  void close_here() {
    if (ends_[0] >= 0) ::close(ends_[0]);
    ends_[0] = -1;
  }
  void give_there_away() { given_away_ = true; }
  void write(const std::string& text) const {
    EXPECT_EQ(::write(ends_[0], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

 private:
  int ends_[2] = {-1, -1};
  bool given_away_ = false;
};

TEST(LineReader, puts_lines_together_and_drops_those_that_are_too_long) {
  Pair pair;
  LineReader lines;
  EXPECT_TRUE(lines.feed(pair.there())) << "nothing there yet is no end";
  EXPECT_EQ(lines.next(), std::nullopt);
  pair.write("prep");
  EXPECT_TRUE(lines.feed(pair.there()));
  EXPECT_EQ(lines.next(), std::nullopt);
  pair.write("ared\n\nready\n" + std::string(LineReader::most_bytes, 'x') + "\n" +
             std::string(LineReader::most_bytes + 1, 'y'));
  EXPECT_TRUE(lines.feed(pair.there()));
  EXPECT_EQ(lines.next(), "prepared");
  EXPECT_EQ(lines.next(), "");
  EXPECT_EQ(lines.next(), "ready");
  EXPECT_EQ(lines.next(), std::string(LineReader::most_bytes, 'x'));
  EXPECT_EQ(lines.next(), std::nullopt);
  pair.write(std::string(3000, 'y'));
  EXPECT_TRUE(lines.feed(pair.there()));
  pair.write("\ngo\n");
  pair.close_here();
  EXPECT_TRUE(lines.feed(pair.there()));
  EXPECT_EQ(lines.next(), "go");
  EXPECT_FALSE(lines.feed(pair.there()));
}

TEST(SendLine, to_nobody_is_false_and_kills_nobody) {
  Pair pair;
  EXPECT_TRUE(send_line(pair.there(), "prepared"));
  pair.close_here();
  EXPECT_FALSE(send_line(pair.there(), "ready"));
}

TEST(Supervised, hears_go_and_the_end) {
  Pair pair;
  ::setenv("HOLDFAST_SUPERVISED", std::to_string(pair.there()).c_str(), 1);
  auto found = Supervised::from_environment();
  ASSERT_TRUE(found.ok());
  ASSERT_TRUE(found.value().has_value());
  Supervised& supervised = **found;
  pair.give_there_away();
  EXPECT_EQ(std::getenv("HOLDFAST_SUPERVISED"), nullptr);
  EXPECT_EQ(supervised.hear(), Supervised::Heard::Nothing);
  pair.write("g");
  EXPECT_EQ(supervised.hear(), Supervised::Heard::Nothing);
  pair.write("o\nwhat\n");
  EXPECT_EQ(supervised.hear(), Supervised::Heard::Go);
  EXPECT_EQ(supervised.hear(), Supervised::Heard::Go);
  EXPECT_TRUE(supervised.say("ready"));
  LineReader lines;
  EXPECT_TRUE(lines.feed(pair.here()));
  EXPECT_EQ(lines.next(), "ready");
  pair.close_here();
  EXPECT_EQ(supervised.hear(), Supervised::Heard::Gone);
  EXPECT_FALSE(supervised.say("ready"));
}

TEST(Supervised, is_not_there_without_the_variable_and_refuses_a_wrong_one) {
  ::unsetenv("HOLDFAST_SUPERVISED");
  const auto none = Supervised::from_environment();
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none.value().has_value());
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  for (const std::string& value :
       {std::string(), std::string("3x"), std::string("-1"), std::string("0"), std::string("99999"),
        std::string("99999999999999999999"), std::to_string(ends[0])}) {
    ::setenv("HOLDFAST_SUPERVISED", value.c_str(), 1);
    const auto found = Supervised::from_environment();
    ASSERT_FALSE(found.ok()) << value;
    EXPECT_EQ(found.error().kind, ErrorKind::Invalid);
    EXPECT_EQ(std::getenv("HOLDFAST_SUPERVISED"), nullptr);
  }
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace holdfast::agent
