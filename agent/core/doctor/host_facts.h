// What the machine tells about a database file, as plain values: agent/edges/host/ fills them, the checks of this
// folder judge them. Times are nanoseconds since 1970. Nobody opens the database to learn any of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::agent::doctor {

struct FileOwner {
  std::uint32_t user = 0;
  std::uint32_t group = 0;
  std::string name;  // of the user; its number where it has none
};

// The database, its folder, or one of its side files.
struct FileState {
  bool there = false;
  std::string error;  // why nobody can tell whether it is there; empty where somebody can
  bool regular = false;
  std::uint64_t inode = 0;
  std::uint64_t device = 0;
  std::uint64_t bytes = 0;
  std::int64_t born_ns = 0;  // 0: the file system does not tell
  std::int64_t modified_ns = 0;
  std::uint32_t mode = 0;  // permission bits
  FileOwner owner;
  bool may_read = false;   // this process
  bool may_write = false;  // this process
};

struct SideFile {
  std::string ending;  // "-wal", "-shm", "-journal"
  FileState file;
};

// A line of /proc/self/mountinfo.
struct Mount {
  std::string point;
  std::string type;    // "ext4", "overlay", "fuse.sshfs"
  std::string source;  // "/dev/vda", "overlay"
  std::string root;    // which folder of that source is mounted
  bool read_only = false;
};

enum class Platform : std::uint8_t { None, Railway, Fly, Render, Kubernetes };

// Where this process runs.
struct Host {
  std::string name;      // as the kernel has it
  std::string database;  // Place::host: empty where the name is another one after each start
  Platform platform = Platform::None;
  bool container = false;
  std::string container_sign;                    // why we think so: "/.dockerenv is there"
  std::map<std::string, std::string> variables;  // of platforms, those that are set and tell about volumes; no secrets
};

struct Space {
  std::uint64_t free_bytes = 0;  // for this user
  std::uint64_t total_bytes = 0;
  bool counts_files = false;  // the file system has a fixed number of them
  std::uint64_t free_files = 0;
};

// A file that a process has open.
struct OpenFile {
  std::int64_t process = 0;
  std::string program;
  std::string path;  // as that process calls it
  enum class Relation : std::uint8_t {
    Ours,      // the database, or one of its side files
    Former,    // had our path and has it no longer: deleted, or another file was put over it
    SameName,  // another file that is called the same
    Other,     // another database
  };
  Relation relation = Relation::Ours;
};

struct OpenFiles {
  std::vector<OpenFile> files;  // one for each process and path
  bool complete = true;         // false: the time was over, or there were too many
  std::uint64_t hidden = 0;     // processes that this user may not look into
};

struct HostFacts {
  Host host;
  std::string path;  // real, with links followed
  FileState file;
  FileState folder;
  std::vector<SideFile> side_files;  // those that are there
  std::optional<Mount> mount;        // that the folder lies on; nothing where it cannot be told
  std::optional<Space> space;
  OpenFiles open_files;
  std::uint32_t user = 0;  // that this process works as
  std::string user_name;
  std::int64_t now_ns = 0;
};

}  // namespace holdfast::agent::doctor
