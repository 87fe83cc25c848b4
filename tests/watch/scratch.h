// What the tests of watching share: a folder of their own on a disk or in memory, other processes, and waiting for a
// descriptor with a deadline.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>

namespace holdfast::agent {

using Clock = std::chrono::steady_clock;

// A folder that goes with the test. Which kind of file system it lies on is what events may depend on.
enum class Place { Disk, Memory };
class Scratch {
 public:
  explicit Scratch(Place place = Place::Disk);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// Tests that run on both kinds.
class OnEachPlace : public testing::TestWithParam<Place> {
 protected:
  Scratch scratch{GetParam()};
};
std::string name_of(const testing::TestParamInfo<Place>& info);

void write(const std::string& path, const std::string& text);
void append(const std::string& path, const std::string& text);

// A command of the shell, to its end; it must succeed. What it writes to stdout.
std::string shell(const std::string& command);
// Statements by the sqlite3 shell: another process that opens the database, does this, and closes it.
std::string sql(const std::string& database, const std::string& statements);

// What a function says that runs in a process of its own, for what must not happen to this one. An exception is its
// text.
std::string in_child(const std::function<std::string()>& function);
// Makes the (single-threaded) process root of a user namespace of its own, in which limits and mounts are its own.
// False where the system does not allow that.
bool own_namespace();
bool set_own_limit(const std::string& name, int value);  // user.NAME of sysctl

bool readable(int descriptor, Clock::time_point deadline);
bool readable_now(int descriptor);
int unread_bytes(int descriptor);

}  // namespace holdfast::agent
