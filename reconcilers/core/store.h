// A database, as reconcilers see it. One implementation an engine, in reconcilers/stores/; all of them pass the
// contract suite in tests/contract/. A store knows how to read and write rows; it decides nothing.
//
// Thread-safety: a Store and its Transaction belong to one thread at a time. Ownership: a Store owns its connection;
// a Transaction must end before its Store does. Spans and views given to a callback are valid during that call only.
// Names are plain (unquoted) names of a Table from inspect(); a store quotes them itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "desired-state/documents.h"
#include "reconcilers/core/health.h"
#include "reconcilers/core/result.h"
#include "reconcilers/core/schema.h"
#include "reconcilers/core/value_rules.h"

namespace holdfast {

// What finds one live row for good: the engine's row number (one Integer) or the values of Table::locator.
using Locator = std::vector<Value>;

// A whole live row: every column of Table::columns, in that order.
struct RowImage {
  Locator locator;
  std::vector<Value> values;
  friend bool operator==(const RowImage&, const RowImage&) = default;
};

// One row during a scan: only the columns that were asked for, in the order asked.
struct LiveRow {
  std::span<const ValueView> locator;
  std::span<const ValueView> values;
};

// A moment in the database's history: equal marks mean that nobody else has committed in between. A mark without a
// value never equals anything (the engine cannot tell).
struct ReadMark {
  std::optional<std::uint64_t> value;
  bool same_as(const ReadMark& other) const { return value && other.value && *value == *other.value; }
};

struct ScanEnd {
  ReadMark mark;  // of the moment the scan began
  std::uint64_t rows = 0;
  std::uint32_t ranges = 1;  // how many pieces it was read in; several are not one snapshot (TRAPS 15)
};

// Why a statement was not carried out, when the rest of the transaction may go on.
enum class RowFailure : std::uint8_t {
  None,
  NotNull,
  Unique,
  Check,
  ForeignKey,
  Datatype,  // a STRICT table refused the type
  TooBig,
  RefusedByTrigger,  // RAISE(IGNORE): nothing happened; RAISE(ABORT or FAIL): it was refused
  TransactionLost,   // the engine rolled everything back (RAISE(ROLLBACK)): only rollback() may follow
};

struct WriteOutcome {
  RowFailure failure = RowFailure::None;
  std::string message;  // the engine's own words
  Locator locator;      // where the row is now (insert, update)
  bool ok() const { return failure == RowFailure::None; }
};

enum class TouchKind : std::uint8_t { Insert, Update, Delete };

// One row that really changed, as the engine saw it.
struct Touch {
  TouchKind kind = TouchKind::Insert;
  std::string_view table;  // as in Schema; valid until the transaction ends
  Locator before;          // empty for Insert
  Locator after;           // empty for Delete
  int depth = 0;           // 0: by our own statement; 1 and more: by a trigger or a foreign-key action
  // At depth 1 and more: the whole row before and after, in the table's column order; null where there is none, and
  // where the engine cannot tell (SQLite: a table with virtual generated columns). Valid until the transaction ends.
  const std::vector<Value>* old_row = nullptr;
  const std::vector<Value>* new_row = nullptr;
};

struct Assignment {
  std::uint32_t column = 0;  // index into Table::columns
  ValueView value;
};

// Columns of one table that refer to columns of another, one to one.
struct ReferringColumns {
  const Table& child;
  std::span<const std::uint32_t> columns;
  const Table& parent;
  std::span<const std::uint32_t> parent_columns;
  bool alike = true;  // ForeignKey::alike
};

// Reading, inside a transaction or out of one.
class Reader {
 public:
  virtual ~Reader() = default;

  // The whole rows at these locators, in that order; nothing where there is no such row.
  virtual Result<std::vector<std::optional<RowImage>>> fetch(const Table& table, std::span<const Locator> locators) = 0;

  // Whole rows whose `columns` equal `values` as the engine compares them (collations count, null never matches),
  // in locator order, at most `limit`.
  virtual Result<std::vector<RowImage>> find(const Table& table, std::span<const std::uint32_t> columns,
                                             std::span<const Value> values, std::size_t limit) = 0;

  // How many such rows there are. No columns: all rows.
  virtual Result<std::uint64_t> count(const Table& table, std::span<const std::uint32_t> columns,
                                      std::span<const Value> values) = 0;

