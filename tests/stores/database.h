// What the tests of the SQLite store share: a database file in a folder of its own, somebody else's connection to it,
// and short ways to write through a Store. One thread, but for Other, which may be used on another one.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "reconcilers/stores/sqlite/sqlite_store.h"

namespace holdfast::stores {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error("unexpected error: " + to_string(result.error()));
  return std::move(result).value();
}
inline void must(Result<void> result) {
  if (!result) throw std::runtime_error("unexpected error: " + to_string(result.error()));
}

// The message of a result that must be an error, or "no error".
template <class T>
std::string message(const Result<T>& result) {
  return result ? "no error" : to_string(result.error());
}

// A connection of somebody else's. It does not wait for locks unless it is told to.
class Other {
 public:
  explicit Other(const std::string& path);
  ~Other();
  Other(const Other&) = delete;

  void wait_for_locks(std::chrono::milliseconds time) { sqlite3_busy_timeout(handle_, static_cast<int>(time.count())); }
  void run(const std::string& sql);         // a failure is one of the test
  int code(const std::string& sql);         // the primary result code
  std::string ask(const std::string& sql);  // rows by newline, columns by |

 private:
  sqlite3* handle_ = nullptr;
};

// A folder that goes with the test.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

class DatabaseTest : public testing::Test {
 protected:
  // Runs these statements as somebody else, who leaves the file then.
  void make(const std::string& sql) { Other(path()).run(sql); }
  std::string ask(const std::string& sql) { return Other(path()).ask(sql); }

  std::string path() const { return folder_.file("popup.db"); }
  // The error's text with the path of the file written as popup.db and that of its folder as FOLDER.
  std::string plain(std::string text) const;

  Result<std::unique_ptr<Store>> try_open(
      std::chrono::milliseconds lock_timeout = std::chrono::milliseconds(20)) const {
    return open_sqlite({"popup", path(), lock_timeout});
  }
  Store& store();
  void close() { store_.reset(); }

  // Looks at the schema anew.
  std::shared_ptr<const Table> table(const std::string& name);
  Schema schema(const std::vector<std::string>& names) { return must(store().inspect(names, std::nullopt)); }
  std::unique_ptr<Transaction> begin(const std::string& name);

  using Cells = std::vector<std::pair<std::string, Value>>;
  static std::vector<Assignment> assign(const Table& table, const Cells& cells);

  Folder folder_;

 private:
  std::unique_ptr<Store> store_;
};

// "insert t - -> 1 @0": kind, table, locator before and after, depth.
std::string describe(const Touch& touch);
std::string describe_touches(const Transaction& transaction);

}  // namespace holdfast::stores
