#include "tests/property/judging.h"

#include <algorithm>
#include <sstream>

namespace holdfast::testing {

std::string unexplained(const Outcomes& outcomes) {
  for (const SetPlan& set : outcomes.report.plan.sets) {
    for (const Change& change : set.changes) {
      const bool told = change.outcome == Outcome::Applied || change.outcome == Outcome::Reported;
      const bool why = change.reason != Reason::None && change.detail && !change.detail->message.empty();
      if (change.outcome == Outcome::Planned || (!told && !why)) return "a change does not say what became of it\n";
    }
  }
  return "";
}

std::string over_limits(const World& world, const Outcomes& outcomes, Spending& spent) {
  for (const SetPlan& set : outcomes.report.plan.sets) {
    const SetSpec* spec = world.find_set(set.name);
    if (!spec) continue;
    Deletes& deletes = spent[set.name];
    for (const Change& change : set.changes) {
      if (change.outcome != Outcome::Applied || change.action != Action::Delete) continue;
      ++deletes.own;
      if (!change.detail) continue;
      for (const DependentCount& count : change.detail->dependents) deletes.dependents += count.rows;
    }
    const auto limit = [&](const char* name, int otherwise) {
      const auto said = spec->limits.find(name);
      return static_cast<std::uint64_t>(said == spec->limits.end() ? otherwise : said->second);
    };
    if (deletes.own > limit("deletes", 10)) return "more deletes than limits.deletes\n";
    if (deletes.dependents > limit("dependentDeletes", 1000)) return "more dependents than limits.dependentDeletes\n";
  }
  return "";
}

std::string untold_deletes(const Outcomes& outcomes, const Snapshot& before, const Snapshot& after) {
  std::uint64_t inserted = 0, deleted = 0;
  for (const SetPlan& set : outcomes.report.plan.sets) {
    for (const Change& change : set.changes) {
      if (change.outcome != Outcome::Applied) continue;
      if (change.action == Action::Insert) ++inserted;
      if (change.action != Action::Delete) continue;
      ++deleted;
      if (!change.detail) continue;
      for (const DependentCount& count : change.detail->dependents) {
        if (count.fate == DependentFate::Deleted) deleted += count.rows;
      }
    }
  }
  if (row_count(after) + deleted >= row_count(before) + inserted) return "";
  return "more rows are gone than the run says\n";
}

std::string new_orphans(const std::map<std::string, std::int64_t>& before,
                        const std::map<std::string, std::int64_t>& after) {
  for (const auto& [name, count] : after) {
    if (count > before.at(name)) return "an orphan was added: " + name + "\n";
  }
  return "";
}

bool keeps_orphans(const World& world) {
  for (const SetSpec& set : world.sets) {
    if (set.enforce && set.policy_of("dependents") == "Keep") return true;
  }
  return false;
}

std::string left_over(const Outcomes& outcomes) {
  std::istringstream lines(outcomes.changes());
  std::vector<std::string> left;
  for (std::string line; std::getline(lines, line);) {
    if (line.find(" applied ") != std::string::npos) continue;
    // Why it was not may well be something else the second time.
    std::istringstream words(line);
    std::string drift, action, outcome, reason, key;
    words >> drift >> action >> outcome >> reason;
    std::getline(words, key);
    if (drift == "identity" && action == "insert") drift = "missing";
    left.push_back(drift + key);
  }
  std::sort(left.begin(), left.end());
  std::string text;
  for (const std::string& line : left) text += line + "\n";
  return text;
}

}  // namespace holdfast::testing
