// What really changed: every row of the main database, as SQLite's preupdate hook sees it, compactly kept.
//
// The hook is the connection's; it runs inside our statements. One object a transaction; one thread.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "reconcilers/core/store.h"

namespace holdfast::stores {

class Touches {
 public:
  Touches(sqlite3* database, const Schema& schema);
  ~Touches();
  Touches(const Touches&) = delete;

  std::size_t size() const { return records_.size(); }
  const Schema& schema() const { return schema_; }
  Touch at(std::size_t index) const;
  bool has_rows(std::size_t index) const { return records_[index].old_row >= 0 || records_[index].new_row >= 0; }
  void truncate(std::size_t size);

  // Makes the hook's values those that a SELECT would give: the alias of the row's number, and whole numbers in REAL
  // columns. Called once the table is known; nothing where the hook's columns cannot be told apart.
  void complete_rows(std::size_t index, const Table& table);

  // After a statement of ours: the row that it found, as we named it. Of some keys the hook shows another number.
  void found_at(std::string_view table, std::size_t from, const Locator& at);

  // The last row of this table that a statement of ours touched, since `from`; nothing if there is none.
  std::optional<Touch> last_own(std::string_view table, std::size_t from) const;

 private:
  struct Record {
    TouchKind kind;
    std::uint16_t depth;
    std::uint32_t table;
    std::int64_t before;  // row number, or index into locators_
    std::int64_t after;
    std::int32_t old_row = -1;  // index into rows_
    std::int32_t new_row = -1;
  };
  struct Known {
    std::string name;
    // WITHOUT ROWID: the locator's columns, as the table counts them and as its stored rows do.
    std::vector<int> key;
    std::vector<int> stored_key;
    std::vector<Column> key_columns;
    std::vector<bool> read_as_real;  // of the key's columns: see touches.cpp
    bool by_key = false;
  };

  static void hook(void* self, sqlite3* database, int operation, const char* schema, const char* table,
                   sqlite3_int64 before, sqlite3_int64 after);
  std::uint32_t table_number(const char* name);
  std::int64_t keep_key(const Known& table, const std::vector<int>& columns, bool old_row);
  std::int32_t keep_row(bool old_row);
  Locator locator(const Known& table, std::int64_t value) const;

  sqlite3* database_;
  const Schema schema_;  // a copy of a few pointers: the caller's may be gone before the transaction
  std::vector<Record> records_;
  std::vector<Locator> locators_;
  std::deque<std::vector<Value>> rows_;  // of what triggers did; as the hook gives them until complete_row()
  std::deque<Known> tables_;             // names that touches point to stay where they are
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::size_t kept_bytes_ = 0;
  std::uint32_t last_ = 0;
};

}  // namespace holdfast::stores
