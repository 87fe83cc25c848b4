// Incident 6: two API workers wrote at once, requests failed with "database is locked", and they went down to one
// worker.
//
// ./dev load measures it at full speed and in pairs; here are two workers at the pace of a real API, and none may fail.
#include <gmock/gmock.h>
#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

using Clock = std::chrono::steady_clock;

// An API's worker: a connection for each request, as Python's sqlite3 makes it.
class Worker {
 public:
  Worker(const std::string& database, int number) : database_(database), number_(number) {}

  // Until it is told to stop, and a dozen times at least.
  void work(const std::atomic<bool>& stop, std::chrono::milliseconds pace) {
    auto next = Clock::now();
    for (int asked = 0; asked < 12 || !stop; ++asked) {
      std::this_thread::sleep_until(next += pace);  // the pace of its requests
      request("INSERT INTO clicks (worker) VALUES (" + std::to_string(number_) + ")");
    }
  }
  int done() const { return done_; }
  const std::string& failure() const { return failure_; }

 private:
  void request(const std::string& sql) {
    sqlite3* connection = nullptr;
    int code = sqlite3_open_v2(database_.c_str(), &connection, SQLITE_OPEN_READWRITE, nullptr);
    sqlite3_busy_timeout(connection, 5000);  // Python's own
    if (code == SQLITE_OK) code = sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK && failure_.empty()) failure_ = sqlite3_errmsg(connection);
    done_ += code == SQLITE_OK ? 1 : 0;
    sqlite3_close(connection);
  }

  std::string database_;
  int number_;
  int done_ = 0;
  std::string failure_;
};

class Incident6 : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(JournalMode, Incident6, testing::Values("wal", "delete"));

TEST_P(Incident6, TwoWorkersNeverFailBesideTheAgent) {
  RunningAgent agent(GetParam());
  agent.sql("CREATE TABLE clicks (id INTEGER PRIMARY KEY, worker INTEGER)");
  agent.start();
  ASSERT_TRUE(eventually([&] { return agent.names() == "one,two,three"; })) << agent.log();
  Worker first(agent.database(), 1), second(agent.database(), 2);
  Worker* const workers[] = {&first, &second};
  std::atomic<bool> broken_all = false;
  std::vector<std::thread> threads;
  threads.reserve(2);
  for (Worker* worker : workers) {
    threads.emplace_back([&, worker] { worker->work(broken_all, std::chrono::milliseconds(40)); });
  }
  // Declared rows are broken all the while, less often each than what counts as a fight.
  for (int breaks = 0; breaks < 12; ++breaks) {
    agent.sql("UPDATE campaigns SET url = 'broken' WHERE id = " + std::to_string(breaks % 3 + 1));
    EXPECT_TRUE(eventually([&] { return agent.rows("SELECT count(*) FROM campaigns WHERE url = 'broken'") == "0"; }))
        << agent.log();
  }
  broken_all = true;
  for (std::thread& thread : threads) thread.join();
  for (const Worker* worker : workers) {
    EXPECT_EQ(worker->failure(), "");
    EXPECT_GT(worker->done(), 10);
  }
  EXPECT_EQ(agent.rows("SELECT count(*) FROM clicks"), std::to_string(first.done() + second.done()));
  EXPECT_EQ(agent.rows("SELECT count(*) FROM campaigns WHERE url = 'broken'"), "0");
}

}  // namespace
}  // namespace holdfast::agent
