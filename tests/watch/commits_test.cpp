// BUDGETS: 100,000 commits by another process, none missed. In the first test the other process waits after each commit
// until it was seen, so that each one has to be noticed by its own event; in the second it writes as fast as it can,
// and the last one has to be noticed.
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>
#include <optional>
#include <ostream>

#include "agent/edges/watch/file_change_watch.h"
#include "agent/edges/worker/settle.h"
#include "tests/tier.h"
#include "tests/watch/connection.h"
#include "tests/watch/scratch.h"

namespace holdfast::agent {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

struct Mode {
  const char* name;
  const char* journal;
  const char* synchronous;
  int quick, full;  // commits
};
void PrintTo(const Mode& mode, std::ostream* out) { *out << mode.name; }

// Another process: counts a row up to `commits`; after each it waits for a byte if it is to keep step.
class Counter {
 public:
  Counter(const std::string& path, const Mode& mode, int commits, bool keep_step) {
    if (::pipe2(go_.data(), O_CLOEXEC) != 0 || ::pipe2(done_.data(), O_CLOEXEC) != 0)
      throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ == 0) {
      ::close(go_[1]);
      ::close(done_[0]);
      ::_exit(count(path, mode, commits, keep_step) ? 0 : 1);
    }
    ::close(go_[0]);
    ::close(done_[1]);
  }
  ~Counter() {
    ::close(go_[1]);
    ::close(done_[0]);
    int status = 0;
    ::waitpid(process_, &status, 0);
    EXPECT_EQ(status, 0) << "the other process failed";
  }
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  void go() const { EXPECT_EQ(::write(go_[1], "g", 1), 1); }
  int ended() const { return done_[0]; }  // closed: it has committed everything

 private:
  bool count(const std::string& path, const Mode& mode, int commits, bool keep_step) const {
    char byte = 0;
    if (::read(go_[0], &byte, 1) != 1) return false;
    try {
      Connection writer(path);
      writer.run(std::string("PRAGMA journal_mode = ") + mode.journal + "; PRAGMA synchronous = " + mode.synchronous);
      for (int i = 0; i < commits; ++i) {
        writer.run("UPDATE counter SET n = n + 1");
        if (keep_step && ::read(go_[0], &byte, 1) != 1) return false;
      }
    } catch (const std::exception&) {
      return false;
    }
    return true;
  }

  std::array<int, 2> go_{};
  std::array<int, 2> done_{};
  pid_t process_ = -1;
};

// As a worker does it (agent/edges/worker/worker.cpp), with the worker's own watch and pauses: an event, a look, and
// more looks with growing pauses until long after the last event, also when one of them has seen something: the events
// of the next commit may have been read before that commit was visible.
class Looker {
 public:
  explicit Looker(const std::string& path) : path_(path), watch_(path) { open(); }

  // One wait and what follows from it. False when nothing has happened for so long that no look is due any more.
  bool step(microseconds longest) {
    const auto until_due = due_ ? std::chrono::ceil<microseconds>(*due_ - Clock::now()) : longest;
    if (wait(std::clamp(until_due, microseconds(0), longest))) {
      const Noticed noticed = watch_.read();
      if (!noticed.any()) return true;
      if (noticed.beyond) {
        open();
        (void)watch_.read_after_opening();
      }
      settle_.begin(Clock::now());
      look();
    } else if (due_ && Clock::now() >= *due_) {
      look();
    }
    return due_.has_value();
  }
  int seen() const { return seen_; }
  std::string describe() const { return watch_.describe(); }

 private:
  void open() { connection_ = std::make_unique<Connection>(path_); }

  void look() {
    if (!watch_.writer_at_work()) seen_ = connection_->counted();
    const auto now = Clock::now();
    const auto pause = settle_.next_pause(now);
    due_ = pause ? std::optional(now + *pause) : std::nullopt;
  }

  // True: there is an event.
  bool wait(microseconds time) const {
    pollfd one{watch_.native_handle(), POLLIN, 0};
    const timespec span{time.count() / 1'000'000, time.count() % 1'000'000 * 1000};
    return ::ppoll(&one, 1, &span, nullptr) > 0;
  }

  std::string path_;
  FileChangeWatch watch_;
  Settle settle_;
  std::unique_ptr<Connection> connection_;
  std::optional<Clock::time_point> due_;  // the next look; none: it has been looked at for long enough
  int seen_ = 0;
};

class CommitsTest : public testing::TestWithParam<Mode> {
 protected:
  CommitsTest() {
    sql(path_, std::string("PRAGMA journal_mode = ") + GetParam().journal +
                   "; CREATE TABLE counter (n); INSERT INTO counter VALUES (0);");
  }
  int commits_ = by_tier(GetParam().quick, GetParam().full);
  Scratch scratch_;
  std::string path_ = scratch_ / "popup.db";
};
INSTANTIATE_TEST_SUITE_P(Modes, CommitsTest,
                         testing::Values(Mode{"wal_normal", "WAL", "NORMAL", 5'000, 100'000},
                                         Mode{"wal_full", "WAL", "FULL", 300, 5'000},
                                         Mode{"rollback", "DELETE", "FULL", 150, 2'000},
                                         Mode{"rollback_off", "DELETE", "OFF", 2'000, 100'000}),
                         [](const auto& mode) { return mode.param.name; });

TEST_P(CommitsTest, EachOneIsNoticed) {
  const Counter other(path_, GetParam(), commits_, true);
  Looker looker(path_);
  other.go();
  for (int commit = 1; commit <= commits_; ++commit) {
    const auto deadline = Clock::now() + std::chrono::seconds(20);
    while (looker.seen() < commit && Clock::now() < deadline) looker.step(milliseconds(500));
    ASSERT_EQ(looker.seen(), commit) << "a commit was missed";
    other.go();
  }
  EXPECT_EQ(looker.describe(), "events");
}

TEST_P(CommitsTest, TheLastOfAStormIsNoticed) {
  const Counter other(path_, GetParam(), commits_, false);
  Looker looker(path_);
  other.go();
  const auto deadline = Clock::now() + std::chrono::minutes(10);
  while (!readable_now(other.ended()) && Clock::now() < deadline) looker.step(milliseconds(50));
  // All is committed. What was not seen yet has an event that was not read, or an event whose looks are not over.
  while (looker.seen() < commits_ && looker.step(microseconds(0))) continue;
  EXPECT_EQ(looker.seen(), commits_) << "the last commit was missed";
  EXPECT_EQ(looker.describe(), "events");
}

}  // namespace
}  // namespace holdfast::agent
