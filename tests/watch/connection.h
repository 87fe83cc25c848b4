// A connection of this process to a database that is watched, and a process that commits. SQLite must not be carried
// over a fork: make the process first.
#pragma once

#include <sqlite3.h>

#include <stdexcept>
#include <string>

namespace holdfast::agent {

class Connection {
 public:
  explicit Connection(const std::string& path) {
    if (sqlite3_open(path.c_str(), &handle_) != SQLITE_OK) throw std::runtime_error("cannot open " + path);
    sqlite3_busy_timeout(handle_, 10'000);
  }
  ~Connection() {
    sqlite3_finalize(counted_);
    sqlite3_close(handle_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void run(const std::string& statements) {
    if (sqlite3_exec(handle_, statements.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return;
    throw std::runtime_error(sqlite3_errmsg(handle_));
  }
  int number(const std::string& query) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(handle_, query.c_str(), -1, &statement, nullptr);
    const int found = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int(statement, 0) : -1;
    sqlite3_finalize(statement);
    return found;
  }
  // What the row that the committing process writes says now.
  int counted() {
    if (counted_ == nullptr) sqlite3_prepare_v2(handle_, "SELECT n FROM counter", -1, &counted_, nullptr);
    if (sqlite3_step(counted_) == SQLITE_ROW) last_ = sqlite3_column_int(counted_, 0);
    sqlite3_reset(counted_);
    return last_;
  }

 private:
  sqlite3* handle_ = nullptr;
  sqlite3_stmt* counted_ = nullptr;
  int last_ = 0;
};

}  // namespace holdfast::agent
