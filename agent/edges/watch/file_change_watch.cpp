#include "agent/edges/watch/file_change_watch.h"

#include <sys/stat.h>

#include <ctime>

#include "agent/edges/watch/path_trail.h"

namespace holdfast::agent {
namespace {

// journal_mode=persist leaves it behind with its head zeroed; it cannot be told from outside, but it does not grow old.
bool is_kept(const struct stat& about) {
  struct timespec now = {};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec - about.st_mtim.tv_sec > 1;
}

}  // namespace

void FileChangeWatch::resolve() {
  const Result<PathTrail> trail = trail_of(path_);
  journal_ = (trail ? trail->file() : path_) + "-journal";
}

// There only while somebody writes, in the usual rollback mode; where it is kept between transactions its size tells.
bool FileChangeWatch::writer_at_work() const {
  struct stat about = {};
  return ::stat(journal_.c_str(), &about) == 0 && about.st_size > 0 && !is_kept(about);
}

}  // namespace holdfast::agent
