// Notices changes of a database by comparing facts of its file and -wal, for where no events come. Not thread-safe.
#pragma once

#include <string>

#include "agent/core/file_facts.h"
#include "agent/edges/watch/database_change.h"

namespace holdfast::agent {

class PollWatch {
 public:
  // Begins with the files as they are now.
  explicit PollWatch(std::string path);

  // What has changed since the last call. Some calls after a change say once more that something was written: a write
  // within the same tick of the file system's clock, up to 2 s long, leaves the same facts. Two calls to statx; on a
  // network file system they ask the server. Not so without `again`: for whoever has events of such writes.
  DatabaseChange poll(bool again = true);

 private:
  std::string path_;
  FileFacts database_;
  FileFacts wal_;
  int looks_left_ = 0;  // of those that follow a change
};

}  // namespace holdfast::agent
