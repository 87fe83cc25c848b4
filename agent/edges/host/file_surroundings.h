// Surroundings of a database that is a file: where it lies by statx, and a small file of JSON for what is remembered.
//
// That file lies in the state folder where there is one, else beside the database as NAME.holdfast. It is replaced as a
// whole, by a rename. The database itself is never opened. One thread.
#pragma once

#include <string>

#include "reconcilers/databases/surroundings.h"

namespace holdfast::agent {

struct FileSurroundingsOptions {
  std::string path;          // of the database, as its URL has it
  std::string host;          // Place::host; see doctor::lasting_name
  std::string state_folder;  // empty: beside the database. It must be there.
};

class FileSurroundings final : public Surroundings {
 public:
  explicit FileSurroundings(const FileSurroundingsOptions& options);

  Result<PlaceNow> look() override;
  bool is_there(const Place& place) override;
  Result<std::optional<Marker>> remembered() override;
  Result<void> remember(const Marker& marker) override;

  const std::string& memory_file() const { return memory_file_; }

 private:
  std::string path_;
  std::string host_;
  std::string memory_file_;
};

}  // namespace holdfast::agent
