#include "agent/edges/watch/database_watch.h"

#include <utility>

#include "agent/edges/watch/file_system.h"

namespace holdfast::agent {
namespace {

constexpr int polls_between_tries = 20;

}  // namespace

DatabaseWatch::DatabaseWatch(std::string path) : path_(std::move(path)), facts_(path_) { arm(); }

// Sets the watch and says in why_ what it does not tell of. True: it is set.
bool DatabaseWatch::arm() {
  const auto refused = [this](const Error& error) {
    why_ = error.what + " (" + error.where + ")";
    polls_to_wait_ = error.kind == ErrorKind::Transient ? 0 : polls_between_tries;
    return false;
  };
  if (!folder_) {
    Result<FolderWatch> opened = FolderWatch::open(path_);
    if (!opened) return refused(opened.error());
    folder_.emplace(std::move(opened).value());
  }
  if (Result<void> armed = folder_->arm(); !armed) return refused(armed.error());
  const std::string_view shared = shared_file_system_of(folder_->trail().folder);
  why_ = shared.empty() ? "" : "inotify does not see other hosts on " + std::string(shared);
  return true;
}

DatabaseChange DatabaseWatch::read() {
  if (!folder_) return {};
  DatabaseChange change = folder_->read();
  if (!change.lost && !change.overflow) return change;
  arm();
  // Whoever looks at everything now needs no second call to do it.
  facts_ = PollWatch(path_);
  change.lost = true;
  return change;
}

DatabaseChange DatabaseWatch::poll() {
  DatabaseChange change;
  const bool armed = folder_ && folder_->armed();
  if (armed && !folder_->holds()) {
    arm();
    change.lost = true;
  } else if (!armed && --polls_to_wait_ <= 0) {
    change.lost = arm();
  }
  // After the watch is set: nothing falls in between. Where events come once is enough: each time that something is
  // noticed a worker looks some hundred times.
  change |= facts_.poll(polls());
  return change;
}

DatabaseChange DatabaseWatch::read_after_opening() {
  DatabaseChange change = read();
  change |= poll();
  change.wal_gone = false;
  return change;
}

}  // namespace holdfast::agent
