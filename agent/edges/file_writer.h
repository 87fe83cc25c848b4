// Replaces files of the file system, atomically each.
#pragma once

#include "agent/file_replacer.h"

namespace holdfast::agent {

// A temporary file beside the real one (its name begins with a dot, so that -f FOLDER never reads it), fsync, rename,
// fsync of the folder. The mode stays, owner and group where this user may set them. One thread.
class FileWriter final : public FileReplacer {
 public:
  Result<void> replace(std::span<const Replacement> files) override;
};

}  // namespace holdfast::agent
