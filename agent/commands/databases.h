// The databases of the documents, planned or applied one after the other; what `plan` and `apply` share.
//
// Prints diagnostics and errors to stderr as they come, the report when print() is called.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/commands/context.h"
#include "agent/commands/documents.h"
#include "agent/render/report.h"
#include "reconcilers/rows/database_reconciler.h"

namespace holdfast::agent {

class Databases {
 public:
  enum class Work : std::uint8_t { Plan, Apply, Undo };

  Databases(const CommandLine& line, const Context& context) : line_(line), context_(context) {}

  // Reads the documents; exit_done, or what the process ends with after the messages that were printed.
  int load();

  // Once for an object: the documents' rows are used up. The exit code of the worst database.
  int run(Work work);

  // Takes a run back in the one database that has it.
  int undo(const UndoRequest& request);

  // Calls `work` with every database's store, and the exit code of the worst. For what needs no documents but where
  // the database is.
  int each(const std::function<Result<void>(DatabaseReconciler&, const DatabaseDocument&)>& work);

  // Invalid documents change nothing, not even in the first of several databases; whether they fit is known only once
  // every one of them has been asked. So with several, plans each to find and print mistakes, and loads the documents
  // again. Databases that cannot be read are left for the run itself to tell.
  //
  // With --confirm it finds out which of them each hash is for: one that is for none, as when its plan has changed,
  // lets none of them be touched.
  int check();

  // After an apply: every database that it could work on keeps the documents from now on, where it remembers anything
  // at all. A failure is a warning: the rows are right.
  void keep_documents();

  // True if the documents have a RowSet of this name.
  bool declares(const std::string& row_set) const;
  // What may be meant by a name that is none of them.
  std::string nearest_set(const std::string& row_set) const;

  // What run() or undo() found, over all databases.
  const Report& report() const { return report_; }
  // The store that the database of this name was last opened with; null if it was not.
  Store* store(const std::string& database) const;

  // True once a transaction has been committed somewhere.
  bool changed() const;

  // For a run that found the documents invalid and changed nothing: the mistakes on stdout, for formats that programs
  // read. Returns `exit`.
  int print_invalid(int exit);

  // The report on stdout in the format asked for, and unmet expectations on stderr.
  void print();

 private:
  int reload();
  int run_one(const std::string& name, Work work);
  Result<Store*> open(const std::string& name);
  DatabaseReconciler reconciler(Store& store) const;
  Result<RunReport> attempt(const std::string& name, Work work, Diagnostics& diagnostics);
  int failed(const std::string& name, const Error& error);
  const DatabaseDocument* find(const std::string& name) const;
  std::vector<std::string> confirmed(const std::string& database) const;
  void settle_refusals();
  void take(const std::string& name, RunReport&& run, Work work, int exit);

  const CommandLine& line_;
  const Context& context_;
  LoadedDocuments loaded_;
  std::vector<std::unique_ptr<Store>> stores_;  // plans refer to their store's rules
  Diagnostics mistakes_;
  Report report_;
  UndoRequest undo_;
  std::map<std::string, std::string> hashes_;  // of the plans that check() made, by database
  std::vector<std::string> refused_;           // databases whose plan was not the one that was confirmed
};

}  // namespace holdfast::agent
