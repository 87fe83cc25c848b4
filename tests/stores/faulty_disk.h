// A disk that fails on demand: SQLite's own file layer with a fault in front of it, for every file opened while it
// lives. Real SQLite, real files; only the result of one kind of call is changed. One at a time, one thread.
#pragma once

#include <string>

namespace holdfast::stores {

enum class DiskCall { Read, Write, Sync };

class FaultyDisk {
 public:
  FaultyDisk();   // becomes SQLite's default
  ~FaultyDisk();  // every connection opened meanwhile must be closed
  FaultyDisk(const FaultyDisk&) = delete;

  // From now on such calls on files whose name ends so ("" for all) give `code` instead of doing anything.
  void fail(DiskCall call, int code, std::string name_ending = "");
  void mend();
};

}  // namespace holdfast::stores
