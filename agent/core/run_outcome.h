// What a run did and left, without its rows: made of a RunReport once, and all that the controller, the status and the
// metrics know of it. PURE. Texts are masked where the documents say sensitive, and bounded.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/fights.h"
#include "agent/core/status.h"
#include "reconcilers/rows/database_reconciler.h"

namespace holdfast::agent {

struct SetOutcome {
  bool in_sync = false;
  std::uint64_t declared_rows = 0;
  std::uint64_t live_rows = 0;  // after the run
  std::uint64_t unmanaged_rows = 0;
  DriftCounts drift = {};  // left
  std::uint64_t corrected = 0, reported = 0, held = 0, failed = 0;
  std::map<Reason, std::uint64_t> blocked;
  std::vector<DriftRow> left;  // the first most_drift_rows
  std::string stopped;         // the set as a whole cannot be worked on: why
  Reason stopped_reason = Reason::None;
  std::vector<std::string> warnings;
  bool vanished = false;
  bool forbidden_seen = false;
  bool waits = false;                        // deletes wait for a confirmation
  std::map<std::string, bool> expectations;  // those that could be checked
  std::vector<std::string> unmet;            // messages
};

struct RunOutcome {
  RunSummary summary;
  std::map<std::string, SetOutcome> sets;
  std::vector<Correction> corrections;  // of edits: what can be a fight; at most most_corrections
  std::string waits_for;                // the hash that confirms what waits
  bool journalled = false;              // it wrote, and has an id in the history
  std::optional<Error> error;           // it could not be made, or ended early
  std::vector<std::string> mistakes;    // of the documents against the schema; nothing was done then
};

inline constexpr std::size_t most_corrections = 10'000;

// Who ran and when; the same for every outcome.
struct RunFrame {
  std::string database;
  Trigger trigger = Trigger::Change;
  std::string who;
  std::string revision;
  WallTime at;
  std::chrono::microseconds took{0};
};

RunOutcome outcome_of(const RunReport& report, const std::vector<RowSetDocument>& sets, const RunFrame& frame);
// Of a run that could not be made.
RunOutcome outcome_of(const Error& error, const RunFrame& frame);
RunOutcome outcome_of(const Diagnostics& mistakes, const RunFrame& frame);

// Bytes that stand for what a change is about: the declared key, the rule, or the row that nothing declares.
std::string subject_of(const SetPlan& set, const Change& change);

}  // namespace holdfast::agent
