// The watch of this folder as a worker knows it (agent/change_watch.h): events become what a worker does about them.
// One thread.
#pragma once

#include <string>

#include "agent/change_watch.h"
#include "agent/edges/watch/database_watch.h"

namespace holdfast::agent {

class FileChangeWatch final : public ChangeWatch {
 public:
  explicit FileChangeWatch(const std::string& path) : path_(path), watch_(path) { resolve(); }
  int native_handle() const override { return watch_.native_handle(); }
  Noticed read() override { return noticed(watch_.read()); }
  Noticed read_after_opening() override { return noticed(watch_.read_after_opening()); }
  bool polls() const override { return watch_.polls(); }
  Noticed poll() override { return noticed(watch_.poll()); }
  std::string describe() const override { return watch_.describe(); }
  bool writer_at_work() const override;

 private:
  Noticed noticed(const DatabaseChange& change) {
    if (change.beyond_commits()) resolve();
    return {change.database || change.wal || change.journal, change.beyond_commits()};
  }

  void resolve();

  std::string path_;
  std::string journal_;  // beside the real file, where the path is a link; it moves only with an event
  DatabaseWatch watch_;
};

}  // namespace holdfast::agent
