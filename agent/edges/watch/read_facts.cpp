#include "agent/edges/watch/read_facts.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace holdfast::agent {
namespace {

std::int64_t nanoseconds(const struct statx_timestamp& time) {
  constexpr std::int64_t second = 1'000'000'000;
  return time.tv_sec * second + time.tv_nsec;
}

}  // namespace

FileFacts read_facts(const std::string& path, Freshness freshness) {
  struct statx about {};
  const int how = freshness == Freshness::Fresh ? AT_STATX_FORCE_SYNC : AT_STATX_SYNC_AS_STAT;
  FileFacts facts;
  if (::statx(AT_FDCWD, path.c_str(), how, STATX_BASIC_STATS | STATX_BTIME, &about) != 0) {
    facts.error = errno;
    return facts;
  }
  facts.device = std::uint64_t{about.stx_dev_major} << 32 | about.stx_dev_minor;
  facts.inode = about.stx_ino;
  if ((about.stx_mask & STATX_BTIME) != 0) facts.born_ns = nanoseconds(about.stx_btime);
  facts.modified_ns = nanoseconds(about.stx_mtime);
  facts.changed_ns = nanoseconds(about.stx_ctime);
  facts.size = about.stx_size;
  return facts;
}

}  // namespace holdfast::agent
