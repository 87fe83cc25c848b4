// The SQLite store: one connection to one database file.
//
// It never opens the file, -wal or -shm by other means than SQLite (that would drop SQLite's locks, TRAPS 14); stat
// only. It has no busy timeout: locks are waited for in short sleeps of its own. Reading never makes a writer wait more
// than 20 ms; a commit in rollback mode gives up after 50 ms of keeping new readers out, and is tried again by the
// caller.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "reconcilers/core/store.h"

namespace holdfast::stores {

struct SqliteOptions {
  std::string name;  // the Database document's
  std::string path;  // absolute, or relative to the current folder
  std::chrono::milliseconds lock_timeout = std::chrono::seconds(10);
  // Once true, no lock is waited for any longer: whoever asked for it is stopping. May be set by any thread.
  std::shared_ptr<const std::atomic<bool>> stopping = {};
};

// Opens the database. A file that is not there is no error yet (a setup may make it); its folder must exist. Terminal:
// it is a folder, is not SQLite's, is corrupt, cannot be read, or is UTF-16.
Result<std::unique_ptr<Store>> open_sqlite(const SqliteOptions& options);

// A mistake in a Database's setup text: the line within the text, from 1.
struct SetupMistake {
  std::uint32_t line = 1;
  std::string message;
  std::string hint;
};

// Checks a setup text without any database: only CREATE TABLE and CREATE INDEX … IF NOT EXISTS are allowed.
std::vector<SetupMistake> check_setup(const std::string& setup);

// "3.40.1", for `holdfast version`.
std::string sqlite_version();

}  // namespace holdfast::stores
