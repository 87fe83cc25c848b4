// Which file systems do not tell of all changes: others write to them from other hosts, and inotify sees this host
// only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::agent {

// The name of a network or user-space file system ("NFS", "CIFS", "FUSE", "9p"); empty for all others. `type` is f_type
// of statfs.
std::string_view shared_file_system(std::int64_t type);

// The same for the file system that a path lies on; empty where that cannot be told.
std::string_view shared_file_system_of(const std::string& path);

}  // namespace holdfast::agent
