// What a worker knows of whatever notices changes to its database. One thread. Implemented by agent/edges/watch; it
// only wakes.
#pragma once

#include <string>

namespace holdfast::agent {

struct Noticed {
  bool commit = false;  // somebody may have committed: look at the data version, and again for a while
  bool beyond = false;  // the file may be another one, or events were lost: open anew and look at everything
  bool any() const { return commit || beyond; }
};

class ChangeWatch {
 public:
  virtual ~ChangeWatch() = default;
  virtual int native_handle() const = 0;  // readable when read() has something to say; -1: there is none (yet)
  virtual Noticed read() = 0;             // what was noticed since the last call; never waits
  // The same after we have closed or opened the database, without what that made the watch say.
  virtual Noticed read_after_opening() = 0;
  virtual bool polls() const = 0;  // true: poll() has to be called twice a second
  virtual Noticed poll() = 0;
  virtual std::string describe() const = 0;  // "events", or "polling: WHY"
  // A writer of a database in a rollback mode is at work: looking now could make it fail.
  virtual bool writer_at_work() const = 0;
};

}  // namespace holdfast::agent