  // Rows of the child that refer to a parent with these values, as the engine follows references: with the parent's
  // collation and type. As find() and count() where the columns are alike; elsewhere they may read the whole child.
  virtual Result<std::vector<RowImage>> find_referring(const ReferringColumns& reference, std::span<const Value> values,
                                                       std::size_t limit) = 0;
  virtual Result<std::uint64_t> count_referring(const ReferringColumns& reference, std::span<const Value> values) = 0;
};

// A write transaction. It holds the database's write lock from the start to commit() or rollback(); the destructor
// rolls back. Foreign-key actions are off inside: every row that changes is changed by a statement of ours, or by a
// trigger.
class Transaction : public Reader {
 public:
  // The mark now; compare with a scan's to know whether anybody committed since.
  virtual ReadMark mark() = 0;

  // Calls `row` for all rows with these columns, in locator order, under the lock; it returns false to stop.
  virtual Result<void> scan_locked(const Table& table, std::span<const std::uint32_t> columns,
                                   const std::function<bool(const LiveRow&)>& row) = 0;

  // Each either happens whole or not at all, and never replaces another row. An Error means the transaction is lost
  // (disk full, corrupt); a RowFailure concerns this row only.
  virtual Result<WriteOutcome> insert(const Table& table, std::span<const Assignment> values) = 0;
  virtual Result<WriteOutcome> update(const Table& table, const Locator& at, std::span<const Assignment> values) = 0;
  virtual Result<WriteOutcome> erase(const Table& table, const Locator& at) = 0;
  // Puts a whole row where it was, its number included; computed columns follow from the others. Unique when that place
  // is taken.
  virtual Result<WriteOutcome> restore(const Table& table, const RowImage& row) = 0;

  virtual Result<void> savepoint() = 0;    // they nest
  virtual Result<void> release() = 0;      // keeps what was done since the innermost savepoint
  virtual Result<void> rollback_to() = 0;  // undoes it and ends that savepoint; its touches are forgotten

  // Every row that really changed since the transaction began and was not rolled back, in order.
  virtual std::size_t touch_count() const = 0;
  virtual Touch touch(std::size_t index) const = 0;
  // The table of a touch, also when the schema of begin() lacks it because only a trigger knows it.
  virtual Result<std::shared_ptr<const Table>> table_of(std::string_view name) = 0;

  // Transient: the lock could not be had, everything is rolled back and may be tried again. InDoubt: nobody knows.
  virtual Result<void> commit() = 0;
  // The same, but a cut of the power may still take it, whole, until Store::make_durable(); whoever asks for it calls
  // that before telling anybody that it is done. Everybody sees it at once.
  virtual Result<void> commit_soon() { return commit(); }
  virtual void rollback() = 0;
};

// Quiet is for putting back what was there: the journal holds what triggers once did as well.
enum class Triggers : std::uint8_t { Fire, Quiet };

struct ScanRequest {
  const Table* table = nullptr;
  ColumnList columns;  // what to read of each row
};

// What the Database's setup would do, or did.
struct SetupReport {
  std::vector<std::string> created;  // tables that were (or would be) created
};

// One table, view or the like of a database, whether Holdfast can manage it or not.
struct ListedTable {
  std::string name;
  TableKind kind = TableKind::Table;
  bool internal = false;  // the engine's own (SQLite: sqlite_…)
  friend bool operator==(const ListedTable&, const ListedTable&) = default;
};

struct ExpectationResult {
  double value = 0;
};

class Store : public Reader {
 public:
  virtual std::string name() const = 0;      // the Database document's name
  virtual std::string location() const = 0;  // for messages: "popup (/data/popup.db)", no secrets

  // The tables named, those that refer to them (at any distance) and those they refer to. With `setup`, a table that is
  // not there but that the setup would create is returned as `planned`. Tables that are neither are left out.
  virtual Result<Schema> inspect(std::span<const std::string> tables, const std::optional<std::string>& setup) = 0;

  // Everything in the database that has rows or looks as if it had, by name. Terminal when there is no database.
  virtual Result<std::vector<ListedTable>> list_tables() = 0;

  // A setup text that would make these tables, with their indexes, where they are not there; in the order given.
  // Names that are no table are left out.
  virtual Result<std::string> setup_text(std::span<const std::string> tables) = 0;

  virtual const ValueRules& rules() const = 0;

