// What an engine brings to the contract suite: a fresh database, stores on it, and a second writer that is not a Store.
//
// An engine joins with one file: it implements StoreFixture and registers a factory by a static FixtureRegistration.
// Every test then runs on it. A test makes one fixture, calls create() once, and destroys everything at its end; the
// database leaves nothing behind. One thread.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "reconcilers/core/store.h"
#include "tests/contract/table_description.h"

namespace holdfast::contract {

// What the engine can do. Where a guarantee is refused, the suite tests that it is refused by name (Invalid).
struct Capabilities {
  bool rowid = true;          // tables without a primary key are found by a row number
  bool without_rowid = true;  // tables whose only locator is the primary key, of several columns too
  bool strict = true;
  bool checks = true;
  bool triggers = true;
  bool partial_unique = true;
  bool wal = true;           // set_journal_mode(Wal)
  bool expectations = true;  // expect()
  bool raw_bytes = true;     // text may hold NUL and bytes that are not UTF-8
};

// The second writer: an independent connection. Each call is a transaction of its own that is committed at once, unless
// begin() has been called. Every failure of a call is a failure of the test (ADD_FAILURE), but for try_insert.
class Outside {
 public:
  using Cells = std::vector<std::pair<std::string, Value>>;  // column name, value

  virtual ~Outside() = default;

  // No cells: a row of defaults.
  virtual void insert(const std::string& table, const Cells& cells) = 0;
  // Changes and deletes the rows where `column` equals `value` (as the engine compares; null: IS NULL). The number of
  // them.
  virtual std::size_t update(const std::string& table, const std::string& column, const Value& value,
                             const Cells& cells) = 0;
  virtual std::size_t erase(const std::string& table, const std::string& column, const Value& value) = 0;
  // False when the database was locked by somebody else and nothing happened. Waits for no lock.
  virtual bool try_insert(const std::string& table, const Cells& cells) = 0;
  // What is committed (or its own): whole rows in locator order, columns as in the description.
  virtual std::vector<std::vector<Value>> rows(const std::string& table) = 0;

  // A write transaction that holds the write lock until commit() or rollback(); the calls above become part of it.
  virtual void begin() = 0;
  virtual void commit() = 0;
  virtual void rollback() = 0;

  // A read transaction that has read `table` and stays open until end_read().
  virtual void begin_read(const std::string& table) = 0;
  virtual void end_read() = 0;

  // Moves the schema: ALTER TABLE … ADD COLUMN; DROP TABLE.
  virtual void add_column(const std::string& table, const ColumnDescription& column) = 0;
  virtual void drop_table(const std::string& table) = 0;
};

class StoreFixture {
 public:
  virtual ~StoreFixture() = default;

  virtual Capabilities capabilities() const = 0;

  // Makes the database with these tables, parents not necessarily first. Foreign keys may name tables and columns that
  // do not exist or are not unique. A failure is ADD_FAILURE.
  virtual void create(const std::vector<TableDescription>& tables) = 0;

  // The setup text that would create these tables if they were not there (SQLite: CREATE TABLE IF NOT EXISTS …;). Does
  // not create them.
  virtual std::string setup_for(const std::vector<TableDescription>& tables) = 0;

  // A store on the database, named "contract", whose lock timeout is short (about 20 ms). Several may be open at once.
  virtual std::unique_ptr<Store> open() = 0;

  // The one outside writer; made when first asked for, owned by the fixture.
  virtual Outside& outside() = 0;
};

struct FixtureFactory {
  std::string name;  // letters and digits: "Memory", "SqliteWal"
  std::function<std::unique_ptr<StoreFixture>()> make;
  friend void PrintTo(const FixtureFactory& factory, std::ostream* out) { *out << factory.name; }
};

// All registered ones, in no particular order.
std::vector<FixtureFactory>& fixture_factories();

// `const FixtureRegistration memory{"Memory", [] { return std::make_unique<MemoryFixture>(); }};` in the fixture's
// file.
struct FixtureRegistration {
  FixtureRegistration(std::string name, std::function<std::unique_ptr<StoreFixture>()> make) {
    fixture_factories().push_back({std::move(name), std::move(make)});
  }
};

}  // namespace holdfast::contract
