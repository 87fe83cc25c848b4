#include "agent/core/doctor/mount_table.h"

#include <algorithm>
#include <array>
#include <vector>

namespace holdfast::agent::doctor {
namespace {

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> found;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    if (end > 0) found.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return found;
}

// Blanks and the like are written as \040.
std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '7' ? text[at] - '0' : -1; };
    if (text[i] == '\\' && i + 3 < text.size() && digit(i + 1) >= 0 && digit(i + 2) >= 0 && digit(i + 3) >= 0) {
      plain += static_cast<char>(digit(i + 1) * 64 + digit(i + 2) * 8 + digit(i + 3));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

// "36 35 98:0 /root /point rw,noatime master:1 - ext3 /dev/root rw": the fields before the hyphen vary in number.
std::optional<Mount> read_line(std::string_view line) {
  const std::vector<std::string_view> fields = words(line);
  const auto hyphen = std::find(fields.begin(), fields.end(), "-");
  if (fields.size() < 7 || fields.end() - hyphen < 3) return std::nullopt;
  Mount mount;
  mount.root = unescaped(fields[3]);
  mount.point = unescaped(fields[4]);
  mount.read_only = fields[5] == "ro" || fields[5].substr(0, 3) == "ro,";
  mount.type = unescaped(*(hyphen + 1));
  mount.source = unescaped(*(hyphen + 2));
  return mount;
}

bool leads_to(std::string_view point, std::string_view path) {
  if (point == "/") return true;
  return path.substr(0, point.size()) == point && (path.size() == point.size() || path[point.size()] == '/');
}

template <std::size_t size>
bool one_of(std::string_view type, const std::array<std::string_view, size>& types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

}  // namespace

std::optional<Mount> find_mount(std::string_view mountinfo, std::string_view path) {
  std::optional<Mount> found;
  while (!mountinfo.empty()) {
    const std::size_t end = std::min(mountinfo.find('\n'), mountinfo.size());
    std::optional<Mount> mount = read_line(mountinfo.substr(0, end));
    mountinfo.remove_prefix(std::min(end + 1, mountinfo.size()));
    if (!mount || !leads_to(mount->point, path)) continue;
    if (!found || mount->point.size() >= found->point.size()) found = std::move(mount);
  }
  return found;
}

bool in_memory(const Mount& mount) {
  constexpr std::array<std::string_view, 3> types = {"tmpfs", "ramfs", "devtmpfs"};
  return one_of(mount.type, types);
}

bool layered(const Mount& mount) {
  constexpr std::array<std::string_view, 5> types = {"overlay", "overlayfs", "aufs", "fuse.fuse-overlayfs", "unionfs"};
  return one_of(mount.type, types);
}

bool over_a_network(const Mount& mount) {
  constexpr std::array<std::string_view, 14> types = {
      "nfs",       "nfs4",   "cifs",       "smb3",      "smbfs",       "ceph",           "afs",
      "glusterfs", "lustre", "fuse.sshfs", "fuse.s3fs", "fuse.rclone", "fuse.glusterfs", "fuse.gcsfuse"};
  return one_of(mount.type, types);
}

}  // namespace holdfast::agent::doctor
