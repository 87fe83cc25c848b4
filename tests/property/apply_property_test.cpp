// One apply: it gets as far as it can in one run, and touches nothing that it should not (G1, G3, G4, G7).
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "tests/property/judging.h"
#include "tests/property/property.h"

namespace holdfast::testing {
namespace {

// Otherwise what one set does can be drift to the other one: a second row with its key, a declared row that it forbids.
bool one_set_a_table(const World& world) {
  std::set<std::string> tables;
  for (const SetSpec& set : world.sets) {
    if (!tables.insert(set.table).second) return false;
  }
  return true;
}

// Two rows of a set that are to have one primary key: whichever has it, the other is told of in other words.
bool wants_a_key_twice(const World& world) {
  for (const SetSpec& set : world.sets) {
    std::set<std::string> seen;
    for (const Cells& row : set.rows) {
      std::string key;
      for (const std::string& column : world.find(set.table)->primary_key) {
        const auto cell = row.find(column);
        key = cell == row.end() ? "" : key + literal(cell->second) + '\n';
        if (cell == row.end()) break;
      }
      if (!key.empty() && !seen.insert(key).second) return true;
    }
  }
  return false;
}

// A set that finds its references by what it writes itself, in its own table: what it writes changes where they lead.
bool chases_itself(const World& world) {
  for (const SetSpec& set : world.sets) {
    for (const auto& [column, reference] : set.references) {
      const SetSpec* target = world.find_set(reference.row_set);
      if (target != nullptr && target->table == set.table && target != &set) return true;
    }
  }
  return false;
}

bool refers_by_name(const World& world) {
  return std::any_of(world.sets.begin(), world.sets.end(), [](const SetSpec& set) { return !set.references.empty(); });
}

// A row that one set makes may be one that another set of the table renames: rows that refer to it then follow.
bool renames_in_a_shared_table(const World& world) {
  return !one_set_a_table(world) &&
         std::any_of(world.sets.begin(), world.sets.end(), [](const SetSpec& set) { return !set.renames.empty(); });
}

std::string told(const Outcomes& outcomes) { return outcomes.changes() + outcomes.messages() + outcomes.all_errors(); }

// A run right after another one, which left the rows of `after`.
std::string broken_by_second(Lab& lab, const Outcomes& first, const Outcomes& second, const Snapshot& after,
                             Seen& seen) {
  const World& world = lab.world();
  std::string wrong;
  // A key that holds a value of a new row is known by that value only afterwards.
  const bool keys_known = first.changes().find("(known after the insert)") == std::string::npos;
  const bool names_moved = refers_by_name(world) && first.changes().find(" delete applied") != std::string::npos;
  if (one_set_a_table(world) && !names_moved && !wants_a_key_twice(world) && keys_known) {
    ++seen["the second run says the same"];
    if (left_over(first) != left_over(second)) wrong += "the second run says something else\n";
  }
  if (chases_itself(world)) return wrong;
  ++seen["the second run changes nothing"];
  if (second.report.batches != 0) wrong += "the second run wrote something\n";
  return wrong + difference(after, lab.look());
}

std::string broken_by_apply(const World& world, Seen& seen) {
  Lab lab(world);
  if (!lab.possible()) return "";
  const Snapshot before = lab.look();
  std::optional<Exposure> exposure(lab);
  auto orphans = lab.orphans();
  bool edited = false;
  if (!world.edits.empty()) {
    lab.scenario().between_read_and_lock([&] {
      lab.somebody_edits();
      edited = true;
      exposure.emplace(lab);
      orphans = lab.orphans();
    });
  }
  Outcomes first = lab.scenario().apply();
  Snapshot after = lab.look();
  if (first.exit == 3) {
    ++seen["documents that do not fit change nothing"];
    return difference(before, after);
  }
  ++seen["runs"];
  if (first.report.batches > 0) ++seen["runs that wrote"];
  std::string wrong;
  Spending spent;
  if (!first.error.empty() || first.report.error) wrong += "the run failed\n";
  wrong += unexplained(first) + over_limits(world, first, spent);
  if (!renames_in_a_shared_table(world)) {
    ++seen["nothing else was changed"];
    wrong += exposure->broken_by(after);
  }
  const bool triggers = !trigger_statements(world).empty();
  if (!triggers && !edited) {
    ++seen["what is gone was told"];
    wrong += untold_deletes(first, before, after);
  }
  if (lab.integrity() != "ok") wrong += lab.integrity();
  if (!keeps_orphans(world)) {
    ++seen["no orphan was added"];
    wrong += new_orphans(orphans, lab.orphans());
  }
  const bool deleted = std::any_of(spent.begin(), spent.end(), [](const auto& one) { return one.second.own > 0; });
  if (deleted) ++seen["deletes within their limits"];
  if (edited) {  // what came after the run had read is the next one's
    ++seen["runs beside an edit"];
    first = lab.scenario().apply();
    after = lab.look();
    wrong += unexplained(first) + over_limits(world, first, spent);
  }
  const Outcomes second = lab.scenario().apply();
  wrong += over_limits(world, second, spent) + broken_by_second(lab, first, second, after, seen);
  if (wrong.empty()) return "";
  return wrong + "FIRST\n" + told(first) + "SECOND\n" + told(second) + "BEFORE\n" + to_text(exposure->base()) +
         "AFTER\n" + to_text(after);
}

TEST(ApplyProperty, ConvergesInOneRunAndLeavesTheRestAlone) {
  WorldKind kind;
  kind.edits = false;
  kind.wild_triggers = false;
  check_worlds("apply", 30, kind, broken_by_apply,
               {{"runs", 50},
                {"runs that wrote", 30},
                {"nothing else was changed", 45},
                {"what is gone was told", 25},
                {"no orphan was added", 35},
                {"deletes within their limits", 5},
                {"the second run says the same", 25},
                {"the second run changes nothing", 50}});
}

TEST(ApplyProperty, GivesWayToWhoeverIsQuicker) {
  WorldKind kind;
  kind.wild_triggers = false;
  check_worlds("apply beside a writer", 20, kind, broken_by_apply,
               {{"runs", 50},
                {"runs that wrote", 30},
                {"runs beside an edit", 35},
                {"nothing else was changed", 40},
                {"no orphan was added", 30},
                {"the second run says the same", 25},
                {"the second run changes nothing", 45}});
}

}  // namespace
}  // namespace holdfast::testing
