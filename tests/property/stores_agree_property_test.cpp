// The memory store and the SQLite store give one answer: the same plan, the same run, the same rows, undone the same.
#include <gtest/gtest.h>

#include "tests/property/property.h"
#include "tests/property/twin.h"

namespace holdfast::testing {
namespace {

// Without the folder, which is another one for each, and without the engine's choice of the constraint that it names
// where a row breaks several.
std::string told(const Scenario& scenario, const Outcomes& outcomes) {
  std::string text =
      "exit " + std::to_string(outcomes.exit) + "\n" + outcomes.changes() + outcomes.messages() + outcomes.all_errors();
  const std::string& folder = scenario.folder();
  for (std::size_t at; (at = text.find(folder)) != std::string::npos;) text.erase(at, folder.size());
  const std::string unique = "UNIQUE constraint failed: ";
  for (std::size_t at = 0; (at = text.find(unique, at)) != std::string::npos; at += unique.size())
    text.erase(at + unique.size(), text.find('\n', at) - at - unique.size());
  return text;
}

std::string disagreement(const std::string& what, const std::string& sqlite, const std::string& memory) {
  return sqlite == memory ? "" : what + "\nSQLITE\n" + sqlite + "MEMORY\n" + memory;
}

std::string broken_between_stores(const World& world, Seen& seen) {
  Lab lab(world);
  if (!lab.possible()) return "";
  // Rows that were left out as they broke a constraint have used up numbers; of these the twin knows nothing.
  for (const TableSpec& table : world.tables) {
    if (!table.autoincrement) continue;
    lab.execute("UPDATE sqlite_sequence SET seq = (SELECT max(0, ifnull(max(rowid), 0)) FROM " + quoted(table.name) +
                ") WHERE name = " + literal(Value::text(table.name)));
  }
  Twin twin(lab);
  Scenario& sqlite = lab.scenario();
  Scenario memory;
  memory.documents(documents(world));
  memory.open_with([&] { return twin.open(); });
  const auto agree = [&](const std::string& what, const Outcomes& one, const Outcomes& other) {
    return disagreement(what, told(sqlite, one), told(memory, other)) +
           disagreement("rows after " + what, contents(lab), contents(*twin.open(), world));
  };
  ++seen["plans"];
  std::string wrong = agree("plan", sqlite.plan(), memory.plan());
  if (!wrong.empty()) return wrong;
  const Outcomes applied = sqlite.apply();
  wrong = agree("apply", applied, memory.apply());
  if (!wrong.empty() || applied.report.batches == 0) return wrong;
  ++seen["runs that wrote, undone"];
  return agree("undo", sqlite.undo(), memory.undo());
}

TEST(StoresAgree, OnPlanApplyAndUndo) {
  WorldKind kind;
  kind.triggers = false;
  kind.generated = false;
  kind.edits = false;
  check_worlds("stores agree", 15, kind, broken_between_stores, {{"plans", 50}, {"runs that wrote, undone", 30}});
}

}  // namespace
}  // namespace holdfast::testing
