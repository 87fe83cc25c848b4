#include "agent/edges/watch/poll_watch.h"

#include <utility>

#include "agent/edges/watch/path_trail.h"
#include "agent/edges/watch/read_facts.h"

namespace holdfast::agent {
namespace {

constexpr int looks_after_a_change = 5;  // at two a second: longer than the coarsest clock's tick

FileFacts facts_of(const std::string& path) { return read_facts(path, Freshness::Fresh); }

// SQLite has its side files beside the file that a link leads to.
std::string wal_of(const std::string& path) {
  const Result<PathTrail> trail = trail_of(path);
  return (trail ? trail->file() : path) + "-wal";
}

bool written(const FileFacts& before, const FileFacts& now) {
  return before.modified_ns != now.modified_ns || before.size != now.size;
}

}  // namespace

PollWatch::PollWatch(std::string path)
    : path_(std::move(path)), database_(facts_of(path_)), wal_(facts_of(wal_of(path_))) {}

DatabaseChange PollWatch::poll(bool again) {
  const FileFacts database = facts_of(path_);
  const FileFacts wal = facts_of(wal_of(path_));
  DatabaseChange change;
  if (database != database_) {
    if (same_file(database, database_)) {
      change.database = written(database_, database);
      change.structure = !change.database;  // rights, or a copy over it that kept the time
    } else {
      change.structure = true;
    }
  }
  if (wal != wal_) {
    change.wal = wal.exists();
    change.wal_gone = wal_.exists() && !same_file(wal, wal_);
  }
  if (change.any()) {
    looks_left_ = looks_after_a_change;
  } else if (again && looks_left_ > 0) {
    --looks_left_;
    change.database = database.exists();
    change.wal = wal.exists();
  }
  database_ = database;
  wal_ = wal;
  return change;
}

}  // namespace holdfast::agent
