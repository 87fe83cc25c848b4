// What the file system says of a file without anybody opening it, as a value to compare. Pure.
//
// Facts that differ: something has happened. Facts that are equal prove little: two writes within one tick of the file
// system's clock (4 ms on older kernels, 2 s on FAT) leave the same times.
#pragma once

#include <cstdint>

namespace holdfast::agent {

struct FileFacts {
  int error = 0;  // errno of the look, ENOENT when the file is not there; everything below is then 0
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t born_ns = 0;      // since 1970; 0 where the file system does not keep it
  std::int64_t modified_ns = 0;  // anybody may set this one, as `cp -p` does
  std::int64_t changed_ns = 0;   // and nobody this one: writes, rights, links, renames
  std::uint64_t size = 0;

  bool exists() const { return error == 0; }
  friend bool operator==(const FileFacts&, const FileFacts&) = default;
};

// Both are there and are one file, whatever was written to it. Inodes are reused at once, hence the birth.
inline bool same_file(const FileFacts& one, const FileFacts& other) {
  return one.exists() && other.exists() && one.device == other.device && one.inode == other.inode &&
         one.born_ns == other.born_ns;
}

}  // namespace holdfast::agent