  // Calls `row` for every row of the table in locator order; it returns false to stop. Takes no lock that makes a
  // writer wait more than a key range of 20 ms. A planned table has no rows.
  virtual Result<ScanEnd> scan(const ScanRequest& request, const std::function<bool(const LiveRow&)>& row) = 0;

  // From here to end_reading(), or to the next write, everything is read as of one moment, as far as that keeps no
  // writer waiting for more than 20 ms: what takes longer is read as of several, whose marks differ. Where an engine
  // cannot do that nothing happens. For a plan, which asks for many small things; not around expectations.
  virtual Result<void> begin_reading() { return {}; }
  virtual void end_reading() {}

  // What is read next comes from the disk, not from what was read before: somebody may have written over the file
  // without the engine, which no mark tells.
  virtual void forget_cached() {}

  // Another number each time that the database was opened anew: its file may be another one since.
  virtual std::uint64_t opened() const { return 0; }

  // Until here it was not sure that the disk has what commit_soon() has committed. InDoubt when it did not take it.
  virtual Result<void> make_durable() { return {}; }

  // The moment now; another one than before when somebody else has committed since, and when the database is another
  // one or was opened anew. Terminal when there is none. In the rollback modes it takes the read lock for an instant.
  virtual Result<ReadMark> mark() = 0;

  // False when the schema is no longer the one that inspect() gave.
  virtual Result<bool> has_schema(const Schema& schema) = 0;

  // Begins a write transaction; waits for the lock up to the Database's lockTimeout. Transient when it was not had, or
  // when the file is another one than whatever was read last,
  // SchemaChanged when the schema is no longer `schema`, which need not outlive the call.
  virtual Result<std::unique_ptr<Transaction>> begin(const Schema& schema, Triggers triggers) = 0;
  Result<std::unique_ptr<Transaction>> begin(const Schema& schema) { return begin(schema, Triggers::Fire); }

  // The engine's name for how it keeps its journal now ("delete", "wal"); empty where there is one way only, and where
  // the database is not there yet.
  virtual Result<std::string> journal_mode() = 0;

  // Switches the journal mode where the engine has one and it differs (SQLite, JournalMode::Wal). Outside a
  // transaction.
  virtual Result<void> set_journal_mode(JournalMode mode) = 0;

  // Runs the statements of `setup` whose table is not there, all in one transaction. Creates the database where that is
  // possible. Invalid if the setup holds anything but CREATE TABLE and CREATE INDEX IF NOT EXISTS.
  virtual Result<SetupReport> set_up(const std::string& setup) = 0;

  // The tables of what Holdfast remembers (state_tables.h), as inspect() shows them. With `create` tables and columns
  // that are not there are made; without it, only those that are there are returned, none of them if there is no
  // database yet.
  virtual Result<Schema> open_state(bool create) = 0;

  // Runs a read-only query that gives one number. Invalid if it is anything else; Transient if it took too long.
  virtual Result<ExpectationResult> expect(const Expectation& expectation) = 0;

  // Looks through the database for damage. Unknown when that takes longer than `at_most`, gives way to writers all that
  // time, or needs what only the application has (a collation). In the rollback modes a writer may have to wait for as
  // long: say little there. An Error: there is no database, or it cannot be reached.
  virtual Result<IntegrityReport> check_integrity(std::chrono::milliseconds at_most) = 0;
  virtual Result<StorageReport> storage() = 0;

  // Cheap: nothing is counted. A planned table is empty.
  virtual Result<TableMark> table_mark(const Table& table) = 0;

  // Rows of the child whose reference leads nowhere, as the engine follows references; a null in it leads nowhere by
  // intent. Counts to `limit` and reads no longer than `at_most`.
  virtual Result<OrphanReport> count_orphans(const ReferringColumns& reference, std::uint64_t limit,
                                             std::chrono::milliseconds at_most) = 0;
};

// Begins reading as of one moment, and ends it on every way out.
class OneMoment {
 public:
  explicit OneMoment(Store& store) : store_(store), begun_(store.begin_reading()) {}
  ~OneMoment() { store_.end_reading(); }
  OneMoment(const OneMoment&) = delete;
  const Result<void>& begun() const { return begun_; }

 private:
  Store& store_;
  Result<void> begun_;
};

// Checks the setup's statements without any database: the diagnosis, or nothing if they are fine.
// (Declared per engine beside its store; SQLite: stores/sqlite/setup.h.)

}  // namespace holdfast
