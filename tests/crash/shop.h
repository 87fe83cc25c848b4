// A database with something of everything that a run changes at once, its documents, and the built program at work on
// it: what it holds before a run, what after it, and whether the journal explains what it holds now.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/agent/program.h"

namespace holdfast::agent {

// What is to be cut: the very first run, which makes the journal's tables as well; any later one; taking one back.
enum class Job { FirstApply, Apply, Undo };

// Where a job was cut off: between two of its transactions is only where one that was split can be.
enum class Where { Before, Between, After };

// How a job was found. What it changes, a few dozen rows, is one transaction, unless batch_time goes by under the lock
// before they are written. That takes milliseconds: it does go by where the machine is busy with something else, which
// can happen to any run, but hardly to the same case so often in a row. Then it is the program that splits its work.
struct Found {
  Where where = Where::Before;
  bool split = false;  // it has committed more than one transaction, or one that was not all of it
};
constexpr int most_splits = 10;  // of one case, in a row

class Shop {
 public:
  // `journal_mode` is SQLite's. The database lies in a folder of its own.
  Shop(Job job, const std::string& journal_mode);

  // The database as it was before the job, whatever happened to it.
  void reset() const;
  std::vector<std::string> job() const;  // the program's arguments
  Program::Options options(std::map<std::string, std::string> environment = {}) const;
  // The job until its end, by a program that nothing happens to.
  Finished run(std::map<std::string, std::string> environment = {}) const;

  std::string database() const { return data_ / "shop.db"; }
  std::string folder() const { return data_.path().string(); }
  const std::string& before() const { return before_; }
  const std::string& after() const { return after_; }
  std::string contents() const;  // all tables but the journal's

  // What is wrong after the job was cut off; empty when nothing is: the database is sound, before the job, after it or
  // between two of its transactions, its journal takes it exactly to where it came from, and the next run finishes what
  // is left. Whether it may have had two transactions is for the caller to judge, by trying again.
  std::string wrong(Found& found) const;

 private:
  void put(const std::string& file) const;  // in the place of the database
  Finished holdfast(const std::vector<std::string>& arguments) const;
  std::string undone() const;    // contents() after the last run is taken back; the error when it could not be
  std::string finished() const;  // contents() after the job was run once more

  ScratchFolder documents_;
  ScratchFolder data_;
  ScratchFolder kept_;
  Job job_;
  std::string before_, after_;
};

std::string name_of(Job job);

}  // namespace holdfast::agent
