// What a worker knows of the machine that its database lies on: the file system under it, and what the application that
// this program started has open. Implemented in the composition root. One thread; never opens the database.
#pragma once

#include "agent/core/status.h"

namespace holdfast::agent {

class DatabaseHost {
 public:
  virtual ~DatabaseHost() = default;
  // Fills in all that is not the database's own to tell. Takes some milliseconds at most. True: the application has not
  // been seen with this database yet; look again within seconds.
  virtual bool look(DatabaseHealth& health) = 0;
};

}  // namespace holdfast::agent
