#include "desired-state/sources/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

namespace holdfast::sources {

std::string describe_errno(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR: return "is not there";
    case EACCES:
    case EPERM: return "may not be read by this user";
    case ELOOP: return "is a link that leads in a circle";
    case ENAMETOOLONG: return "has too long a name";
    default: return "cannot be read: " + std::system_category().message(number);
  }
}

int RegularFile::open_path(const std::string& path) {
  // O_NONBLOCK: opening a pipe that nobody writes to would wait.
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

RegularFile::RegularFile(int descriptor) : descriptor_(descriptor) {
  struct stat status {};
  if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) {
    problem_ = describe_errno(errno);
  } else if (S_ISDIR(status.st_mode)) {
    problem_ = "is a folder";
  } else if (!S_ISREG(status.st_mode)) {
    problem_ = "is not a regular file";
  }
}

RegularFile::~RegularFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<std::string> RegularFile::read(const std::function<bool(std::string_view)>& piece) {
  if (!problem_.empty()) return problem_;
  constexpr std::size_t piece_bytes = std::size_t{1} << 20;
  std::vector<char> buffer(piece_bytes);
  while (true) {
    const ssize_t size = ::read(descriptor_, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return describe_errno(errno);
    if (size == 0 || !piece({buffer.data(), static_cast<std::size_t>(size)})) return std::nullopt;
  }
}

}  // namespace holdfast::sources
