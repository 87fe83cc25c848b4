// Runs the built `holdfast` as a user does, and looks at databases as the application would.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace holdfast::agent {

// A folder of its own for one test, removed at the end.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const;  // the file's path
  std::vector<std::string> names() const;                                     // what is in it, sorted

 private:
  std::filesystem::path path_;
};

struct Finished {
  int exit = -1;  // the exit code; 1000 + the signal that killed it
  std::string out;
  std::string err;
};

// A process under way; the destructor kills it.
class Program {
 public:
  struct Options {
    std::filesystem::path folder;                    // its working folder; empty: the test's
    std::map<std::string, std::string> environment;  // nothing else is passed on
    std::string out_file;                            // stdout goes there instead, for /dev/full
  };

  explicit Program(const std::vector<std::string>& arguments) : Program(arguments, Options()) {}
  Program(const std::vector<std::string>& arguments, const Options& options);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t process() const { return process_; }
  void signal(int number) const;
  // True once the process has `file` open; waits for it, false if the process ended before.
  bool has_opened(const std::filesystem::path& file);
  Finished finish();
  std::string err() const;  // what it has written so far

 private:
  pid_t process_ = -1;
  ScratchFolder streams_;
};

Finished run(const std::vector<std::string>& arguments, const Program::Options& options = Program::Options());

// Statements in a connection of its own, as another process makes it.
void execute(const std::string& database, const std::string& sql);
// The rows of a query: columns joined by '|', rows by line feeds; null is "NULL".
std::string query(const std::string& database, const std::string& sql);
// The whole database as text, values by type and bytes: equal dumps, equal databases.
std::string dump(const std::string& database);

// Holds a write lock as long as it lives.
class WriteLock {
 public:
  explicit WriteLock(const std::string& database);
  ~WriteLock();
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;

 private:
  void* connection_ = nullptr;
};

}  // namespace holdfast::agent
