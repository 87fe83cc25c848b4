// What each change of ours has to be, by the documents in force and by what was there, worked out anew from the
// simulation's own values: G1, G5, G6, G7 and G11, and pauses. What must be the case once all is quiet, G3, is in
// left_undone().
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/controller.h"
#include "tests/simulation/ledger.h"
#include "tests/simulation/virtual_clock.h"

namespace holdfast::simulation {

class Judge {
 public:
  Judge(Database& database, const Ledger& ledger, const VirtualClock& clock)
      : database_(database), ledger_(ledger), clock_(clock) {}

  void in_force(const Wishes& wishes);
  void paused(const std::string& set, std::chrono::system_clock::time_point until) { pauses_[set] = until; }
  void resumed(const std::string& set);
  void after_crash(const agent::Pauses& kept);
  bool is_paused(const std::string& set) const;
  bool any_pause() const;
  const Wishes& wishes() const { return wishes_; }
  // The next deletes are those of a plan that a person has seen.
  void confirmed(bool now) { confirmed_ = now; }
  // Another agent, other documents, or somebody let the row go: its count begins anew.
  void forget_fights(const std::string& set = {});
  void released() { undone_.clear(); }

  // Throws Broken.
  void operator()(const Deed& deed);
  // Somebody else writes in the middle of the run under way.
  void disturbed() { disturbed_ = true; }
  // The run under way has ended, and knows what it has done, or not.
  void run_ended(bool in_doubt);
  // True if a row of this subject was corrected five times within a minute.
  bool fought(const std::string& set) const { return fought_.contains(set); }

  // What is not as it should be though nothing stands in its way; empty when all is.
  std::string left_undone() const;

  // Why the set is not in sync, whatever the policies do about it; empty when it is. Nothing where that depends on
  // which rows were ever ours.
  std::optional<std::string> drift(const WantedSet& set) const;

  // The live row that a declared one is about; null if there is none.
  const RowImage* live_row(const WantedSet& set, const Cells& wanted) const;
  // Something stands in the declared row's way: an undo, an identity, a reference.
  bool cannot_be(const WantedSet& set, const Cells& wanted) const;
  // It is not there, and could be.
  bool missing(const WantedSet& set, const Cells& wanted) const {
    return live_row(set, wanted) == nullptr && !cannot_be(set, wanted);
  }

 private:
  using Place = std::pair<std::string, std::string>;  // set, key or rule

  // Of one declared key or rule. Of several rows that one run puts right by one rule, the first counts.
  struct Fight {
    std::map<std::string, std::chrono::milliseconds> made;   // corrections within the last minute, by run
    std::map<std::string, std::chrono::milliseconds> known;  // without those of which nobody knew
    int holds = 0;                                           // in a row
    std::chrono::milliseconds last{0};
    std::chrono::milliseconds not_before{0};
  };
  struct Correction {
    Place place;
    std::string run;
    std::chrono::milliseconds at;
    bool changed;
  };

  void judge_undo(const Deed& deed);
  void judge_insert(const WantedSet& set, const Deed& deed) const;
  void judge_update(const WantedSet& set, const Deed& deed) const;
  void judge_delete(const WantedSet& set, const Deed& deed) const;
  void judge_dependent(const WantedSet& set, const Deed& deed) const;
  void count_delete(const WantedSet& set, const Deed& deed);
  void count_correction(const WantedSet& set, const Deed& deed);
  static void count_known(Fight& fight, const Correction& correction);
  bool leads_nowhere(const Cells& wanted) const;
  bool may_delete(const WantedSet& set, const Value& key) const;
  bool says(const WantedSet& set, const std::string& column, const Value& wanted, const Value& live) const;
  bool has_dependents(const Value& id) const;
  std::string missing_or_changed(const WantedSet& set) const;
  std::string not_deleted(const WantedSet& set) const;
  const Value& key_of(const WantedSet& set, const RowImage& row) const;

  Database& database_;
  const Ledger& ledger_;
  const VirtualClock& clock_;
  Wishes wishes_;
  std::map<std::string, std::chrono::system_clock::time_point> pauses_;  // "" for all sets
  bool confirmed_ = false;
  bool disturbed_ = false;
  std::set<Place> ever_declared_;
  std::set<Place> undone_;  // table, key
  struct Deletion {
    std::chrono::milliseconds at;
    bool own;
  };
  std::map<std::string, std::vector<Deletion>> deletions_;  // by set
  std::map<Place, Fight> fights_;
  std::vector<Correction> corrections_;  // of the run under way
  std::set<std::string> fought_;
};

}  // namespace holdfast::simulation
