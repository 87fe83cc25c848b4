#include <poll.h>
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstring>
#include <memory>
#include <thread>

#include "agent/edges/system_clock.h"
#include "agent/edges/watch/file_change_watch.h"
#include "agent/edges/worker/worker.h"
#include "agent/main_host.h"
#include "reconcilers/stores/sqlite/sqlite_store.h"
#include "tests/bench/holdfast_side.h"
#include "tests/bench/measuring.h"
#include "tests/bench/mend_side.h"

namespace holdfast::bench {
namespace {

// What SQLite itself says about the worker's connection: when a COMMIT was over. One worker at a time.
std::atomic<std::int64_t> last_commit_ns{0};

int note_commit(unsigned, void*, void* statement, void*) {
  const char* sql = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
  if (sql != nullptr && std::strcmp(sql, "COMMIT") == 0) last_commit_ns = now_ns();
  return 0;
}

int trace_commits(sqlite3* database, const char**, const void*) {
  return sqlite3_trace_v2(database, SQLITE_TRACE_PROFILE, note_commit, nullptr);
}

// Tells only what the benchmark asks for; the real recorder takes some 100 ns for the same.
class Times final : public metrics::Recorder {
 public:
  explicit Times(int out) : out_(out) {}
  void know_database(const std::string&) override {}
  void know_set(const metrics::SetName&, const std::vector<std::string>&) override {}
  void forget_set(const metrics::SetName&) override {}
  void forget_database(const std::string&) override {}
  void run_ended(const metrics::SetName&, std::string_view, metrics::RunResult) override {}
  void run_took(const std::string&, std::chrono::nanoseconds) override {}
  void corrected(const metrics::SetName&, Action, Cause, std::uint64_t) override {}
  void detected(const std::string&, std::chrono::nanoseconds duration) override {
    mend_.seen_ns = now_ns();
    mend_.noticed_ns = mend_.seen_ns - duration.count();
    last_commit_ns = 0;
  }
  void healed(const std::string&, std::chrono::nanoseconds) override {
    mend_.done_ns = now_ns();
    mend_.committed_ns = last_commit_ns;
    if (write(out_, &mend_, sizeof mend_) != sizeof mend_) fail("nobody reads");
  }
  void set_state(const metrics::SetName&, const metrics::SetState&) override {}
  void database_state(const std::string&, const metrics::DatabaseState&) override {}
  void wiped(const std::string&, std::string_view, metrics::WallTime) override {}
  void documents_state(const metrics::DocumentsState&) override {}

 private:
  int out_;
  Mend mend_;
};

class Version final : public agent::DocumentsVersion {
 public:
  explicit Version(std::string document) : document_(std::move(document)) {}
  const std::string& revision() const override { return name_; }
  const std::string& digest() const override { return name_; }
  std::uint64_t bytes() const override { return document_.size(); }
  DesiredState decode(Diagnostics&) const override {
    DesiredState state = DocumentInMemory(document_, none_).decode_all();
    state.revision = state.digest = name_;
    return state;
  }
  std::string read_texts(const TextVisitor&) const override { return {}; }

 private:
  std::string document_, none_;
  std::string name_ = "bench";
};

class Agent {
 public:
  Agent(std::string path, int out) : path_(std::move(path)), out_(out), times_(out) {
    const std::string folder = path_.substr(0, path_.rfind('/'));
    version_ = std::make_shared<Version>(read_file(folder + "/rows.yaml"));
    loop_ = std::thread([this] { context_.run(); });
  }
  ~Agent() {
    worker_.reset();
    context_.stop();
    loop_.join();
  }

  void start() {
    worker_.reset();
    told_ = false;
    agent::WorkerOptions options{
        "bench",
        path_,
        clock_,
        times_,
        [this] {
          return stores::open_sqlite({"bench", path_, std::chrono::seconds(10)});
        },
        [this]() -> std::unique_ptr<agent::ChangeWatch> { return std::make_unique<agent::FileChangeWatch>(path_); },
        [this] { return agent::surroundings_of(path_, path_.substr(0, path_.rfind('/'))); },
        [this] { return agent::host_of(path_, no_child_); },
        [this](std::function<void()> work) { boost::asio::post(context_, std::move(work)); },
        [this](const agent::DatabaseStatus& status, const std::vector<agent::Event>&) { tell_ready(status); },
        1};
    worker_ = std::make_unique<agent::Worker>(std::move(options));
    worker_->start();
    Diagnostics none;
    worker_->take_documents(version_, agent::orders_of(version_->decode(none), "bench"));
  }

 private:
  void tell_ready(const agent::DatabaseStatus& status) {
    if (told_ || status.sets.empty() || !status.sets.front().decided) return;
    if (!status.sets.front().in_sync) fail("the agent's first run left something: " + status.error);
    told_ = true;
    const Mend ready;
    if (write(out_, &ready, sizeof ready) != sizeof ready) fail("nobody reads");
  }

  std::string path_;
  int out_;
  Times times_;
  agent::SystemClock clock_;
  const std::atomic<int> no_child_{0};
  std::shared_ptr<const Version> version_;
  std::atomic<bool> told_{false};
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{context_.get_executor()};
  std::thread loop_;
  std::unique_ptr<agent::Worker> worker_;
};

}  // namespace

void run_agent_mender(const std::string& path, int in, int out) {
  sqlite3_auto_extension(reinterpret_cast<void (*)()>(trace_commits));
  Agent agent(path, out);
  agent.start();
  for (char command = 0; read(in, &command, 1) == 1 && command == 'r';) agent.start();
}

}  // namespace holdfast::bench
