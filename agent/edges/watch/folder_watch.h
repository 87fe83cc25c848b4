// inotify on the folder of a database file: on the folder, because a watch on the file stays with a file that was
// renamed away.
//
// Where the path leads over links, their folders are watched as well, and each folder above for being moved itself.
// Other files in these folders are read over. Never opens the file (closing it would lose SQLite's locks). Not
// thread-safe, no threads, no clock. What inotify cannot see: writes by other hosts (file_system.h), a file system that
// is mounted over the folder later (holds() finds that), writes through another hard link.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agent/edges/watch/database_change.h"
#include "agent/edges/watch/inotify.h"
#include "agent/edges/watch/path_trail.h"
#include "reconcilers/core/result.h"

namespace holdfast::agent {

class FolderWatch {
 public:
  // Watches nothing yet. Fails as Inotify::open does.
  static Result<FolderWatch> open(std::string path);

  // Readable when read() has something to say; poll it, read nothing else from it. The same as long as the object
  // lives.
  int native_handle() const { return inotify_.native_handle(); }

  // Sets the watch, anew if there was one. Look at the database after it, not before. Transient when the folder is not
  // there (the file need not be) or when the path keeps changing; Terminal as Inotify::add. After an error nothing is
  // watched.
  Result<void> arm();
  bool armed() const { return armed_; }
  const PathTrail& trail() const { return trail_; }

  // What happened since the last call. After `lost` and `overflow` it has to be armed again; after `lost` it is not
  // armed.
  DatabaseChange read();

  // Whether the path still leads where the watch is.
  bool holds() const;

 private:
  // What a name in a watched folder means to us.
  enum class Role : std::uint8_t { Database, Wal, Journal, Link };
  struct Name {
    std::string name;
    Role role = Role::Database;
  };

  FolderWatch(Inotify inotify, std::string path) : inotify_(std::move(inotify)), path_(std::move(path)) {}
  Result<void> add_all(const PathTrail& trail);
  void remove_all();
  void note(const Inotify::Event& event, DatabaseChange& change) const;

  Inotify inotify_;
  std::string path_;
  PathTrail trail_;
  std::map<int, std::vector<Name>> watches_;  // names that count, by watch
  bool armed_ = false;
};

}  // namespace holdfast::agent
