// Decides when a change of files is taken: once nothing about them has moved for a while. A file that is half written
// is still growing, a checkout of many files is still going on.
//
// Pure: what the files are and what time it is come in. One thread. Keeps three copies of the set, which the caller
// bounds. Times may not go back; one that does counts as the latest seen.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "agent/core/file_facts.h"

namespace holdfast::agent {

using FileSet = std::map<std::string, FileFacts>;  // by path; one that should be there and is not has its error

class QuietFiles {
 public:
  using Time = std::chrono::steady_clock::time_point;

  enum class State : std::uint8_t {
    Same,      // as it was when it was last taken
    Changing,  // something has changed; look again at look_again()
    Settled,   // something has changed, and is quiet: take it now. Told once
  };

  // `taken` is what the caller has read, or is about to read.
  explicit QuietFiles(FileSet taken, std::chrono::milliseconds quiet_for = std::chrono::milliseconds(200));

  // Somebody wrote to one of the files: a change even where no fact shows it.
  void touch(Time now);
  // The files as they are now.
  State see(FileSet files, Time now);

  // A file counts from now on, and was taken as it is here; one that counts already is left alone.
  void add(const std::string& path, const FileFacts& facts);
  // A file does not count any more. That is no change.
  void remove(const std::string& path);

  // When to see the files again, even if nobody says that they were touched. Not set: nothing is under way.
  std::optional<Time> look_again() const;
  // Since when something is under way that was not taken. A file that is written for ever is never taken.
  std::optional<Time> changing_since() const { return changing_since_; }

 private:
  void moved(Time now);

  const std::chrono::milliseconds quiet_for_;
  FileSet taken_;
  FileSet latest_;
  bool touched_ = false;
  Time last_move_;
  Time now_;
  std::optional<Time> changing_since_;
};

}  // namespace holdfast::agent
