// A database file in a folder of its own, looked after by a witness, as an agent would do it.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "agent/edges/host/file_surroundings.h"
#include "reconcilers/core/state.h"
#include "reconcilers/databases/database_witness.h"
#include "reconcilers/stores/sqlite/sqlite_store.h"
#include "tests/databases/print.h"

namespace holdfast::databases_test {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error("unexpected error: " + to_string(result.error()));
  return std::move(result).value();
}
inline void must(Result<void> result) {
  if (!result) throw std::runtime_error("unexpected error: " + to_string(result.error()));
}

// Time that a test moves.
class TestClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  std::chrono::system_clock::time_point wall() const override {
    return std::chrono::system_clock::time_point(now_.time_since_epoch());
  }
  void pass(std::chrono::milliseconds time) { now_ += time; }

 private:
  Instant now_ = Instant(std::chrono::hours(500'000));
};

class RealFileTest : public testing::Test {
 protected:
  RealFileTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no scratch folder");
    folder_ = std::filesystem::canonical(pattern);
  }
  ~RealFileTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::string file(const std::string& name) const { return (folder_ / name).string(); }
  std::string path() const { return file("popup.db"); }

  // As the application does it, in a connection of its own.
  static void run(const std::string& path, const std::string& sql) {
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open(path.c_str(), &raw);
    const std::unique_ptr<sqlite3, int (*)(sqlite3*)> connection(raw, sqlite3_close);
    char* message = nullptr;
    if (opened != SQLITE_OK || sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, &message) != SQLITE_OK) {
      throw std::runtime_error(sql + ": " + (message ? message : sqlite3_errmsg(raw)));
    }
  }
  // The application's tables, with rows.
  static void make(const std::string& path) {
    run(path,
        "CREATE TABLE IF NOT EXISTS campaigns (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);"
        "INSERT INTO campaigns (name) VALUES ('Hulu'), ('Paramount'), ('Hotsheets')");
  }

  // A new start of the agent: all that it knew of is forgotten.
  struct Agent {
    Agent(const std::string& path, const Clock& clock, const std::string& host = "machine",
          const std::string& state = "")
        : surroundings({path, host, state}), witness(surroundings, clock, [this] { return fresh(); }), path_(path) {}
    DatabaseVerdict judge() {
      Result<std::unique_ptr<Store>> opened = stores::open_sqlite({"popup", path_, std::chrono::milliseconds(50)});
      if (!opened) return must(witness.judge_unopened(opened.error()));
      store = std::move(*opened);
      return must(witness.judge(*store, tables));
    }
    // What the first run with an enforced set does before it writes.
    void make_state() { must(State::open(*store, true)); }
    void note() { must(witness.note(*store, tables, {})); }
    std::string fresh() const { return path_ + "#" + std::to_string(++ids); }

    agent::FileSurroundings surroundings;
    DatabaseWitness witness;
    std::unique_ptr<Store> store;
    std::vector<std::string> tables = {"campaigns"};
    std::string path_;
    static inline int ids = 0;
  };

  // Starts, judges, notes and ends.
  DatabaseVerdict look_after(const std::string& path, const std::string& host = "machine",
                             const std::string& state = "") {
    Agent agent(path, clock_, host, state);
    const DatabaseVerdict verdict = agent.judge();
    if (agent.store && verdict.may_write && std::filesystem::exists(path)) {
      agent.make_state();
      agent.note();
    }
    return verdict;
  }
  VerdictKind judge(const std::string& path, const std::string& host = "machine", const std::string& state = "") {
    return Agent(path, clock_, host, state).judge().kind;
  }

  void copy(const std::string& from, const std::string& to) const {
    std::filesystem::copy_file(file(from), file(to), std::filesystem::copy_options::overwrite_existing);
  }

  TestClock clock_;
  std::filesystem::path folder_;
};

}  // namespace holdfast::databases_test
