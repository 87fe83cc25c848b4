// A file system in memory of a few hundred kilobytes, where this user may mount one.
#pragma once

#include <sys/mount.h>

#include <fstream>
#include <string>

#include "tests/agent/program.h"

namespace holdfast::agent {

class SmallDisk {
 public:
  explicit SmallDisk(const std::string& size = "600k")
      : mounted_(::mount("holdfast-test", path().c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0) {}
  ~SmallDisk() {
    if (mounted_) ::umount2(path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  const std::filesystem::path& path() const { return folder_.path(); }

  // Until nothing more fits.
  void fill() const {
    std::ofstream filler(filler_path(), std::ios::binary | std::ios::app);
    for (const std::size_t size : {4096u, 512u, 1u}) {
      while (filler.write(std::string(size, 'x').data(), static_cast<std::streamsize>(size)).flush()) continue;
      filler.clear();
    }
  }
  void make_room() const { std::filesystem::remove(filler_path()); }
  bool read_only(bool yes) const {
    return ::mount("holdfast-test", path().c_str(), "tmpfs", (yes ? MS_REMOUNT | MS_RDONLY : MS_REMOUNT), nullptr) == 0;
  }

 private:
  std::string filler_path() const { return (path() / "filler").string(); }

  ScratchFolder folder_;
  bool mounted_;
};

}  // namespace holdfast::agent
