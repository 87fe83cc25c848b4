// The journal of a run, written in the transactions that make its changes (G5): a row for the run, its steps with the
// images before and after in blocks, and how the columns were called. docs/formats/journal.md has the bytes.
//
// One object a transaction; what it adds to JournalMemory is true once that transaction has committed. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "reconcilers/core/journal_block.h"
#include "reconcilers/core/state.h"
#include "reconcilers/rows/run_origin.h"

namespace holdfast {

struct JournalSettings {
  State state;
  std::string run;  // its id
  std::chrono::system_clock::time_point at;
  RunOrigin origin;
  std::vector<std::string> redact;  // columns that are kept out
  std::uint64_t held = 0;           // changes of the plan that are held back
};

// What the run's committed transactions have written.
struct JournalMemory {
  std::int64_t run = 0;  // its number; 0: it has no row yet
  std::int64_t steps = 0;
  std::int64_t blocks = 0;
  std::int64_t parts = 0;
  std::int64_t bytes = 0;
  std::uint64_t inserted = 0, updated = 0, deleted = 0;
  std::string cause;                                         // the gravest of its changes
  std::map<std::string, std::int64_t> grown;                 // by how many rows, by table in lower case
  std::map<std::string, std::int64_t> shapes;                // by what they say
  std::unordered_map<std::uint64_t, std::int64_t> parts_of;  // of changes that are not done at once
};

class Journal {
 public:
  Journal(const JournalSettings& settings, Transaction& transaction, JournalMemory memory);

  // The image of a whole row with the columns that are kept out marked.
  std::string image(const Table& table, const std::vector<Value>& values) const;

  // A key as the journal has it.
  std::string key(const Table& table, const ColumnList& columns, const std::vector<Value>& values) const;

  // The number of a change's part: the one that `id` was kept under, else a new one. `keep`: more of it is to come.
  std::int64_t part(std::uint64_t id, bool keep);
  // A step of this set and table; its shape is filled in here.
  Result<void> record(std::string_view row_set, const Table& table, const std::vector<std::string>& key_columns,
                      JournalStep step);
  // Before the commit: the run's row with its counts, and the marks of tables that have become smaller. Nothing when no
  // step was recorded.
  Result<void> finish();

  JournalMemory& memory() { return memory_; }

 private:
  Result<void> begin_run();
  Result<void> check_run();
  Result<void> write_block();
  Result<std::int64_t> shape(std::string_view row_set, const Table& table, const std::vector<std::string>& key_columns);
  bool redacted(const Column& column) const;
  std::map<std::string, std::int64_t> fewer() const;

  const JournalSettings& settings_;
  Transaction& transaction_;
  JournalMemory memory_;
  std::int64_t steps_before_;
  std::int64_t bytes_before_;
  std::map<std::string, std::int64_t> grown_before_;
  std::string block_;  // steps that are not written yet
  std::int64_t block_steps_ = 0;
  bool checked_ = false;  // that the run begun by an earlier transaction is still there
  // Of this transaction, by table and whether the step is about the row of the change itself: only that has a key.
  std::map<std::pair<const Table*, bool>, std::pair<std::string, std::int64_t>> last_shapes_;
};

}  // namespace holdfast
