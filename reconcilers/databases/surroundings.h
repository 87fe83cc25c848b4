// What the world around a database tells about it: where it lies, and what was put down beside it. An interface with
// its consumer; agent/edges/host/ looks at files, tests and the simulation bring their own. One thread.
#pragma once

#include <optional>

#include "reconcilers/core/result.h"
#include "reconcilers/databases/marker.h"

namespace holdfast {

struct PlaceNow {
  bool there = false;  // false: `place` has only the host and the path
  Place place;
};

class Surroundings {
 public:
  virtual ~Surroundings() = default;

  // Looks anew each time; never opens the file. An Error: nobody can tell whether it is there.
  virtual Result<PlaceNow> look() = 0;
  // A file lies where `place` says, and it is that one. False where this cannot be seen from here.
  virtual bool is_there(const Place& place) = 0;

  // What remember() was last given, by this process or an earlier one. Nothing: there is none, or it is damaged.
  virtual Result<std::optional<Marker>> remembered() = 0;
  virtual Result<void> remember(const Marker& marker) = 0;
};

}  // namespace holdfast
