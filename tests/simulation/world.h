// The stage of a simulated life: the database with its ledger and judge, the agent that runs now, the documents, and
// what each kind of step does to them. Internal to tests/simulation.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/faults.h"
#include "tests/simulation/judge.h"
#include "tests/simulation/simulated_agent.h"
#include "tests/simulation/simulation.h"

namespace holdfast::simulation {

class World {
 public:
  World(std::uint64_t seed, Mutant mutant);

  void start();
  // One thing happens; whoever is killed by it starts again.
  void step();
  // Trouble ends and time passes: now everything has to be as the documents say, and to stay so.
  void settle();
  // The journal and the rows are as they have to be.
  void check();

  std::vector<std::string> trace;
  std::map<std::string, std::size_t> seen;
  const std::set<std::string>& troubles() const { return faults_.seen(); }
  Contents contents() { return database_.contents(); }

 private:
  using Action = std::function<void()>;
  struct Version {
    Wishes wishes;
    Documents documents;
  };

  void say(const std::string& what);
  void saw(const std::string& what) { ++seen[what]; }
  void guarded(const Action& action);
  void notice_or_not();

  void start_agent();
  agent::Pauses kept_pauses();
  void write_documents();  // the files say what is wished for
  const Version* kept_documents();
  void after_review(const Plan& plan);
  void after_run(const agent::RunOutcome& outcome);

  // What happens; each says so.
  void time_passes();
  void somebody_writes();
  void somebody_writes_in_a_run();
  void trouble();
  void crash();
  void documents_change();
  void documents_are_spoiled();
  void pause();
  void resume();
  void undo();
  void rival_comes();
  void confirm();
  void release();

  // Others, in world_others.cpp.
  bool edit();  // a statement of somebody else's; false: the database did not have it
  bool edit_row(const std::string& table, const RowImage& row);
  std::string any_name();
  void take_back(const Deed& deed);
  void rival_answers(std::size_t first_deed);
  void break_something(std::size_t first_deed);
  void check_status(const agent::DatabaseStatus& status);
  void probe();

  std::string some_set();

  Dice dice_;
  Mutant mutant_;
  VirtualClock clock_;
  Database database_;
  Faults faults_;
  Ledger ledger_;
  Judge judge_;
  std::map<int, Version> versions_;
  Wishes wishes_;                      // that the files say, or said before they were spoiled
  bool valid_ = true;                  // the files are valid
  const Version* in_force_ = nullptr;  // null: nothing
  std::unique_ptr<SimulatedAgent> agent_;
  std::vector<std::pair<unsigned, void (World::*)()>> actions_;
  std::size_t rival_left_ = 0;
};

}  // namespace holdfast::simulation
