#include "agent/core/conditions.h"

#include <algorithm>
#include <utility>

#include "reconcilers/core/text.h"

namespace holdfast::agent {
namespace {

const Condition* find(const std::vector<Condition>& conditions, ConditionType type) {
  const auto found =
      std::find_if(conditions.begin(), conditions.end(), [&](const Condition& one) { return one.type == type; });
  return found == conditions.end() ? nullptr : &*found;
}

class Made {
 public:
  Made(const std::vector<Condition>& before, WallTime now) : before_(before), now_(now) {}

  void add(ConditionType type, bool status, std::string reason, std::string message) {
    const Condition* const was = find(before_, type);
    const bool same = was != nullptr && was->status == status && was->reason == reason;
    made_.push_back({type, status, std::move(reason), std::move(message), same ? was->since : now_});
  }
  void keep(ConditionType type) {
    if (const Condition* const was = find(before_, type)) made_.push_back(*was);
  }
  std::vector<Condition> take() { return std::move(made_); }

 private:
  const std::vector<Condition>& before_;
  WallTime now_;
  std::vector<Condition> made_;
};

std::uint64_t blocked_changes(const SetOutcome& outcome) {
  std::uint64_t changes = 0;
  for (const auto& [reason, count] : outcome.blocked) changes += count;
  return changes;
}

std::string counted(std::uint64_t number, const std::string& what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

std::uint64_t left(const SetOutcome& outcome) {
  std::uint64_t rows = 0;
  for (const std::uint64_t one : outcome.drift) rows += one;
  return rows;
}

void add_drifted(Made& made, const SetOutcome& outcome) {
  if (outcome.in_sync) return made.add(ConditionType::Drifted, false, "InSync", "");
  std::string message = counted(left(outcome), "row") + " not as declared";
  std::string parts;
  const auto part = [&parts](std::uint64_t number, const char* what) {
    if (number > 0) parts += (parts.empty() ? "" : ", ") + std::to_string(number) + " " + what;
  };
  part(outcome.reported, "reported");
  part(outcome.held, "held");
  part(blocked_changes(outcome), "blocked");
  part(outcome.failed, "failed");
  if (!parts.empty()) message += ": " + parts;
  made.add(ConditionType::Drifted, true, "DriftLeft", outcome.stopped.empty() ? message : outcome.stopped);
}

void add_stalled(Made& made, const SetOutcome& outcome) {
  if (!outcome.stopped.empty()) {
    const bool no_table = outcome.stopped_reason == Reason::NoTable;
    return made.add(ConditionType::Stalled, true, no_table ? "NoTable" : "Unsupported", outcome.stopped);
  }
  if (outcome.waits) {
    return made.add(ConditionType::Stalled, true, "WaitsForConfirmation",
                    "deletes wait until somebody confirms them: holdfast plan shows them and how");
  }
  if (outcome.failed > 0) {
    return made.add(ConditionType::Stalled, true, "ChangesFail", counted(outcome.failed, "change") + " failed");
  }
  const std::uint64_t blocked = blocked_changes(outcome);
  if (blocked > 0) return made.add(ConditionType::Stalled, true, "Blocked", counted(blocked, "change") + " blocked");
  made.add(ConditionType::Stalled, false, "Progressing", "");
}

constexpr std::uint64_t little_room = std::uint64_t{16} << 20U;  // bytes; `doctor` calls less of them a problem, too

void add_database_ready(Made& made, const DatabaseStatus& database) {
  const VerdictStatus& verdict = database.verdict;
  if (!verdict.may_write) {
    const std::string hint = verdict.hint.empty() ? "" : ": " + verdict.hint;
    return made.add(ConditionType::Ready, false, verdict_reason(verdict.verdict), verdict.reason + hint);
  }
  if (!database.up && database.error.empty()) return made.add(ConditionType::Ready, false, "NotYetLooked", "");
  if (!database.up) return made.add(ConditionType::Ready, false, "Unreachable", database.error);
  made.add(ConditionType::Ready, true, "Reachable", "");
}

// "campaigns: twelve, thirteen; clicks: some"
std::string unmet_expectations(const std::vector<SetStatus>& sets) {
  std::string all;
  for (const SetStatus& set : sets) {
    std::string names;
    for (const auto& [name, met] : set.expectations) {
      if (!met) names += (names.empty() ? "" : ", ") + name;
    }
    if (!names.empty()) all += (all.empty() ? "" : "; ") + set.name + ": " + names;
  }
  return all;
}

void add_healthy(Made& made, const DatabaseStatus& database) {
  const DatabaseHealth& health = database.health;
  // The worst first: a condition has one reason.
  if (health.integrity_ok == false)
    return made.add(ConditionType::Healthy, false, "Damaged", in_one_line(health.damage));
  if (!health.other_database.empty())
    return made.add(ConditionType::Healthy, false, "OtherDatabaseOpen", health.other_database);
  if (health.disk_free_bytes && *health.disk_free_bytes < little_room) {
    return made.add(ConditionType::Healthy, false, "DiskNearlyFull",
                    counted(*health.disk_free_bytes, "byte") + " are free where the database lies");
  }
  if (const std::string unmet = unmet_expectations(database.sets); !unmet.empty())
    return made.add(ConditionType::Healthy, false, "ExpectationNotMet", "what is expected is not so: " + unmet);
  if (health.persistent == false) return made.add(ConditionType::Healthy, false, "NotPersistent", health.place);
  made.add(ConditionType::Healthy, true, "NothingFound", "");
}

}  // namespace

std::string verdict_reason(const std::string& verdict) {
  std::string reason;
  bool start = true;
  for (const char c : verdict) {
    if (c != ' ') reason += start ? static_cast<char>(c - 'a' + 'A') : c;
    start = c == ' ';
  }
  return reason;
}

std::vector<Condition> conditions_of(const DatabaseStatus& database, const std::vector<Condition>& before,
                                     WallTime now) {
  Made made(before, now);
  add_database_ready(made, database);
  add_healthy(made, database);
  return made.take();
}

std::vector<Condition> first_conditions(WallTime now) {
  const std::vector<Condition> none;
  Made made(none, now);
  made.add(ConditionType::Ready, false, "NotYetDecided", "the first run is still to come");
  made.add(ConditionType::Reconciling, true, "Starting", "");
  made.add(ConditionType::Stalled, false, "Progressing", "");
  made.add(ConditionType::Drifted, false, "Unknown", "");
  return made.take();
}

std::vector<Condition> conditions_during(const std::vector<Condition>& before, WallTime now) {
  Made made(before, now);
  made.keep(ConditionType::Ready);
  made.add(ConditionType::Reconciling, true, "Running", "");
  made.keep(ConditionType::Stalled);
  made.keep(ConditionType::Drifted);
  return made.take();
}

std::vector<Condition> conditions_after(const std::vector<Condition>& before, const SetOutcome& outcome, bool paused,
                                        WallTime now) {
  Made made(before, now);
  // A table that is not there yet is waited for: that is a decision as well.
  made.add(ConditionType::Ready, true, "Decided", "");
  if (outcome.failed > 0) {
    made.add(ConditionType::Reconciling, true, "Retrying", "what failed is tried again");
  } else if (paused) {
    made.add(ConditionType::Reconciling, false, "Paused", "nothing is changed before the pause ends");
  } else {
    made.add(ConditionType::Reconciling, false, "Idle", "");
  }
  add_stalled(made, outcome);
  add_drifted(made, outcome);
  return made.take();
}

std::vector<Condition> conditions_after(const std::vector<Condition>& before, const RunOutcome& failed, WallTime now) {
  Made made(before, now);
  const bool invalid = !failed.mistakes.empty() || (failed.error && failed.error->kind == ErrorKind::Invalid);
  const bool passing = failed.error && failed.error->kind != ErrorKind::Terminal && !invalid;
  made.keep(ConditionType::Ready);
  made.add(ConditionType::Reconciling, true, "Retrying", failed.summary.error);
  made.add(ConditionType::Stalled, !passing,
           invalid   ? "DocumentsDoNotFit"
           : passing ? "Retrying"
                     : "DatabaseUnusable",
           failed.summary.error);
  made.keep(ConditionType::Drifted);
  return made.take();
}

}  // namespace holdfast::agent
