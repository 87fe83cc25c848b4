#include "agent/edges/watch/inotify.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace holdfast::agent {
namespace {

constexpr std::size_t buffer_bytes = 16384;  // on the stack: an agent may have thousands of these
// A queue of 16,384 events with the longest names is some 4.5 MB.
constexpr int most_buffers = 300;

Error failure(int code, const std::string& where) {
  switch (code) {
    case ENOENT: return {ErrorKind::Transient, "the folder is not there", where, "it is watched once it is"};
    case EACCES:
      return {ErrorKind::Terminal, "the folder may not be read", where, "give this user the right to read it"};
    case ENOSPC:
      return {ErrorKind::Terminal, "no more inotify watches", where, "raise fs.inotify.max_user_watches on the host"};
    case EMFILE:
      return {ErrorKind::Terminal, "no more inotify instances or descriptors", where,
              "raise fs.inotify.max_user_instances on the host, or the limit on open files"};
    default: return {ErrorKind::Terminal, "inotify failed: " + std::system_category().message(code), where, ""};
  }
}

}  // namespace

Result<Inotify> Inotify::open() {
  const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor < 0) return failure(errno, "inotify");
  return Inotify(descriptor);
}

Inotify::~Inotify() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<int> Inotify::add(const std::string& folder, std::uint32_t mask) {
  const int watch = ::inotify_add_watch(descriptor_, folder.c_str(), mask | IN_ONLYDIR | IN_MASK_ADD);
  if (watch < 0) return failure(errno, folder);
  return watch;
}

void Inotify::remove(int watch) {
  ::inotify_rm_watch(descriptor_, watch);  // EINVAL: it is gone already
}

bool Inotify::drain(const std::function<void(const Event&)>& visit) {
  alignas(inotify_event) std::array<char, buffer_bytes> buffer;
  for (int round = 0; round < most_buffers; ++round) {
    const ssize_t size = ::read(descriptor_, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return errno == EAGAIN;
    if (size == 0) return false;
    for (const char* at = buffer.data(); at < buffer.data() + size;) {
      inotify_event event{};
      std::memcpy(&event, at, sizeof event);
      const char* name = at + sizeof event;
      visit({event.wd, event.mask, {name, ::strnlen(name, event.len)}});
      at = name + event.len;
    }
  }
  return true;
}

}  // namespace holdfast::agent
