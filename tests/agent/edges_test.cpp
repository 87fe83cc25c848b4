#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "agent/edges/log/log.h"
#include "agent/edges/standard_stream.h"
#include "agent/edges/system_clock.h"
#include "agent/edges/terminal_progress.h"

namespace holdfast::agent {
namespace {

class HandClock final : public Clock {
 public:
  Instant now() const override { return at; }
  std::chrono::system_clock::time_point wall() const override { return {}; }
  Instant at{};
};

TEST(Log, a_line_without_a_message_ends_with_its_reason) {
  HandClock clock;
  StringSink out;
  Log log(out, Style(false), Log::Form::Text, clock);
  log.line(EventLevel::Normal, "Stopping", "");
  log.line(EventLevel::Warning, "Pinned", "held\nback");
  EXPECT_THAT(out.text, testing::MatchesRegex("[^ ]+ Stopping\n[^ ]+ warning Pinned: held\\\\nback\n"));
}

TEST(TerminalProgress, shows_nothing_in_the_first_second_and_clears_its_line) {
  HandClock clock;
  StringSink terminal;
  TerminalProgress progress(terminal, clock);
  progress.show("reading campaigns", 10, 100);
  clock.at += std::chrono::milliseconds(999);
  progress.show("reading campaigns", 20, 100);
  progress.clear();
  EXPECT_EQ(terminal.text, "");
  clock.at += std::chrono::milliseconds(1);
  progress.show("reading campaigns", 120'000, 1'000'000);
  clock.at += std::chrono::milliseconds(50);
  progress.show("reading campaigns", 130'000, 1'000'000);  // too soon
  clock.at += std::chrono::milliseconds(50);
  progress.show("reading evil\x1b[2J", 5, 0);
  progress.clear();
  progress.clear();
  EXPECT_EQ(terminal.text, "\r\x1b[Kreading campaigns 120,000 of 1,000,000\r\x1b[Kreading evil\\x1b[2J 5\r\x1b[K");
}

class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe(ends_), 0); }
  ~Pipe() {
    close_reader();
    ::close(ends_[1]);
  }
  int writer() const { return ends_[1]; }
  void close_reader() {
    if (ends_[0] >= 0) ::close(ends_[0]);
    ends_[0] = -1;
  }
  std::string read(std::size_t bytes) {
    std::string text(bytes, '\0');
    const ssize_t got = ::read(ends_[0], text.data(), bytes);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }

 private:
  int ends_[2] = {-1, -1};
};

TEST(StandardStream, hands_on_what_is_written) {
  Pipe pipe;
  StandardStream stream(pipe.writer(), StandardStream::Buffering::Full);
  stream.write("one ");
  stream.write("two");
  stream.flush();
  EXPECT_TRUE(stream.ok());
  EXPECT_EQ(pipe.read(100), "one two");
  EXPECT_FALSE(stream.is_terminal());
}

TEST(StandardStream, a_closed_pipe_is_remembered_as_an_error) {
  ::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  pipe.close_reader();
  StandardStream stream(pipe.writer(), StandardStream::Buffering::Line);
  stream.write("text");
  EXPECT_FALSE(stream.ok());
  EXPECT_EQ(stream.failure(), "Broken pipe");
  stream.write("more");
  EXPECT_FALSE(stream.ok());
}

// One line that could not be written silenced the agent's log for the rest of its life.
TEST(StandardStream, a_line_that_is_lost_loses_no_later_one) {
  Pipe pipe;
  ASSERT_EQ(::fcntl(pipe.writer(), F_SETFL, O_NONBLOCK), 0);
  StandardStream stream(pipe.writer(), StandardStream::Buffering::Line);
  stream.write("first\n");
  const std::string much(1'000'000, 'x');
  stream.write(much + "\n");
  EXPECT_FALSE(stream.ok()) << "nobody reads the pipe";
  stream.write("lost\n");
  EXPECT_FALSE(stream.ok());
  const std::string there = pipe.read(much.size());
  EXPECT_LT(there.size(), much.size());
  EXPECT_TRUE(there.starts_with("first\nxxx"));
  stream.write("later\n");
  EXPECT_TRUE(stream.ok());
  EXPECT_EQ(pipe.read(100), "\nlater\n") << "on a line of its own";
  stream.write("last\n");
  EXPECT_EQ(pipe.read(100), "last\n");
}

TEST(StandardStream, a_full_disk_is_remembered_as_an_error) {
  const int full = ::open("/dev/full", O_WRONLY);
  ASSERT_GE(full, 0);
  StandardStream stream(full, StandardStream::Buffering::Full);
  stream.write("text");
  EXPECT_TRUE(stream.ok());  // still buffered
  stream.flush();
  EXPECT_FALSE(stream.ok());
  EXPECT_EQ(stream.failure(), "No space left on device");
  ::close(full);
}

TEST(SystemClock, never_goes_back) {
  const SystemClock clock;
  Clock::Instant last = clock.now();
  for (int i = 0; i < 1000; ++i) {
    const Clock::Instant next = clock.now();
    ASSERT_GE(next, last);
    last = next;
  }
  EXPECT_GT(clock.wall().time_since_epoch(), std::chrono::hours(24 * 365 * 50));
}

}  // namespace
}  // namespace holdfast::agent
