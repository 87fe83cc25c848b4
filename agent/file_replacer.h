// Puts edited texts in place of files: what `accept` needs of the world.
#pragma once

#include <span>
#include <string>

#include "reconcilers/core/result.h"

namespace holdfast::agent {

struct Replacement {
  std::string path;      // as -f or rowsFrom names it; links are followed
  std::string document;  // the real file must lie in this document's folder, or below it
  std::string before;    // what was read; another content is a refusal
  std::string after;
};

class FileReplacer {
 public:
  virtual ~FileReplacer() = default;
  // Each file is either as before or as wanted at any instant, a crash included. Nothing is written unless all of them
  // can be; should one fail after others were put in place, the error names those.
  virtual Result<void> replace(std::span<const Replacement> files) = 0;
};

}  // namespace holdfast::agent
