// Undo: exactly back, exactly forth again, and nothing of what others did since is lost (G5).
#include <gtest/gtest.h>

#include "tests/property/judging.h"
#include "tests/property/property.h"

namespace holdfast::testing {
namespace {

std::string told(const Outcomes& outcomes) { return outcomes.changes() + outcomes.messages() + outcomes.all_errors(); }

std::string with_outcome(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// An undo that has to succeed: as its plan says, and to the byte.
std::string broken_by_undo(Lab& lab, const Snapshot& wanted) {
  UndoRequest look;
  look.carry_out = false;
  const Outcomes planned = lab.scenario().undo(look);
  const Outcomes undone = lab.scenario().undo();
  std::string wrong = difference(wanted, lab.look());
  if (undone.exit != 0) wrong += "the undo did not end well\n";
  if (with_outcome(planned.changes(), " planned ", " applied ") != undone.changes())
    wrong += "its plan says otherwise\n";
  if (lab.integrity() != "ok") wrong += lab.integrity();
  return wrong.empty() ? "" : wrong + "PLANNED\n" + told(planned) + "UNDONE\n" + told(undone);
}

std::string broken_by_undoing(const World& world, Seen& seen) {
  Lab lab(world);
  // An undo never makes orphans: one that got its parent keeps it, and so does one that was to be left behind.
  if (!lab.possible() || keeps_orphans(world)) return "";
  for (const auto& [key, rows] : lab.orphans()) {
    if (rows > 0) return "";
  }
  const Snapshot before = lab.look();
  const Outcomes applied = lab.scenario().apply();
  if (applied.report.batches == 0) return "";
  const Snapshot after = lab.look();
  const auto story = [&] {
    return "APPLIED\n" + told(applied) + "BEFORE\n" + to_text(before) + "AFTER\n" + to_text(after);
  };
  if (const std::string wrong = broken_by_undo(lab, before); !wrong.empty()) return "undo: " + wrong + story();
  if (const std::string wrong = broken_by_undo(lab, after); !wrong.empty()) return "undo of undo: " + wrong + story();
  if (const std::string wrong = broken_by_undo(lab, before); !wrong.empty()) return "once more: " + wrong + story();
  ++seen["undone, and back and forth again"];
  return "";
}

TEST(UndoProperty, PutsEverythingBackAndForth) {
  WorldKind kind;
  kind.edits = false;
  check_worlds("undo", 25, kind, broken_by_undoing, {{"undone, and back and forth again", 10}});
}

// Rows that are other than the run left them stay so, whatever the undo can still take back.
std::string broken_by_undoing_late(const World& world, Seen& seen) {
  Lab lab(world);
  if (!lab.possible()) return "";
  const Outcomes applied = lab.scenario().apply();
  if (applied.report.batches == 0) return "";
  const Snapshot after = lab.look();
  lab.somebody_edits();
  const Snapshot edited = lab.look();
  const auto orphans = lab.orphans();
  const Outcomes undone = lab.scenario().undo();
  const Snapshot now = lab.look();
  ++seen["undone"];
  if (!difference(after, edited).empty()) ++seen["undone after an edit"];
  if (undone.changes().find(" blocked ") != std::string::npos) ++seen["an edit was in the way"];
  std::string wrong = unexplained(undone) + new_orphans(orphans, lab.orphans());
  if (!undone.error.empty() || undone.report.error) wrong += "the undo failed\n";
  if (lab.integrity() != "ok") wrong += lab.integrity();
  const auto row = [](const Snapshot& snapshot, const std::string& table, const std::string& at) {
    const auto found = snapshot.at(table).find(at);
    return found == snapshot.at(table).end() ? std::vector<Value>() : found->second;
  };
  for (const auto& [table, rows] : edited) {
    for (const auto& [at, values] : rows) {
      if (row(after, table, at) != values && row(now, table, at) != values)
        wrong += "an edit was lost: " + table + " " + at + "\n";
    }
    for (const auto& [at, values] : after.at(table)) {
      if (!rows.contains(at) && row(now, table, at) == values)  // not another one at its place
        wrong += "a deleted row is back: " + table + " " + at + "\n";
    }
  }
  if (wrong.empty()) return "";
  return wrong + "APPLIED\n" + told(applied) + "UNDONE\n" + told(undone) + "AFTER\n" + to_text(after) + "EDITS\n" +
         difference(after, edited) + "UNDO\n" + difference(edited, now);
}

TEST(UndoProperty, LeavesWhatOthersDidSince) {
  WorldKind kind;
  check_worlds("undo after edits", 10, kind, broken_by_undoing_late,
               {{"undone", 30}, {"undone after an edit", 20}, {"an edit was in the way", 8}});
}

}  // namespace
}  // namespace holdfast::testing
