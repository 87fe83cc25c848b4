#include "agent/edges/watch/folder_watch.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <utility>

namespace holdfast::agent {
namespace {

constexpr int most_tries = 5;

constexpr std::uint32_t of_names = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;
constexpr std::uint32_t of_the_folder = IN_DELETE_SELF | IN_MOVE_SELF;
// Not IN_EXCL_UNLINK: on some layered file systems a file that is there can look unlinked, and a missed commit is worse
// than a look for nothing.
constexpr std::uint32_t of_files = of_names | of_the_folder | IN_MODIFY | IN_ATTRIB;

}  // namespace

Result<FolderWatch> FolderWatch::open(std::string path) {
  Result<Inotify> inotify = Inotify::open();
  if (!inotify) return inotify.error();
  return FolderWatch(std::move(inotify).value(), std::move(path));
}

Result<void> FolderWatch::arm() {
  for (int tries = 0; tries < most_tries; ++tries) {
    remove_all();
    Result<PathTrail> trail = trail_of(path_);
    if (!trail) return trail.error();
    if (Result<void> added = add_all(*trail); !added) {
      remove_all();
      return added;
    }
    // The way may have changed before it was watched.
    const Result<PathTrail> again = trail_of(path_);
    if (again && *again == *trail) {
      trail_ = std::move(*trail);
      armed_ = true;
      return {};
    }
  }
  remove_all();
  return Error{ErrorKind::Transient, "the path keeps changing", path_, "it is watched once it stays"};
}

Result<void> FolderWatch::add_all(const PathTrail& trail) {
  const Result<int> own = inotify_.add(trail.folder, of_files);
  if (!own) return own.error();
  watches_[*own] = {
      {trail.name, Role::Database}, {trail.name + "-wal", Role::Wal}, {trail.name + "-journal", Role::Journal}};
  for (const PathTrail::Link& link : trail.links) {
    const Result<int> watch = inotify_.add(link.folder, of_names | of_the_folder);
    if (!watch) return watch.error();
    watches_[*watch].push_back({link.name, Role::Link});
  }
  for (const PathTrail::Folder& folder : trail.folders) {
    // One that may be passed but not read cannot be watched; holds() sees when it was moved.
    if (::faccessat(AT_FDCWD, folder.path.c_str(), R_OK, AT_EACCESS) != 0) continue;
    const Result<int> watch = inotify_.add(folder.path, of_the_folder);
    if (!watch) return watch.error();
    watches_[*watch];
  }
  return {};
}

void FolderWatch::remove_all() {
  for (const auto& [watch, names] : watches_) inotify_.remove(watch);
  watches_.clear();
  armed_ = false;
}

void FolderWatch::note(const Inotify::Event& event, DatabaseChange& change) const {
  if ((event.mask & IN_Q_OVERFLOW) != 0) {
    change.overflow = true;
    return;
  }
  const auto watch = watches_.find(event.watch);
  if (watch == watches_.end()) return;  // of a watch that was removed
  if ((event.mask & (of_the_folder | IN_IGNORED | IN_UNMOUNT)) != 0) {
    change.lost = true;
    return;
  }
  for (const Name& name : watch->second) {
    if (name.name != event.name) continue;
    const bool written = (event.mask & IN_MODIFY) != 0;
    switch (name.role) {
      case Role::Database: (written ? change.database : change.structure) = true; break;
      case Role::Journal: change.journal = true; break;
      case Role::Wal:
        change.wal |= (event.mask & (IN_MODIFY | IN_CREATE)) != 0;
        change.wal_gone |= (event.mask & (IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)) != 0;
        break;
      case Role::Link: change.lost |= (event.mask & of_names) != 0; break;
    }
  }
}

DatabaseChange FolderWatch::read() {
  DatabaseChange change;
  const bool readable = inotify_.drain([&](const Inotify::Event& event) { note(event, change); });
  if (!readable && armed_) change.lost = true;
  // A link may stand now where the file was.
  if (armed_ && change.structure && !change.lost && !holds()) change.lost = true;
  if (change.lost) remove_all();
  return change;
}

bool FolderWatch::holds() const {
  if (!armed_) return false;
  const Result<PathTrail> now = trail_of(path_);
  return now && *now == trail_;
}

}  // namespace holdfast::agent
