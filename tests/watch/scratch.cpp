#include "tests/watch/scratch.h"

#include <linux/magic.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

std::string base(Place place) {
  if (place == Place::Disk) return testing::TempDir();
  struct statfs about {};
  const bool memory = ::statfs("/dev/shm", &about) == 0 && about.f_type == TMPFS_MAGIC;
  return memory ? "/dev/shm/" : testing::TempDir();
}

void put(const std::string& path, const std::string& text, std::ios::openmode how) {
  std::ofstream out(path, how);
  out << text;
  out.close();
  if (!out) throw std::runtime_error("cannot write " + path);
}

}  // namespace

Scratch::Scratch(Place place) : path_(base(place) + "holdfast-watch-XXXXXX") {
  if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no folder for the test");
}
Scratch::~Scratch() {
  std::error_code error;
  fs::remove_all(path_, error);
}

std::string name_of(const testing::TestParamInfo<Place>& info) {
  return info.param == Place::Disk ? "on_disk" : "in_memory";
}

void write(const std::string& path, const std::string& text) { put(path, text, std::ios::trunc); }
void append(const std::string& path, const std::string& text) { put(path, text, std::ios::app); }

std::string shell(const std::string& command) {
  FILE* out = ::popen(("set -e; " + command).c_str(), "re");
  if (out == nullptr) throw std::runtime_error("no shell");
  std::string text;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), out)) text.append(buffer.data(), size);
  const int code = ::pclose(out);
  if (code != 0) throw std::runtime_error("failed: " + command);
  return text;
}

std::string sql(const std::string& database, const std::string& statements) {
  const Scratch scratch(Place::Disk);
  write(scratch / "in", statements);
  return shell("sqlite3 -bail '" + database + "' < '" + scratch / "in" + "'");
}

std::string in_child(const std::function<std::string()>& function) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    std::string said;
    try {
      said = function();
    } catch (const std::exception& error) {
      said = error.what();
    }
    [[maybe_unused]] const ssize_t written = ::write(ends[1], said.data(), said.size());
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t size = 0; (size = ::read(ends[0], buffer.data(), buffer.size())) > 0;) text.append(buffer.data(), size);
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0 ? text : "the process ended with " + std::to_string(status);
}

bool own_namespace() {
  const std::string user = "0 " + std::to_string(::geteuid()) + " 1", group = "0 " + std::to_string(::getegid()) + " 1";
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  try {
    write("/proc/self/uid_map", user);
    write("/proc/self/setgroups", "deny");
    write("/proc/self/gid_map", group);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

bool set_own_limit(const std::string& name, int value) {
  try {
    write("/proc/sys/user/" + name, std::to_string(value));
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

bool readable(int descriptor, Clock::time_point deadline) {
  pollfd one{descriptor, POLLIN, 0};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    const int ready = ::poll(&one, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready > 0 || left <= 0) return ready > 0;
  }
}
bool readable_now(int descriptor) { return readable(descriptor, Clock::now()); }

int unread_bytes(int descriptor) {
  int bytes = 0;
  ::ioctl(descriptor, FIONREAD, &bytes);
  return bytes;
}

}  // namespace holdfast::agent
