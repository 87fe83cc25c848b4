// Where a memory database can be made to fail: the simulation's hook. The database asks before each step and does what
// the answer says, exactly as a real engine would show it to a Store's user.
//
// Not thread-safe; called from the thread that uses the store. Not for production: without a plan nothing fails.
#pragma once

#include <cstdint>
#include <string_view>

namespace holdfast::stores {

enum class FaultPoint : std::uint8_t {
  Read,  // scan, fetch, find, count, inspect; also inside a transaction
  Begin,
  Write,  // insert, update, erase
  Commit,
};

enum class Fault : std::uint8_t {
  None,
  Busy,            // Transient "database is locked"; at Commit everything is rolled back
  Full,            // Terminal "disk is full"; inside a transaction it is rolled back
  InDoubtDone,     // Commit only: InDoubt, and it did happen
  InDoubtUndone,   // Commit only: InDoubt, and it did not
  ConnectionLost,  // Transient, now and for every later call of this connection; its transaction is rolled back
};

class FaultPlan {
 public:
  virtual ~FaultPlan() = default;
  // `connection` is the Store's name(). What makes no sense at a point counts as None.
  virtual Fault next(FaultPoint point, std::string_view connection) = 0;
};

}  // namespace holdfast::stores
