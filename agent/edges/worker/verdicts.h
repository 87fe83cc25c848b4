// What became of a database, judged when it has to be: before the first run, before the first one after its file or its
// tables became others, and before each as long as nobody may write. Its marker is written after runs.
//
// Used by the worker's thread alone. docs/design/0004-verdict.md says what is judged by what.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reconcilers/core/clock.h"
#include "reconcilers/databases/database_witness.h"
#include "reconcilers/rows/database_reconciler.h"

namespace holdfast::agent {

class Verdicts {
 public:
  Verdicts(std::unique_ptr<Surroundings> surroundings, const Clock& clock);

  // Those that row sets are about.
  void take_tables(std::vector<std::string> tables) { tables_ = std::move(tables); }
  void judge_again() { due_ = true; }

  // Before a run. Transient: nobody can tell yet; nothing is to be written.
  Result<void> judge(Store& store);
  // Once a run has read the database, before it writes: whether that is still what was judged. `marker` as the run has
  // found it. False: judge again.
  bool still_holds(const Store& store, const std::optional<std::string>& marker);
  // Of a database that could not be opened, or whose damage a run has come upon: the verdict if the error gives one.
  void judge_error(const Error& error);

  // What runs go by. What is told, and so shown, is that of the start or of the last replacement.
  const std::optional<DatabaseVerdict>& current() const { return witness_.verdict(); }
  bool may_write() const { return witness_.verdict() && witness_.verdict()->may_write; }
  // What the next run finds missing is what a wipe took: until a run has put it back, past any pause.
  bool mends_a_wipe() const { return wipe_under_way_; }
  // One that is new, to be told and counted; once.
  std::optional<DatabaseVerdict> take_news() { return std::exchange(news_, std::nullopt); }

  // After a run that ended without an error: writes the marker when it is time. An error is worth telling, and changes
  // nothing else: the next run tries again.
  Result<void> ran(Store& store, const RunReport& report);

 private:
  void show(const DatabaseVerdict& verdict);

  std::unique_ptr<Surroundings> surroundings_;
  DatabaseWitness witness_;
  std::vector<std::string> tables_;
  bool due_ = true;
  std::optional<std::string> known_marker_;  // as it was last found to be the one that was judged, or written
  std::uint64_t opened_ = 0;                 // Store::opened() of what was judged
  bool wipe_under_way_ = false;
  std::optional<Place> noted_;  // the file that the marker was last written for
  std::optional<DatabaseVerdict> shown_;
  std::optional<DatabaseVerdict> unproven_;  // after damage: to be shown once a run has got through
  std::optional<DatabaseVerdict> news_;
};

}  // namespace holdfast::agent
