#include "tests/stores/faulty_disk.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <new>
#include <string_view>

namespace holdfast::stores {
namespace {

// SQLite allocates szOsFile bytes: ours, then the real file's.
struct File {
  sqlite3_file base;
  const char* name;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
File* ours(sqlite3_file* file) { return reinterpret_cast<File*>(file); }

struct Fault {
  bool armed = false;
  DiskCall call = DiskCall::Read;
  int code = 0;
  std::string ending;
};
Fault fault;
sqlite3_vfs* real_vfs = nullptr;
sqlite3_vfs vfs;

int fails(File* file, DiskCall call) {
  if (!fault.armed || fault.call != call) return SQLITE_OK;
  const std::string_view name = file->name != nullptr ? file->name : "";
  return name.ends_with(fault.ending) ? fault.code : SQLITE_OK;
}

int close_file(sqlite3_file* file) { return ours(file)->real()->pMethods->xClose(ours(file)->real()); }
int read_file(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  if (const int code = fails(ours(file), DiskCall::Read)) return code;
  return ours(file)->real()->pMethods->xRead(ours(file)->real(), to, size, at);
}
int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  if (const int code = fails(ours(file), DiskCall::Write)) return code;
  return ours(file)->real()->pMethods->xWrite(ours(file)->real(), from, size, at);
}
int sync_file(sqlite3_file* file, int flags) {
  if (const int code = fails(ours(file), DiskCall::Sync)) return code;
  return ours(file)->real()->pMethods->xSync(ours(file)->real(), flags);
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  return ours(file)->real()->pMethods->xTruncate(ours(file)->real(), size);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return ours(file)->real()->pMethods->xFileSize(ours(file)->real(), size);
}
int lock(sqlite3_file* file, int level) { return ours(file)->real()->pMethods->xLock(ours(file)->real(), level); }
int unlock(sqlite3_file* file, int level) { return ours(file)->real()->pMethods->xUnlock(ours(file)->real(), level); }
int check_reserved(sqlite3_file* file, int* out) {
  return ours(file)->real()->pMethods->xCheckReservedLock(ours(file)->real(), out);
}
int control(sqlite3_file* file, int operation, void* argument) {
  return ours(file)->real()->pMethods->xFileControl(ours(file)->real(), operation, argument);
}
int sector_size(sqlite3_file* file) { return ours(file)->real()->pMethods->xSectorSize(ours(file)->real()); }
int characteristics(sqlite3_file* file) {
  return ours(file)->real()->pMethods->xDeviceCharacteristics(ours(file)->real());
}
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
  return ours(file)->real()->pMethods->xShmMap(ours(file)->real(), page, size, extend, memory);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return ours(file)->real()->pMethods->xShmLock(ours(file)->real(), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) { ours(file)->real()->pMethods->xShmBarrier(ours(file)->real()); }
int shm_unmap(sqlite3_file* file, int erase) {
  return ours(file)->real()->pMethods->xShmUnmap(ours(file)->real(), erase);
}

// Version 2: with shared memory for WAL, without memory-mapped reading.
const sqlite3_io_methods methods = {
    2,        close_file,  read_file,      write_file, truncate_file, sync_file,       file_size,
    lock,     unlock,      check_reserved, control,    sector_size,   characteristics, shm_map,
    shm_lock, shm_barrier, shm_unmap,      nullptr,    nullptr};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  File* made = new (file) File{};
  made->name = name;
  made->real()->pMethods = nullptr;
  const int code = real_vfs->xOpen(real_vfs, name, made->real(), flags, out_flags);
  made->base.pMethods = made->real()->pMethods != nullptr ? &methods : nullptr;
  return code;
}

}  // namespace

FaultyDisk::FaultyDisk() {
  real_vfs = sqlite3_vfs_find(nullptr);
  vfs = *real_vfs;
  vfs.zName = "faulty";
  vfs.szOsFile += static_cast<int>(sizeof(File));
  vfs.xOpen = open_file;
  fault = {};
  EXPECT_EQ(sqlite3_vfs_register(&vfs, 1), SQLITE_OK);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&vfs);
  sqlite3_vfs_register(real_vfs, 1);
}

void FaultyDisk::fail(DiskCall call, int code, std::string name_ending) {
  fault = {true, call, code, std::move(name_ending)};
}

void FaultyDisk::mend() { fault = {}; }

}  // namespace holdfast::stores
