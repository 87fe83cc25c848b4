// A disk that turns read-only under a program that has its files open, as a kernel does it to a disk that fails
// (`mount` refuses that to a person): preloaded (LD_PRELOAD), it stands in front of the C library's calls that change
// files.
//
//   READ_ONLY_UNDER  only files in this folder count
//   READ_ONLY_WHILE  while this file is there, each of those calls fails with EROFS
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

template <typename Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool refused(std::string_view path) {
  static const std::string under = environment("READ_ONLY_UNDER"), file = environment("READ_ONLY_WHILE");
  if (under.empty() || path.substr(0, under.size()) != under) return false;
  const int before = errno;
  const bool now = ::access(file.c_str(), F_OK) == 0;
  errno = now ? EROFS : before;
  return now;
}

bool refused(int file) {
  char path[4096];
  char link[64];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t size = ::readlink(link, path, sizeof path);
  return size > 0 && refused(std::string_view(path, static_cast<std::size_t>(size)));
}

using Open = int(const char*, int, ...);

int open_with(Open* next, const char* path, int flags, mode_t mode) {
  const bool writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
  return writes && refused(std::string_view(path)) ? -1 : next(path, flags, mode);
}

// Only there where a file may be made.
mode_t mode_of(int flags, std::va_list& arguments) { return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0; }

ssize_t write_at(int file, const void* from, size_t size, off_t at) {
  static auto* const next = real<ssize_t(int, const void*, size_t, off_t)>("pwrite64");
  return refused(file) ? -1 : next(file, from, size, at);
}

int truncate_to(int file, off_t size) {
  static auto* const next = real<int(int, off_t)>("ftruncate64");
  return refused(file) ? -1 : next(file, size);
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  static auto* const next = real<Open>("open");
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_with(next, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  static auto* const next = real<Open>("open64");
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_with(next, path, flags, mode);
}

ssize_t pwrite64(int file, const void* from, size_t size, off_t at) { return write_at(file, from, size, at); }
ssize_t pwrite(int file, const void* from, size_t size, off_t at) { return write_at(file, from, size, at); }

ssize_t write(int file, const void* from, size_t size) {
  static auto* const next = real<ssize_t(int, const void*, size_t)>("write");
  return refused(file) ? -1 : next(file, from, size);
}

int ftruncate64(int file, off_t size) noexcept { return truncate_to(file, size); }
int ftruncate(int file, off_t size) noexcept { return truncate_to(file, size); }

int unlink(const char* path) noexcept {
  static auto* const next = real<int(const char*)>("unlink");
  return refused(std::string_view(path)) ? -1 : next(path);
}

int rename(const char* from, const char* to) noexcept {
  static auto* const next = real<int(const char*, const char*)>("rename");
  return refused(std::string_view(from)) ? -1 : next(from, to);
}

}  // extern "C"
