// One life of the agent, from its start to its end or to a crash: the real controller and the real rounds over the
// simulated database, driven as agent/edges/worker drives them, but for the thread and the timers: time comes in.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/core/controller.h"
#include "agent/edges/worker/rounds.h"
#include "tests/simulation/ledger.h"
#include "tests/simulation/virtual_clock.h"

namespace holdfast::simulation {

// Documents as the agent takes them: decoded and checked. No version when there were mistakes.
struct Documents {
  std::shared_ptr<const agent::DocumentsVersion> version;
  agent::Orders orders;
  std::string mistake;  // the first one
};
Documents load(const std::string& revision, const std::string& text);

struct AgentOptions {
  Database& database;
  VirtualClock& clock;
  std::uint64_t seed = 1;
  std::function<void(const Plan&)> reviewed;          // after the controller has looked at a plan
  std::function<void(const agent::RunOutcome&)> ran;  // after each run
  // Broken agents, for the proof that the simulation finds them.
  bool ignores_pauses = false;
  bool is_deaf = false;
};

class SimulatedAgent {
 public:
  explicit SimulatedAgent(AgentOptions options);

  void take(const Documents& documents);
  // Something was noticed in the database's folder.
  void notice();
  void reopen();
  // Time passes, and everything that is due by then is done.
  void pass(std::chrono::nanoseconds time);
  agent::Answer ask(const agent::Request& request);

  agent::DatabaseStatus status() { return controller_.status(options_.clock.both()); }
  bool knows_pauses() const { return pauses_read_; }  // that the database has kept

 private:
  void drive();
  void run(const agent::Work& work);
  agent::RunOutcome reconcile(const agent::Work& work);

  AgentOptions options_;
  agent::Controller controller_;
  agent::Rounds rounds_;
  bool pauses_read_ = false;
  std::size_t runs_ = 0;
};

// What people do beside the agent, with the commands `apply --confirm` and `release`; false: it could not be done.
bool apply_by_hand(Database& database, const Clock& clock, const agent::DocumentsVersion& version,
                   const std::string& hash);
bool release_by_hand(Database& database, const Clock& clock, const agent::DocumentsVersion& version);

}  // namespace holdfast::simulation
