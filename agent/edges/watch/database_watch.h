// Notices that somebody may have changed a database: by events where they come, else by looking twice a second.
//
// It only wakes. What has changed is for the data version and the rows to say; see DatabaseChange for what each part
// means. Never opens a file. Not thread-safe, no threads, no clock: the caller's loop waits on the descriptor and keeps
// the pauses.
//
//   DatabaseWatch watch(path);       // first the watch, then the database: nothing falls in between
//   on native_handle() readable:     look(watch.read());
//   every poll_pause while polls():  look(watch.poll());
//   every 30 s or so otherwise:      look(watch.poll());  // finds what no event tells, as a mount over the folder
//   after each of these calls:       native_handle() may have come
//
// Looks have to go on for a while after the last event, also when one of them has seen a change: the event of the next
// commit may have been read before that commit was visible.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "agent/edges/watch/database_change.h"
#include "agent/edges/watch/folder_watch.h"
#include "agent/edges/watch/poll_watch.h"

namespace holdfast::agent {

class DatabaseWatch {
 public:
  static constexpr std::chrono::milliseconds poll_pause{500};

  // Never fails: where nothing can be watched it polls. A relative path counts from the working folder of each call.
  explicit DatabaseWatch(std::string path);

  // -1 while there is none. It comes once at most and then stays the same as long as the object lives, even while it
  // polls.
  int native_handle() const { return folder_ ? folder_->native_handle() : -1; }

  // What events have told since the last call; non-blocking. A watch that was lost is set anew here, or polls() is true
  // from now on.
  DatabaseChange read();

  // True: call poll() every poll_pause. On file systems of other hosts that is so beside the events.
  bool polls() const { return !why_.empty(); }
  // Compares the files' facts, looks whether the watch holds, and tries to set it where there is none: each time while
  // a folder is not there, each twentieth time where it cannot be watched.
  DatabaseChange poll();

  // To be called when this process has just opened or closed the database, before it looks at it: what has happened
  // until now, but for what opening and closing do to the -wal. Without it, somebody who opens anew because the -wal is
  // gone could do so for ever.
  DatabaseChange read_after_opening();

  // "events", or "polling: WHY".
  std::string describe() const { return polls() ? "polling: " + why_ : "events"; }

 private:
  bool arm();

  std::string path_;
  PollWatch facts_;
  std::optional<FolderWatch> folder_;
  std::string why_;        // empty: events tell of everything
  int polls_to_wait_ = 0;  // before the watch is tried again
};

}  // namespace holdfast::agent
