// One connection to one database file: opening it (again when the file was replaced), waiting for locks, statements.
#pragma once

#include <sqlite3.h>
#include <sys/stat.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "desired-state/value.h"
#include "reconcilers/core/result.h"
#include "reconcilers/core/store.h"
#include "reconcilers/stores/sqlite/sqlite_store.h"

namespace SQLite {
class Database;
}

namespace holdfast::stores {

// A prepared statement, finalized with its owner.
class Prepared {
 public:
  Prepared() = default;
  explicit Prepared(sqlite3_stmt* statement) : statement_(statement) {}
  sqlite3_stmt* get() const { return statement_.get(); }

  // The engine's result code: SQLITE_TOOBIG leaves NULL in the parameter. Bytes are not copied: they must live until
  // the reset.
  int bind(int parameter, ValueView value) const;
  int step() const { return sqlite3_step(statement_.get()); }
  void reset() const;  // ready for the next use; bindings are cleared

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// The value of a result column; valid until the next step.
ValueView column_value(sqlite3_stmt* statement, int column);

class Connection {
 public:
  explicit Connection(SqliteOptions options);
  ~Connection();
  Connection(const Connection&) = delete;

  // Opens the file if it is there and not open, or was replaced since. False: there is no file.
  Result<bool> ensure_open();
  // The same, and makes the file if it is not there.
  Result<void> create();

  // A database in memory, for reading a setup.
  Result<void> open_memory();

  bool is_open() const { return database_ != nullptr; }
  // Another one each time that the file was opened.
  std::uint64_t generation() const { return generation_; }
  sqlite3* handle() const;
  std::string where() const { return options_.name + " (" + options_.path + ")"; }
  const SqliteOptions& options() const { return options_; }
  bool stopping() const { return options_.stopping && *options_.stopping; }

  // Prepared once and kept; the text is the key. Reset and unbound when handed out.
  Result<Prepared*> prepare(const std::string& sql);
  Result<void> execute(const std::string& sql);
  // One statement without a result, prepared once. Not for pragmas that SQLite carries out while it prepares them.
  Result<void> command(const std::string& sql);
  // Outside of a transaction: sets what the journal mode, as it was read last, needs for what commit() promises.
  Result<void> match_durability();
  // BEGIN IMMEDIATE for a transaction whose commit need not wait for the disk in WAL mode: see commit_soon().
  Result<void> begin_immediate();
  // COMMIT, and it lies on the disk. In rollback mode it waits for readers to leave and lets no new one in: for 50 ms,
  // not longer (G8). Then it is Transient, and the transaction is still open.
  Result<void> commit();
  // The same, but in WAL mode it lies on the disk for certain only after make_durable(). What a cut of the power takes
  // is the end of what was committed, never a part of a transaction.
  Result<void> commit_soon();
  Result<void> make_durable();

  // From here on everything is read as of one moment. In the rollback modes that keeps writers waiting, so it is let go
  // after 20 ms, and in WAL mode, where it would keep the log from being reset, after a quarter of a second: what
  // follows is read as of another moment then, which mark() tells.
  Result<void> begin_reading();
  void end_reading();
  bool is_reading() const { return reading_; }
  std::chrono::steady_clock::time_point reading_since() const { return reading_since_; }
  // Between two reads: begins another moment when this one is too old.
  Result<void> refresh_reading();

  // A query's single value.
  Result<Value> single(const std::string& sql);

  bool wal() const { return wal_; }
  Result<void> read_journal_mode();
  // The same, once while reading as of one moment, in which nobody can change it.
  Result<void> know_journal_mode() { return reading_ && mode_known_ ? Result<void>() : read_journal_mode(); }

  // How long the engine may wait for a lock from now on.
  void wait_at_most(std::chrono::milliseconds time);
  void wait_until(std::chrono::steady_clock::time_point deadline) { deadline_ = deadline; }
  static void pause(std::chrono::microseconds time);

  // Moves when anybody else commits, and whenever the file is opened anew.
  Result<ReadMark> mark();

  Error error() const;
  // Refuses where our side files would be of no use to the file's owner (TRAPS 20).
  Result<void> check_writable() const;

 private:
  Result<void> open(const std::string& path, int flags);
  Result<void> prepare_connection();
  Result<void> check_encoding();
  void close();
  static int on_busy(void* self, int tries);

  SqliteOptions options_;
  std::unique_ptr<SQLite::Database> database_;
  std::unordered_map<std::string, Prepared> statements_;
  struct stat file_ {};
  std::uint64_t generation_ = 0;
  bool wal_ = false;
  bool soon_ = false;      // synchronous=NORMAL is set, as long as the database is in WAL mode
  bool unsynced_ = false;  // committed, and not known to lie on the disk
  bool reading_ = false;
  bool mode_known_ = false;  // since reading began
  std::chrono::steady_clock::time_point reading_since_;
  std::chrono::steady_clock::time_point deadline_;
};

}  // namespace holdfast::stores
