// A supervisor with its agent and its API as real processes, and everything that they say.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::agent {

struct Script {
  std::string agent = "tell:prepared await-go tell:ready wait";  // words of actor_words.h, joined by blanks
  std::vector<std::string> api = {"wait"};                       // words
  std::vector<std::string> command = {};                         // instead of an API that is an actor
  std::map<std::string, std::string> options = {};               // of the supervisor: {"--before", "true"}
  std::map<std::string, std::string> environment = {};           // PATH is there anyway
  std::vector<std::string> under = {};  // a program that starts the supervisor: unshare, a shell
  int descriptor = -1;                  // handed on to the supervisor, under the same number
  int terminal = -1;                    // its standard input
};

// The words of an actor as a command of /bin/sh.
std::string as_command(const std::string& name, const std::string& words);

class Stage {
 public:
  explicit Stage(const Script& script);
  ~Stage();  // kills the supervisor; its children then end by themselves
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // Waits until somebody has said a line that contains this, `times` times.
  testing::AssertionResult hears(const std::string& text, std::size_t times = 1);
  // Waits until whoever could say something is gone: nobody is left over.
  testing::AssertionResult falls_silent();
  std::size_t count(const std::string& text) const;
  // Where it was said first; fails the test when it was not.
  std::size_t place(const std::string& text) const;
  const std::vector<std::string>& lines() const { return lines_; }
  std::string all() const;

  pid_t process() const { return process_; }
  pid_t process_of(const std::string& who) const;  // "agent", "API": as the supervisor told, the newest
  void signal(int number) const;
  // Waits for the end: the exit code, 1000 + the signal that killed it, -1 when it does not end.
  int exit();

 private:
  bool read_some();

  pid_t process_ = -1;
  int said_ = -1;
  bool silent_ = false;
  std::string partial_;
  std::vector<std::string> lines_;
};

// A folder of its own, removed at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string script(const std::string& name, const std::string& text, bool executable = true) const;

 private:
  std::filesystem::path path_;
};

}  // namespace holdfast::agent
