#include "agent/edges/host/host_facts.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "agent/core/doctor/mount_table.h"
#include "agent/core/doctor/persistence.h"
#include "agent/edges/host/open_files.h"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_mount_bytes = std::size_t{4} << 20U;  // a node with thousands of pods has some of them

std::int64_t nanoseconds(const struct statx_timestamp& time) {
  return time.tv_sec * 1'000'000'000 + static_cast<std::int64_t>(time.tv_nsec);
}

std::string user_name(std::uint32_t user) {
  std::array<char, 4096> buffer;
  passwd found{};
  passwd* result = nullptr;
  if (getpwuid_r(user, &found, buffer.data(), buffer.size(), &result) == 0 && result != nullptr) return result->pw_name;
  return std::to_string(user);
}

bool there(const char* path) {
  struct stat about {};
  return stat(path, &about) == 0;
}

std::string mount_table() {
  std::ifstream in("/proc/self/mountinfo", std::ios::binary);
  std::string text;
  for (std::string line; text.size() < most_mount_bytes && std::getline(in, line);) text += line + "\n";
  return text;
}

std::optional<doctor::Space> space_of(const std::string& folder) {
  struct statvfs about {};
  if (statvfs(folder.c_str(), &about) != 0 || about.f_blocks == 0) return std::nullopt;
  doctor::Space space;
  const auto block = static_cast<std::uint64_t>(about.f_frsize);
  space.free_bytes = about.f_bavail * block;
  space.total_bytes = about.f_blocks * block;
  space.counts_files = about.f_files > 0;
  space.free_files = about.f_favail;
  return space;
}

std::string container_sign(const Environment& environment) {
  if (there("/.dockerenv")) return "/.dockerenv is there";
  if (there("/run/.containerenv")) return "/run/.containerenv is there";
  if (environment("KUBERNETES_SERVICE_HOST")) return "KUBERNETES_SERVICE_HOST is set";
  if (const auto root = doctor::find_mount(mount_table(), "/"); root && doctor::layered(*root)) {
    return "/ is " + root->type;
  }
  if (environment("container")) return "container is set";
  return {};
}

}  // namespace

std::string real_path(const std::string& path) {
  std::error_code unknown;
  const fs::path absolute = fs::absolute(path, unknown).lexically_normal();
  const fs::path found = fs::weakly_canonical(absolute, unknown);
  return unknown ? absolute.string() : found.string();
}

doctor::FileState look_at_file(const std::string& path) {
  doctor::FileState state;
  struct statx about {};
  if (statx(AT_FDCWD, path.c_str(), 0, STATX_BASIC_STATS | STATX_BTIME, &about) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) state.error = std::strerror(errno);
    return state;
  }
  state.there = true;
  state.regular = S_ISREG(about.stx_mode);
  state.inode = about.stx_ino;
  state.device = makedev(about.stx_dev_major, about.stx_dev_minor);
  state.bytes = about.stx_size;
  if ((about.stx_mask & STATX_BTIME) != 0) state.born_ns = nanoseconds(about.stx_btime);
  state.modified_ns = nanoseconds(about.stx_mtime);
  state.mode = about.stx_mode & 07777U;
  state.owner = {about.stx_uid, about.stx_gid, user_name(about.stx_uid)};
  // As the effective user, and where the mount itself is read-only.
  state.may_read = faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) == 0;
  state.may_write = faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0;
  return state;
}

doctor::Host look_at_machine(const Environment& environment) {
  doctor::Host host;
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) == 0) host.name = name.data();
  for (const doctor::PlatformVariable& one : doctor::platform_variables()) {
    const std::optional<std::string> value = environment(one.name);
    if (!value || value->empty()) continue;
    if (host.platform == doctor::Platform::None) host.platform = one.platform;
    host.variables[std::string(one.name)] = *value;
  }
  host.container_sign = container_sign(environment);
  host.container = !host.container_sign.empty();
  host.database = doctor::lasting_name(host);
  return host;
}

doctor::HostFacts look_at_place(const HostQuery& query) {
  doctor::HostFacts facts;
  facts.host = look_at_machine(query.environment);
  facts.path = real_path(query.path);
  facts.file = look_at_file(facts.path);
  const std::string folder = fs::path(facts.path).parent_path().string();
  facts.folder = look_at_file(folder);
  for (const char* ending : {"-wal", "-shm", "-journal"}) {
    doctor::FileState side = look_at_file(facts.path + ending);
    if (side.there) facts.side_files.push_back({ending, std::move(side)});
  }
  facts.mount = doctor::find_mount(mount_table(), facts.path);
  facts.space = space_of(folder);
  facts.user = geteuid();
  facts.user_name = user_name(facts.user);
  facts.now_ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  return facts;
}

doctor::HostFacts look_at_host(const HostQuery& query) {
  doctor::HostFacts facts = look_at_place(query);
  facts.open_files = find_open_files({facts.path, facts.file, query.at_most, std::nullopt});
  return facts;
}

}  // namespace holdfast::agent
