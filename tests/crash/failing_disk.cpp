// A disk that fails or dies under a program that knows nothing of it: preloaded (LD_PRELOAD), it stands in front of the
// C library's calls that change files.
//
//   FAILING_UNDER  only files in this folder count
//   FAILING_AT     the number of the call that it happens to; 1 is the first, 0 none
//   FAILING_HOW    kill: the process ends instead of the call (SIGKILL)
//                  torn: half of a write gets done, then the process ends
//                  once: the call fails with EIO; the ones after it work
//                  gone: this call and all after it fail with EIO
//                  full: from this call on nothing grows any more: ENOSPC
//   FAILING_COUNT  a file that gets the number of calls when the program ends by itself
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

enum class How { Kill, Torn, Once, Gone, Full };

struct Plan {
  std::string under;
  long at = 0;
  How how = How::Kill;
  const char* count = nullptr;
};

const Plan& plan() {
  static const Plan made = [] {
    Plan read;
    const auto text = [](const char* name) {
      const char* value = std::getenv(name);
      return std::string(value != nullptr ? value : "");
    };
    read.under = text("FAILING_UNDER");
    read.at = std::strtol(text("FAILING_AT").c_str(), nullptr, 10);
    const std::string how = text("FAILING_HOW");
    if (how == "torn") read.how = How::Torn;
    if (how == "once") read.how = How::Once;
    if (how == "gone") read.how = How::Gone;
    if (how == "full") read.how = How::Full;
    read.count = std::getenv("FAILING_COUNT");
    return read;
  }();
  return made;
}

std::atomic<long> calls = 0;

template <typename Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool counts(std::string_view path) {
  const std::string& under = plan().under;
  return !under.empty() && path.substr(0, under.size()) == under;
}

bool counts(int file) {
  char path[4096];
  char link[64];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t size = ::readlink(link, path, sizeof path);
  return size > 0 && counts(std::string_view(path, static_cast<std::size_t>(size)));
}

[[noreturn]] void die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

// What becomes of the next call: 0 to let it through, or the errno that it fails with. `grows`: it needs room;
// `half`: does half of it.
template <typename Half>
int judge(bool grows, const Half& half) {
  const long number = ++calls;
  const Plan& chosen = plan();
  if (chosen.at == 0 || number < chosen.at) return 0;
  switch (chosen.how) {
    case How::Kill: die();
    case How::Torn: half(); die();
    case How::Once: return number == chosen.at ? EIO : 0;
    case How::Gone: return EIO;
    case How::Full: return grows ? ENOSPC : 0;
  }
  return 0;
}

int judge(bool grows) {
  return judge(grows, [] {});
}

bool beyond_end(int file, off_t end) {
  struct stat status = {};
  return ::fstat(file, &status) == 0 && end > status.st_size;
}

ssize_t write_at(int file, const void* from, size_t size, off_t at) {
  static auto* const next = real<ssize_t(int, const void*, size_t, off_t)>("pwrite64");
  if (!counts(file)) return next(file, from, size, at);
  errno = judge(beyond_end(file, at + static_cast<off_t>(size)), [&] { (void)next(file, from, size / 2, at); });
  return errno == 0 ? next(file, from, size, at) : -1;
}

int sync_with(const char* name, int file) {
  auto* const next = real<int(int)>(name);
  if (!counts(file)) return next(file);
  errno = judge(false);
  return errno == 0 ? next(file) : -1;
}

int truncate_to(int file, off_t size) {
  static auto* const next = real<int(int, off_t)>("ftruncate64");
  if (!counts(file)) return next(file, size);
  errno = judge(beyond_end(file, size));
  return errno == 0 ? next(file, size) : -1;
}

__attribute__((destructor)) void write_count() {
  if (plan().count == nullptr) return;
  if (std::FILE* const file = std::fopen(plan().count, "w")) {
    std::fprintf(file, "%ld", calls.load());
    std::fclose(file);
  }
}

}  // namespace

extern "C" {

ssize_t pwrite64(int file, const void* from, size_t size, off_t at) { return write_at(file, from, size, at); }
ssize_t pwrite(int file, const void* from, size_t size, off_t at) { return write_at(file, from, size, at); }

ssize_t write(int file, const void* from, size_t size) {
  static auto* const next = real<ssize_t(int, const void*, size_t)>("write");
  if (!counts(file)) return next(file, from, size);
  errno = judge(true, [&] { (void)next(file, from, size / 2); });
  return errno == 0 ? next(file, from, size) : -1;
}

int fsync(int file) { return sync_with("fsync", file); }
int fdatasync(int file) { return sync_with("fdatasync", file); }
int ftruncate64(int file, off_t size) noexcept { return truncate_to(file, size); }
int ftruncate(int file, off_t size) noexcept { return truncate_to(file, size); }

int unlink(const char* path) noexcept {
  static auto* const next = real<int(const char*)>("unlink");
  if (!counts(std::string_view(path))) return next(path);
  errno = judge(false);
  return errno == 0 ? next(path) : -1;
}

}  // extern "C"
