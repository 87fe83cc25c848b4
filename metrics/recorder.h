// What is told to a monitoring system, without saying which one. The names and labels that come of it are those of
// docs/metrics.md.
//
// Thread-safe: workers and the loop call it at any time. Never waits for a file, a network or a scrape, and throws
// nothing but what running out of memory throws. Label sets exist from know_… on, at 0, so that an alert can be written
// before the first thing happens; only what is not known (an empty std::optional) has no sample. Row keys are never
// part of a label. Names are valid UTF-8, as documents have them.
//
// Order: know_… first. What is told about a set or a database that is not known, or no longer, is dropped: a run that
// ends after its set has left the documents brings no sample back.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/core/plan.h"

namespace holdfast::metrics {

using WallTime = std::chrono::system_clock::time_point;

struct SetName {
  std::string database;
  std::string row_set;
};

// As it is after a run; the whole of it, each time. A time that is not set is told as 0: it has not happened, or not
// yet.
struct SetState {
  std::array<std::uint64_t, 7> drift_rows = {};  // by DriftClass
  bool in_sync = false;
  std::uint64_t declared_rows = 0;
  std::uint64_t unmanaged_rows = 0;
  std::uint64_t held_rows = 0;
  std::map<Reason, std::uint64_t> blocked;  // changes; a reason that is not there is 0
  // By name; met. One that know_set was not told of is left out, one that is missing here counts as not met: nobody
  // knows that it holds.
  std::map<std::string, bool> expectations;
  std::optional<WallTime> last_success, last_vanish, last_forbidden;
  std::optional<WallTime> pause_end;  // of the set's own pause or of its database's, whichever ends later
};

// As it was at the last look; the whole of it, each time. What is not set is not known, and has no sample.
struct DatabaseState {
  bool up = false;
  std::optional<bool> persistent;
  std::optional<bool> integrity_ok;
  std::optional<std::uint64_t> size_bytes;       // of the database itself
  std::optional<std::uint64_t> wal_size_bytes;   // of what stands beside it in its write-ahead log
  std::optional<std::uint64_t> disk_free_bytes;  // left for it where it lies
};

struct DocumentsState {
  std::string revision;  // in force
  std::string digest;
  bool valid = true;  // what is there now is what is in force
};

enum class RunResult : std::uint8_t { InSync, Corrected, DriftLeft, Failed };
std::string_view to_string(RunResult result);  // "in-sync", "corrected", "drift-left", "failed"

class Recorder {
 public:
  virtual ~Recorder() = default;

  // Again and again is fine: what has been counted stays. Expectations that are no longer named lose their samples.
  virtual void know_database(const std::string& database) = 0;
  virtual void know_set(const SetName& set, const std::vector<std::string>& expectations) = 0;
  virtual void forget_set(const SetName& set) = 0;                // it has left the documents: its samples go
  virtual void forget_database(const std::string& database) = 0;  // with the sets that are known of it

  // `trigger` is a name of agent::Trigger; another one is counted as "other".
  virtual void run_ended(const SetName& set, std::string_view trigger, RunResult result) = 0;
  virtual void run_took(const std::string& database, std::chrono::nanoseconds duration) = 0;
  virtual void corrected(const SetName& set, Action action, Cause cause, std::uint64_t rows) = 0;
  // From the moment that the change was noticed to happen until it was seen, and until it was mended. A negative
  // duration (a clock was set) is told as 0.
  virtual void detected(const std::string& database, std::chrono::nanoseconds duration) = 0;
  virtual void healed(const std::string& database, std::chrono::nanoseconds duration) = 0;

  virtual void set_state(const SetName& set, const SetState& state) = 0;
  virtual void database_state(const std::string& database, const DatabaseState& state) = 0;
  // `cause` is wiped, replaced, corrupt or rolled-back; another one is counted as "other".
  virtual void wiped(const std::string& database, std::string_view cause, WallTime at) = 0;
  virtual void documents_state(const DocumentsState& state) = 0;
};

}  // namespace holdfast::metrics
