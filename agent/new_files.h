// Files that appear all together or not at all, and never in place of others.
#pragma once

#include <string>
#include <string_view>

#include "reconcilers/core/result.h"

namespace holdfast::agent {

class NewFiles {
 public:
  // Without finish() nothing is left behind.
  virtual ~NewFiles() = default;

  // The next file, one of the names that were said at the start; what is written goes there from now on.
  virtual Result<void> begin(const std::string& name) = 0;
  // What cannot be written is told by the next begin() or by finish().
  virtual void write(std::string_view text) = 0;
  // Gives all files their names. A failure leaves none of them behind; a file that somebody made meanwhile is one.
  virtual Result<void> finish() = 0;
};

}  // namespace holdfast::agent
