// Seen -> mended: this process breaks one of 12 rows as an API would, another one mends it. The raw program, the raw
// program with a journal and Holdfast's worker have a database each and take turns; what each tells of its own mend
// is printed, in seconds, and the whole way from the writer's COMMIT to theirs.
//
// G11 holds a row that is corrected six times within a minute: each agent sees every row broken four times at most, in
// an order that chance makes, and is then replaced by another one.
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string_view>
#include <vector>

#include "tests/bench/campaign_rows.h"
#include "tests/bench/measuring.h"
#include "tests/bench/mend_side.h"
#include "tests/bench/raw_sqlite.h"

namespace holdfast::bench {
namespace {

constexpr int breaks_a_row = 4;  // that one agent sees
constexpr int patience_ms = 10'000;

const std::array<MendMode, 3> modes = {
    {{"WAL, NORMAL", "WAL", "NORMAL"}, {"WAL, FULL", "WAL", "FULL"}, {"rollback journal", "DELETE", "FULL"}}};

void make_database(const std::string& path, const MendMode& mode) {
  remove_database(path);
  RawDatabase database(path, true);
  database.execute("PRAGMA journal_mode = " + mode.journal);
  database.execute(std::string(create_table));
  insert_all(database, PackedRows(mended_rows));
}

// A process that mends, and the database that it looks after.
class Side {
 public:
  using Run = std::function<void(const std::string& path, int in, int out)>;

  Side(std::string name, const std::filesystem::path& folder, const std::filesystem::path& documents,
       const MendMode& mode, const Run& run)
      : name_(std::move(name)), path_((folder / "live.db").string()) {
    std::filesystem::create_directories(folder);
    std::filesystem::copy_file(documents, folder / "rows.yaml", std::filesystem::copy_options::overwrite_existing);
    make_database(path_, mode);
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (pipe(in.data()) != 0 || pipe(out.data()) != 0) fail("no pipe");
    process_ = fork();
    if (process_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      close(in[1]);
      close(out[0]);
      run(path_, in[0], out[1]);
      std::_Exit(0);
    }
    close(in[0]);
    close(out[1]);
    commands_ = in[1];
    mends_ = out[0];
  }
  ~Side() {
    if (write(commands_, "q", 1) != 1) fail(name_ + " is gone");  // processes forked later have the pipe as well
    close(commands_);
    writer_.reset();
    waitpid(process_, nullptr, 0);
    close(mends_);
  }
  Side(const Side&) = delete;

  const std::string& name() const { return name_; }

  // Once no other process is to be forked: a connection must not be taken along.
  void open(const MendMode& mode) {
    wait();
    writer_.emplace(path_);
    writer_->execute("PRAGMA synchronous = " + mode.synchronous);
    writer_->wait_for_locks();
    look_ = std::make_unique<RawStatement>(*writer_, "SELECT offer_id FROM campaigns WHERE id = ?1");
  }

  void replace() {
    if (write(commands_, "r", 1) != 1) fail("the agent is gone");
    wait();
  }

  // Breaks a row, and waits for its mend; when the break was committed, too.
  Mend break_row(std::int64_t row, std::int64_t& written_ns) {
    writer_->execute("UPDATE campaigns SET offer_id = 'broken' WHERE id = " + std::to_string(row));
    written_ns = now_ns();
    const Mend mend = wait();
    sqlite3_bind_int64(look_->handle(), 1, row);
    if (!look_->step()) fail("a row is gone");
    const auto* offer = reinterpret_cast<const char*>(sqlite3_column_text(look_->handle(), 0));
    if (offer == nullptr || offer != wanted_offer(row)) fail(name_ + " has not mended row " + std::to_string(row));
    look_->reset();
    return mend;
  }

 private:
  Mend wait() const {
    pollfd one{mends_, POLLIN, 0};
    Mend mend;
    if (poll(&one, 1, patience_ms) != 1 || read(mends_, &mend, sizeof mend) != sizeof mend) {
      fail(name_ + " has not mended " + path_);
    }
    return mend;
  }

  std::string name_, path_;
  pid_t process_ = -1;
  int commands_ = -1;
  int mends_ = -1;
  std::optional<RawDatabase> writer_;
  std::unique_ptr<RawStatement> look_;
};

double seconds(std::int64_t from, std::int64_t to) { return static_cast<double>(to - from) * 1e-9; }

struct Sample {
  double seen_to_committed, seen_to_done, written_to_done;
};

void print(const std::string& what, int round, const std::vector<std::unique_ptr<Side>>& sides,
           const std::vector<Sample>& samples, double Sample::*which) {
  std::printf(R"({"what": "%s", "rows": 12, "round": %d, "seconds": {)", what.c_str(), round);
  for (std::size_t i = 0; i < sides.size(); ++i) {
    std::printf(R"(%s"%s": %.9f)", i == 0 ? "" : ", ", sides[i]->name().c_str(), samples[i].*which);
  }
  std::printf("}}\n");
}

void measure(const MendMode& mode, const std::filesystem::path& folder, int rounds) {
  const std::filesystem::path documents = folder / "rows.yaml";
  const auto place = [&](const char* side) { return folder / "mend" / mode.name / side; };
  std::vector<std::unique_ptr<Side>> sides;
  for (const bool journal : {false, true}) {
    const char* name = journal ? "raw, journal" : "raw";
    sides.push_back(std::make_unique<Side>(
        name, place(name), documents, mode,
        [&](const std::string& path, int in, int out) { run_raw_mender(path, mode, journal, in, out); }));
  }
  sides.push_back(std::make_unique<Side>("holdfast", place("holdfast"), documents, mode, run_agent_mender));
  for (const auto& side : sides) side->open(mode);

  std::mt19937 chance(1);
  std::vector<std::int64_t> deck;
  for (int round = 0; round < rounds; ++round) {
    if (deck.empty()) {
      if (round > 0) sides.back()->replace();
      for (std::int64_t row = 1; row <= mended_rows; ++row) deck.insert(deck.end(), breaks_a_row, row);
      std::shuffle(deck.begin(), deck.end(), chance);
    }
    std::vector<Sample> samples;
    for (const auto& side : sides) {
      usleep(static_cast<useconds_t>(20'000 + chance() % 40'000));
      std::int64_t written = 0;
      const Mend mend = side->break_row(deck.back(), written);
      samples.push_back({seconds(mend.seen_ns, mend.committed_ns), seconds(mend.seen_ns, mend.done_ns),
                         seconds(written, mend.committed_ns)});
    }
    deck.pop_back();
    print("mend seen " + mode.name, round, sides, samples, &Sample::seen_to_committed);
    print("mend done " + mode.name, round, sides, samples, &Sample::seen_to_done);
    print("mend written " + mode.name, round, sides, samples, &Sample::written_to_done);
  }
  std::fflush(stdout);
}

}  // namespace
}  // namespace holdfast::bench

int main(int count, char** arguments) {
  using namespace holdfast::bench;
  if (count < 3) fail("usage: mend_bench FOLDER ROUNDS [MODE]");
  std::signal(SIGPIPE, SIG_IGN);
  for (const MendMode& mode : modes) {
    if (count > 3 && mode.name != arguments[3]) continue;
    measure(mode, arguments[1], std::atoi(arguments[2]));
  }
  return 0;
}
