// Documents from files and folders: what -f names.
#pragma once

#include "desired-state/sources/folder_row_files.h"
#include "desired-state/sources/source.h"

namespace holdfast::sources {

// Each path is a file, or a folder: then every *.yaml and *.yml in it, sorted by name, not recursive, names that begin
// with a dot left out. A file that is named twice is read once. A path that is not there, and a folder without such a
// file, are errors: documents that vanish must not look like documents that say nothing.
class FileSource : public Source {
 public:
  explicit FileSource(std::vector<std::string> paths, std::size_t most_bytes = DecodeLimits{}.yaml_bytes)
      : paths_(std::move(paths)), most_bytes_(most_bytes) {}

  Snapshot read(Diagnostics& diagnostics) override;
  RowFileOpener& row_files() override { return row_files_; }

 private:
  std::vector<std::string> paths_;
  std::size_t most_bytes_;
  FolderRowFiles row_files_;
};

}  // namespace holdfast::sources
