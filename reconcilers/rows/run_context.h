// What everything that writes during one run shares. Built by the database reconciler; lives as long as the run.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reconcilers/core/clock.h"
#include "reconcilers/core/guard.h"
#include "reconcilers/core/plan.h"
#include "reconcilers/core/store.h"
#include "reconcilers/rows/database_reconciler.h"
#include "reconcilers/rows/dependents.h"
#include "reconcilers/rows/journal.h"
#include "reconcilers/rows/set_state.h"

namespace holdfast {

struct RunContext {
  Store& store;
  const Clock& clock;
  const ReconcilerOptions& options;
  const Progress& progress;
  std::chrono::milliseconds lock_timeout;
  Plan& plan;  // sets[i] belongs to states[i]
  std::span<const SetState> states;
  JournalMemory& journal_memory;             // of the run's committed transactions
  const JournalSettings* journal = nullptr;  // null: nothing is written down
  const Confirmation* confirmed = nullptr;   // a person has seen these deletes; they need no budget
  bool last_attempt = false;                 // there is no planning anew after it
  std::string holds;                         // the version of the holds that were planned with

  const Table& table(std::size_t set) const { return *states[set].set->table; }

  // The set that declares a live row, if any does. `except` is left out.
  std::optional<std::string> declared_by(const Table& table, const RowImage& row, std::size_t except) const;

  // The set with a declared row that the live one may be: which it is, is not known while a reference leads nowhere.
  std::optional<std::string> may_be_declared_by(const Table& table, const RowImage& row) const;

  // True if any set of this table hides the column.
  bool is_sensitive(const Table& table, std::uint32_t column) const;

  // True until somebody has confirmed that rows which left the documents of this set are deleted.
  bool first_removal(std::size_t set) const { return !states[set].removes; }

  // Rows that may go with all deletes of a set in this run; of one that was confirmed, with it alone.
  std::uint64_t dependents_allowed(std::size_t set, const Change& change) const;

  // The request for rows that depend on a row of this set.
  DependentsRequest dependents(std::size_t set, std::uint64_t limit) const;
};

}  // namespace holdfast
