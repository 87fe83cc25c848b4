#include "desired-state/sources/folder_row_files.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "desired-state/sources/regular_file.h"

namespace holdfast::sources {
namespace {

namespace fs = std::filesystem;

constexpr const char* leaves = "leaves the document's folder";

// The path with every link followed; empty with errno when it leads nowhere.
std::string real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> found(::realpath(path.c_str(), nullptr), &std::free);
  return found ? std::string(found.get()) : std::string();
}

// Opens what lies under a folder, following no link: both were resolved before, and must still be what they were.
int open_beneath(const std::string& folder, const std::string& file) {
  const int base = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (base < 0) return base;
  constexpr int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  open_how how{};
  how.flags = flags;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  auto descriptor = static_cast<int>(::syscall(SYS_openat2, base, file.c_str(), &how, sizeof how));
  if (descriptor < 0 && (errno == ENOSYS || errno == EPERM)) {  // an old kernel, or a container that hides the call
    descriptor = ::openat(base, file.c_str(), flags | O_NOFOLLOW);
  }
  const int error = errno;
  ::close(base);
  errno = error;
  return descriptor;
}

}  // namespace

std::optional<std::string> FolderRowFiles::read(const std::string& document, const std::string& file,
                                                const std::function<bool(std::string_view)>& piece) {
  if (file.find('\0') != std::string::npos) return "is not the name of a file";
  const fs::path wanted(file);
  if (wanted.is_absolute()) return "must be relative to the document's folder";
  const fs::path plain = wanted.lexically_normal();
  if (plain.empty() || *plain.begin() == "..") return leaves;

  const std::string parent = fs::path(document).parent_path().string();
  const std::string folder = real_path(parent.empty() ? "." : parent);
  const std::string real = folder.empty() ? folder : real_path(folder + "/" + plain.string());
  if (real.empty()) return describe_errno(errno);
  const std::string inside = folder == "/" ? folder : folder + "/";
  if (real.compare(0, inside.size(), inside) != 0) return leaves;

  RegularFile opened(open_beneath(folder, real.substr(inside.size())));
  return opened.read(piece);
}

}  // namespace holdfast::sources
