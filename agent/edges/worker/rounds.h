// Runs of one database with the documents in force: opens the store, binds the documents, runs, and keeps what has to
// be kept. Used by the worker's thread alone; no threads, no waiting but that of the store.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/core/controller.h"
#include "agent/documents_version.h"
#include "agent/edges/worker/verdicts.h"
#include "reconcilers/core/clock.h"
#include "reconcilers/core/store.h"
#include "reconcilers/rows/standing_reconciler.h"

namespace holdfast::agent {

class Rounds {
 public:
  Rounds(std::string database, const Clock& clock, std::function<Result<std::unique_ptr<Store>>()> open,
         std::unique_ptr<Surroundings> surroundings);
  ~Rounds();

  // `tables`: those that the database's row sets are about.
  void take_documents(std::shared_ptr<const DocumentsVersion> version, std::vector<std::string> tables);
  // From the next take_documents() on: another lock time-out may be in them.
  void open_with(std::function<Result<std::unique_ptr<Store>>()> open) { open_ = std::move(open); }
  bool has_documents() const { return version_ != nullptr; }

  // The moment of the database now, and nothing when it cannot be read; `wait` is true when it may be a moment later.
  struct Look {
    std::optional<ReadMark> mark;
    bool wait = false;
  };
  Look look();

  // True if the look saw another moment than the one that the last run has read.
  bool is_news(const ReadMark& mark) const { return !seen_.same_as(mark); }

  // One run, with review() between its plan and its execution, and goes_on() now and then while it lasts. Never fails:
  // what went wrong is in the outcome. Where the verdict forbids to write, everything is held, and nothing is written.
  RunOutcome run(const Work& work, const std::function<void(Plan&)>& review, const std::function<void()>& goes_on = {});

  // Takes a run back; a dry run only says which one is meant. NotFound only where the journal has no such run.
  Answer undo(const Request& request);

  // The pauses that the database keeps, once. They are read by the first run, before its review; one that cannot read
  // them changes nothing. Where there is no state yet, pauses are in memory only.
  std::optional<Pauses> take_kept_pauses() { return std::exchange(new_pauses_, std::nullopt); }
  void keep_pauses(const Pauses& pauses);

  // What became of the database is found out, and nothing else; nothing stays open.
  void judge_alone();

  // The file may be another one: what is open is closed, and everything is looked at and judged anew.
  void reopen();

  // What the last runs have found out about the database as a whole, once each.
  std::optional<DatabaseVerdict> take_verdict() { return verdicts_.take_news(); }
  std::optional<Error> take_note_error() { return std::exchange(note_error_, std::nullopt); }

  // What the database itself tells about its health. False where it is not open: nothing is known then. `integrity`:
  // with a look for damage, which takes no longer than a change may wait for its mending, and in the rollback modes no
  // longer than a writer should have to wait.
  bool look_inside(DatabaseHealth& health, bool integrity);

 private:
  Result<Store*> store();
  Result<RunReport> attempt(const Work& work, Diagnostics& mistakes);
  Result<void> judge();
  Result<RunReport> carry_out(const Work& work, Diagnostics& mistakes);
  Result<RunReport> hold_all(Diagnostics& mistakes);
  void hold_back(Plan& plan) const;
  void judge_again(Plan& plan);
  Result<void> bind();
  Result<std::string> kept_pauses();
  Result<void> know_pauses();
  void give_up(const Error& error);
  Result<std::optional<std::string>> whole_run_id(Store& store, const std::string& beginning);
  void keep_documents();

  std::string database_;
  const Clock& clock_;
  std::function<Result<std::unique_ptr<Store>>()> open_;
  Verdicts verdicts_;
  std::optional<Error> note_error_;
  std::shared_ptr<const DocumentsVersion> version_;
  std::unique_ptr<Store> store_;
  bool worn_out_ = false;  // the store is to be opened anew by the next run
  std::unique_ptr<StandingReconciler> standing_;
  std::function<void(Plan&)> review_;       // of the run under way
  std::function<void()> goes_on_;           // the same
  ReadMark seen_;                           // before the last run read
  std::string kept_digest_;                 // of the documents that the database has; empty: not known
  std::optional<std::string> kept_pauses_;  // as the database has them; nothing: not known
  bool pauses_known_ = false;
  std::optional<Pauses> new_pauses_;
};

}  // namespace holdfast::agent
