// What the HTTP API (and whoever else asks a running agent) sees of it: its status, and requests that somebody makes.
//
// All calls come from the loop's thread. Nothing here waits: a request is handed to the worker of its database, and
// `answered` is called later, on the loop's thread, exactly once.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "agent/core/status.h"

namespace holdfast::agent {

// A run may be called by the beginning of its id, but not by less than this: the first characters are the day's, and
// one of them would be enough where there is one run.
inline constexpr std::size_t shortest_run_id = 8;

// What somebody asks for. A row set's name is unique over all documents.
struct Request {
  enum class Kind : std::uint8_t { Reconcile, Pause, Resume, Undo, Accept };
  Kind kind = Kind::Reconcile;
  std::string row_set;                                       // empty: all of them (pause, resume, reconcile)
  std::string run;                                           // undo: the run's id, or its beginning
  std::chrono::milliseconds length = std::chrono::hours(1);  // pause: it ends by itself
  std::string who;                                           // the token's name
  std::optional<std::string> key = {};                       // accept: one row of the set, as in SET/KEY
  bool dry_run = false;                                      // accept: only show it; undo: only say which run is meant
};

struct Answer {
  enum class Kind : std::uint8_t {
    Done,         // `message` says what was done
    NotFound,     // no such row set or run
    Conflict,     // cannot be done as things are: the message says why
    Unavailable,  // the worker is busy, the database cannot be reached: worth trying again
  };
  Kind kind = Kind::Done;
  std::string message;
  std::string run;  // the id of the run that it led to, if it wrote anything
  std::optional<std::chrono::system_clock::time_point> until = {};  // pause: when it ends
  std::string json = {};   // accept: what was done, as `holdfast accept -o json` prints it
  std::string found = {};  // undo, dry run: the whole id of the run that is meant
};

class AgentView {
 public:
  virtual ~AgentView() = default;
  virtual const AgentStatus& status() const = 0;
  virtual void ask(const Request& request, std::function<void(const Answer&)> answered) = 0;
  // The metrics as Prometheus reads them (text format 0.0.4).
  virtual std::string metrics() const = 0;
};

}  // namespace holdfast::agent
