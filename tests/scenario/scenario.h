// A real SQLite file, documents as text, and one run over both: what the tests of guarantees, incidents and traps say
// their stories with. The "outside" is another connection to the same file, as the application would have it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "desired-state/diagnostic.h"
#include "desired-state/documents.h"
#include "reconcilers/rows/database_reconciler.h"

struct sqlite3;

namespace holdfast::testing {

struct Outcomes {
  int exit = 0;  // as the command would end: 3 invalid, 1 failed, 2 drift, 0 in sync
  RunReport report;
  std::vector<std::string> errors;  // of the documents: "FILE:LINE:COLUMN: MESSAGE (HINT)"
  std::string error;                // of the run: "WHAT: WHERE: WHAT TO DO"

  // One line a change: "class action outcome reason key", for example "missing insert applied - name \"Hulu\"".
  std::string changes() const;
  std::string messages() const;    // the messages of changes, one a line
  std::size_t locks = 0;           // how often the run asked for the write lock
  std::size_t moments = 0;         // how often it began to read as of one moment
  std::string all_errors() const;  // errors and error, one a line
};

class Scenario {
 public:
  explicit Scenario(std::string_view schema = {});
  ~Scenario();
  Scenario(const Scenario&) = delete;

  // The documents to run with; a Database named `db` with the scenario's file is put in front unless they have one.
  Scenario& documents(std::string yaml);
  // A file beside the documents, for rowsFrom.
  Scenario& file(const std::string& name, std::string_view content);

  Outcomes plan();
  Outcomes apply();
  // Takes a run back: the one with this id, or the last one that changed something.
  Outcomes undo(UndoRequest request = {});
  std::vector<RunRecord> history();
  std::size_t release(std::optional<std::string> row_set = {});  // what is held; and what a set that is gone owns

  std::string release_error(const std::string& row_set, const std::string& key);  // of one row; empty: it is released

  // The outside: statements on another connection (kept open, foreign keys off as SQLite's default is).
  void sql(std::string_view statements);
  // Rows of a query, columns joined by |, rows by new lines; NULL as ∅, blobs as x'…'.
  std::string rows(std::string_view query);
  // Every row of every table but Holdfast's own, with its storage classes and rowid: equal dumps are equal databases.
  std::string dump();

  const std::string& folder() const { return folder_; }
  const std::string& path() const { return path_; }
  void use(std::string path) { path_ = std::move(path); }  // another scenario's database, as a second agent has it
  sqlite3* outside();
  // Runs go through these stores instead, one each; the rest of a Scenario stays SQLite's.
  void open_with(std::function<std::unique_ptr<Store>()> open) { open_ = std::move(open); }

  // Called under the store by the run: between its read and its write lock, once. For races.
  void between_read_and_lock(std::function<void()> edit) { between_ = std::move(edit); }
  // The same before it reads the rows of a table for the first time: what it remembers has been read by then.
  // The same before each lock of the next run: batches, and what is written down after them.
  void before_each_lock(std::function<void()> look) { each_lock_ = std::move(look); }
  void before_rows_are_read(std::function<void()> edit) { before_rows_ = std::move(edit); }
  // The same once the rows of a table have been looked through, before those that matter are read whole.
  void before_rows_are_read_whole(std::function<void()> edit) { whole_rows_ = std::move(edit); }
  ReconcilerOptions options;
  std::chrono::milliseconds later{0};  // how far the wall clock has moved on

 private:
  using Work = std::function<Result<RunReport>(DatabaseReconciler&, const DatabaseDocument&,
                                               std::span<const RowSetDocument* const>, Diagnostics&)>;
  Outcomes run(bool applied, const Work& work);

  std::string folder_;
  std::string path_;
  std::string yaml_;
  std::function<std::unique_ptr<Store>()> open_;
  sqlite3* outside_ = nullptr;
  std::function<void()> between_;
  std::function<void()> each_lock_;
  std::function<void()> before_rows_;
  std::function<void()> whole_rows_;
};

// A RowSet document with the usual head; `spec` is indented by two spaces.
std::string row_set(std::string_view name, std::string_view table, std::string_view key, std::string_view spec,
                    std::string_view mode = "Enforce");

}  // namespace holdfast::testing
