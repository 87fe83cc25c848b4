// The raw counterparts: what a program does that has nothing to do but SQLite's own calls.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string>

#include "tests/bench/campaign_rows.h"

namespace holdfast::bench {

// Opens without a mutex, as one thread may. Ends the program when it cannot.
class RawDatabase {
 public:
  explicit RawDatabase(const std::string& path, bool create = false);
  ~RawDatabase();
  RawDatabase(const RawDatabase&) = delete;
  RawDatabase& operator=(const RawDatabase&) = delete;

  // Waits for locks in short sleeps: those of sqlite3_busy_timeout are coarse, and a raw program could do as well.
  void wait_for_locks();

  void execute(const std::string& sql);
  sqlite3* handle() const { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
};

class RawStatement {
 public:
  RawStatement(RawDatabase& database, const std::string& sql);
  ~RawStatement();
  RawStatement(const RawStatement&) = delete;
  RawStatement& operator=(const RawStatement&) = delete;

  sqlite3_stmt* handle() const { return handle_; }
  // True if there is a row; ends the program on an error.
  bool step();
  void reset() { sqlite3_reset(handle_); }

 private:
  RawDatabase& database_;
  sqlite3_stmt* handle_ = nullptr;
};

// Every column of every row, by its type: the least that a full comparison has to do. Returns the number of rows.
std::uint64_t read_all(RawStatement& select);

// Inserts the rows with one prepared statement in one transaction.
void insert_all(RawDatabase& database, const PackedRows& rows);

// Deletes a database and its side files.
void remove_database(const std::string& path);

}  // namespace holdfast::bench
