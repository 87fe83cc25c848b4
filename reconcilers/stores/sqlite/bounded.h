// Reading that ends: for statements that somebody else has written, or that look through a whole table.
//
// A statement under a Bounds is broken off (SQLITE_INTERRUPT) when its time is over, and gives way when it has read for
// a while and somebody wants to write: in the rollback modes a reader keeps every commit waiting (in WAL mode no writer
// shows there). The hooks are the connection's, one Bounds at a time: taken back however it ends.
#pragma once

#include <chrono>

#include "reconcilers/stores/sqlite/connection.h"

namespace holdfast::stores {

class Bounds {
 public:
  enum class Allow : std::uint8_t { ReadingOnly, Everything };

  Bounds(Connection& connection, std::chrono::milliseconds at_most, Allow allow);
  ~Bounds();
  Bounds(const Bounds&) = delete;

  // Steps to the first row or the end; begins anew, after a pause, each time it has given way and there is time left.
  int first_step(const Prepared& statement);

  bool denied() const { return denied_; }  // the statement would do more than read
  bool gave_way() const { return ever_gave_way_; }
  bool out_of_time() const { return std::chrono::steady_clock::now() >= deadline_; }

 private:
  using Instant = std::chrono::steady_clock::time_point;

  void start();
  static int look(void* self);

  sqlite3* database_;
  sqlite3_file* file_ = nullptr;
  bool denied_ = false;
  bool gave_way_ = false;
  bool ever_gave_way_ = false;
  Instant deadline_;
  Instant undisturbed_until_;
};

}  // namespace holdfast::stores
