// What a run over one database is made of: reading, planning, the journal and carrying out, each called by
// DatabaseReconciler in the order in which it means something. Lives as long as the run; one thread. Internal to rows.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "reconcilers/rows/executor.h"
#include "reconcilers/rows/holds.h"
#include "reconcilers/rows/ownership.h"
#include "reconcilers/rows/run_context.h"
#include "reconcilers/rows/run_marks.h"

namespace holdfast {

class DatabaseRun {
 public:
  DatabaseRun(Store& store, const Clock& clock, const Progress& progress, const ReconcilerOptions& options,
              const DatabaseDocument& database, std::span<const RowSetDocument* const> documents,
              Diagnostics& diagnostics)
      : store_(store),
        clock_(clock),
        progress_(progress),
        options_(options),
        database_(database),
        documents_(documents),
        diagnostics_(diagnostics) {}

  // Reads the schema and binds every set to it; done once a run.
  Result<void> bind_sets();

  // After the setup, or where the schema has moved: the bound sets go on with the tables as they are now, when these
  // are what was bound. SchemaChanged when they are not.
  Result<void> adopt_created_tables();

  // Makes the bound sets ready for another run of the same documents: nothing of the last one is left but what its
  // database remembers. SchemaChanged when the tables are others than those they were bound to.
  Result<void> renew();
  // The tables are not the ones of the run before, although the sets still fit them.
  bool schema_moved() const { return schema_moved_; }
  // Everything that the database remembered when the plan under way was begun, by name.
  const Marks& marks() const { return all_marks_; }
  // So little is declared that a plan may be read as of one moment: in a rollback mode a writer waits for its end, and
  // thinking about many rows takes longer than a writer should have to (G8).
  bool is_small() const;

  // Plans every set from the live rows. Rows that move while they are read make it read again.
  Result<void> plan();
  // What the review said of the last plan. False: everything below that writes does nothing.
  bool may_write() const { return may_write_; }

  // Making the state's tables moves the schema, which is then read again. Where nothing may be written, nothing is
  // made.
  Result<void> open_journal(const std::string& run);
  // That it would make them.
  Result<bool> lacks_state();

  ExecutionReport carry_out(bool last_attempt);

  // From now on deletes of the plan, those that wait for a confirmation too, need no budget; and nothing else is
  // deleted.
  void confirm();

  // What waits for a confirmation, written down; and what differs from it now, as far as it is one of `confirmed`.
  Result<void> remember_waiting(const std::string& hash);
  Result<std::vector<std::string>> changed_since(const std::vector<std::string>& confirmed);

  // After carrying out: what is ours now, how many rows there are, and that removals are confirmed.
  Result<void> take_stock();

  // Keeps the journal within its limits.
  Result<void> prune(const State& state);

  // Holds that the documents have gone past are forgotten, and those from before the documents were known are tied to
  // them.
  Result<void> settle_holds();

  // Expectations are told about; they change no outcome.
  std::vector<UnmetExpectation> expectations();

  Plan& current() { return plan_; }
  std::vector<std::string> planned_tables() const;
  const std::optional<JournalSettings>& journal() const { return journal_; }
  std::span<const SetState> states() const { return states_; }

 private:
  RunContext context();
  void bind_set(const RowSetDocument& document);
  ColumnList watched_columns(std::size_t index) const;
  Result<bool> plan_once();
  Result<void> read_memory();
  Result<void> hold_back();
  bool keeps_journal() const;
  bool others_documents() const { return last_documents_ != options_.origin.digest; }
  Result<void> write_stock(const std::map<std::string, SetMarks>& sets, bool documents);
  Result<void> remember_set(std::size_t index);
  Result<void> plan_owned(std::size_t index);
  DeclaredElsewhere declared_elsewhere(std::size_t index);

  Store& store_;
  const Clock& clock_;
  const Progress& progress_;
  const ReconcilerOptions& options_;
  const DatabaseDocument& database_;
  std::span<const RowSetDocument* const> documents_;
  Diagnostics& diagnostics_;
  std::shared_ptr<const Schema> schema_;
  std::vector<SetState> states_;
  std::vector<SetPlan> templates_;
  std::optional<JournalSettings> journal_;
  JournalMemory journal_memory_;
  bool schema_moved_ = false;
  bool may_write_ = true;
  State state_;                  // as it is while planning; empty where there is none
  bool state_is_fresh_ = false;  // it was opened for this run, and nothing was planned since
  Holds holds_;
  Marks all_marks_;
  std::map<std::string, SetMarks> marks_;
  std::optional<std::string> last_documents_;  // the digest of those that the marks are of
  // Over all runs: the database has been told of our documents, what was taken stock of last, and what waits. As long
  // as nothing moves none of it is written again, also where other documents have written theirs over it: two writers
  // would wake each other for ever.
  bool documents_told_ = false;
  std::map<std::string, SetMarks> stock_;
  std::string waiting_;
  std::optional<Confirmation> confirmed_;
  std::set<std::string> removals_confirmed_;
  Plan plan_;
};

}  // namespace holdfast
