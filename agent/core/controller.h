// Decides what happens to one database: when it is looked at and compared, what is held back, and what its status is. A
// plain state machine: what happened and the time come in, what to do and what to tell comes out. PURE; one thread.
//
// Whoever drives it (agent/edges/worker, and the simulation) tells it what woke (wake), takes the run that is due
// (next), makes it with review() between plan and execution, and reports what came of it (ran). Level-triggered:
// nothing that is told here changes what a run does but holds and pauses; the run reads the world.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/agent_view.h"
#include "agent/core/event_log.h"
#include "agent/core/fights.h"
#include "agent/core/run_outcome.h"
#include "agent/core/status.h"
#include "agent/core/work_queue.h"

namespace holdfast::agent {

// What the documents in force say, as far as it matters here.
struct Orders {
  struct Set {
    std::string name;
    std::string table;
    Mode mode = Mode::Observe;
    std::chrono::milliseconds interval = std::chrono::seconds(30);
  };
  std::string revision;
  std::string digest;
  std::vector<Set> sets;
};
Orders orders_of(const DesiredState& state, const std::string& database);

// A pause as it is kept over a restart: the set's name, or "" for the whole database.
using Pauses = std::map<std::string, Pause>;
inline constexpr std::chrono::hours longest_pause{7 * 24};
std::string pauses_text(const Pauses& pauses);
Pauses read_pauses(const std::string& text);  // what cannot be read counts as not there

class Controller {
 public:
  // `location` without secrets. The seed is for the jitter of the back-off.
  Controller(std::string database, std::string location, std::uint64_t seed);

  // The documents in force from now on. Sets that are no longer there are forgotten, with their pauses.
  void take_orders(Orders orders, Now now);
  // Pauses that were kept; those that have ended are left out.
  void take_pauses(const Pauses& pauses, Now now);

  // A change while the database cannot be used may be its coming back.
  void wake(Trigger trigger, const std::string& who = {});
  // The database's file is, or may be, another one.
  void saw_another_file();

  // The run to make now, if one is due; ran() ends it.
  std::optional<Work> next(Now now);
  // Holds back what must not be carried out now: rows in a fight, and paused sets.
  void review(Plan& plan, Now now) const;
  // A run takes so long that people should see that it is under way.
  void goes_on(Now now);
  void ran(const RunOutcome& outcome, Now began, Now now);
  // When next() may have something, or something in the status ends.
  std::optional<Clock::Instant> wake_at(Now now) const;

  Answer pause(const Request& request, Now now);
  Answer resume(const Request& request, Now now);
  const Pauses& pauses() const { return pauses_; }

  // For what the driver sees of the world.
  // `lost`: what was there before is gone, wholly or in part; told as the last wipe.
  void saw_verdict(VerdictStatus verdict, bool lost, Now now);
  void saw_health(DatabaseHealth health, Now now);
  const DatabaseHealth& health() const { return status_.health; }
  void saw_watch(const std::string& watch) { status_.watch = watch; }
  void tell(EventLevel level, std::string reason, std::string row_set, std::string message, Now now);

  // As it is now; complete.
  DatabaseStatus status(Now now);
  const std::vector<SetStatus>& sets() const { return status_.sets; }  // after the last run
  std::vector<Event> take_news() { return events_.take_news(); }
  // The first decision about every set has been made.
  bool decided() const;

 private:
  bool has_orders() const { return !orders_.sets.empty() || !orders_.digest.empty(); }
  SetStatus* find(const std::string& row_set);
  void end_pauses(Now now);
  void take_set(SetStatus& set, const SetOutcome& outcome, const RunOutcome& run, Now now);
  void take_failure(const RunOutcome& run, Now now);
  void tell_of(const SetStatus& before, const SetStatus& set, const SetOutcome& outcome, const RunOutcome& run,
               Now now);
  void take_corrections(const RunOutcome& run, Now now);
  void schedule(Now now);

  DatabaseStatus status_;
  Orders orders_;
  WorkQueue queue_;
  Fights fights_;
  EventLog events_;
  Pauses pauses_;
  std::map<std::string, Clock::Instant> pause_ends_;  // by the clock that nobody sets
};

}  // namespace holdfast::agent
