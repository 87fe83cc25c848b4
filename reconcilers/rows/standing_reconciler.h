// Runs over one database, made again and again with the same documents, which are bound once: what the agent does. Each
// run is the one that `apply` makes (apply_run.h), and as level-triggered: the live rows are read anew.
//
// One thread at a time. Owns the documents it was given; store and clock outlive it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reconcilers/rows/database_reconciler.h"

namespace holdfast {

class StandingReconciler {
 public:
  // `options` hold for every run but for what a run is given. The rows of `sets` are used up by the first one.
  StandingReconciler(Store& store, const Clock& clock, ReconcilerOptions options, DatabaseDocument database,
                     std::vector<RowSetDocument> sets, Progress progress = {});
  ~StandingReconciler();
  StandingReconciler(const StandingReconciler&) = delete;

  // One run. SchemaChanged: the tables are others than those that the documents were bound to; this object is used up,
  // and another one is to be made of the documents. Mistakes of the documents against the schema go to `diagnostics`,
  // nothing is written, and the object is used up as well.
  Result<RunReport> apply(const std::string& trigger, const std::string& who, Diagnostics& diagnostics);

  // The exact changes, nothing written. Errors and mistakes as for apply().
  Result<RunReport> plan(Diagnostics& diagnostics);

  // Lets deletes of the next runs through that a person has confirmed (ReconcilerOptions::confirm).
  void confirm(std::vector<std::string> hashes) { options_.confirm = std::move(hashes); }

  // Of the next run alone (ReconcilerOptions::cause).
  void cause(std::optional<Cause> cause) { options_.cause = cause; }

  // During and after a run: somebody has made tables anew, or changed them, since the run before.
  bool schema_moved() const;
  // From its first plan on: what the database has under that name among what is remembered in it.
  std::optional<std::string> remembered(std::string_view name) const;

  const DatabaseDocument& database() const { return database_; }
  const std::vector<RowSetDocument>& sets() const { return sets_; }  // without their rows

 private:
  Result<void> bind(Diagnostics& diagnostics);

  Store& store_;
  const Clock& clock_;
  ReconcilerOptions options_;
  DatabaseDocument database_;
  std::vector<RowSetDocument> sets_;
  std::vector<const RowSetDocument*> pointers_;
  Progress progress_;
  Diagnostics mistakes_;  // of the run under way; the bound sets refer to it
  std::unique_ptr<DatabaseRun> run_;
};

}  // namespace holdfast
