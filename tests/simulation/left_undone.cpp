// G3 in the long run: when nothing goes wrong any more, what the documents ask for is the case.
#include <algorithm>

#include "tests/simulation/judge.h"

namespace holdfast::simulation {

std::string Judge::left_undone() const {
  if (!wishes_.fits) return "";
  for (const WantedSet& set : wishes_.sets) {
    if (!set.enforce || is_paused(set.name)) continue;
    if (std::string left = missing_or_changed(set); !left.empty()) return left;
    if (std::string left = not_deleted(set); !left.empty()) return left;
  }
  return "";
}

// Held since an undo, under another identity, or referring to an item that is not there or not the only one.
bool Judge::cannot_be(const WantedSet& set, const Cells& wanted) const {
  if (undone_.contains({set.table, shown(wanted.at(set.key))})) return true;
  const Rows& rows = ledger_.contents().at(set.table);
  if (const auto id = wanted.find("id"); id != wanted.end()) {
    const auto there = rows.find(place_of({id->second}));
    if (there != rows.end()) return key_of(set, there->second) != wanted.at(set.key);
    return live_row(set, wanted) != nullptr;
  }
  return leads_nowhere(wanted);
}

bool Judge::leads_nowhere(const Cells& wanted) const {
  const auto name = wanted.find("item_id");
  if (name == wanted.end()) return false;
  const WantedSet* const parents = wishes_.find("the-items");
  const Cells* const parent = parents == nullptr ? nullptr : parents->find(name->second);
  if (parent != nullptr) return cannot_be(*parents, *parent) || live_row(*parents, *parent) == nullptr;
  const Rows& items = ledger_.contents().at("items");
  return 1 != std::count_if(items.begin(), items.end(), [&](const auto& item) {
           return database_.cell("items", item.second.values, "name") == name->second;
         });
}

std::optional<std::string> Judge::drift(const WantedSet& set) const {
  std::optional<std::string> unknown;
  std::map<std::string, int> live_keys;
  for (const auto& [place, row] : ledger_.contents().at(set.table)) {
    const Value& key = key_of(set, row);
    if (set.find(key) != nullptr && ++live_keys[shown(key)] > 1) return "several rows are " + shown(key);
    if (set.find(key) != nullptr) continue;
    if (set.rule_for(key) >= 0) return shown(key) + " is forbidden";
    if (set.extra != "Keep") return shown(key) + " is not declared";
    if (set.removed == "Delete" && ever_declared_.contains({set.name, shown(key)})) return unknown;
  }
  for (const Cells& wanted : set.rows) {
    const std::string which = shown(wanted.at(set.key));
    const RowImage* const live = live_row(set, wanted);
    if (live == nullptr) return which + " is missing";
    if (leads_nowhere(wanted)) {
      // A declared item that something stands in the way of may be there all the same.
      const WantedSet* const parents = wishes_.find("the-items");
      const bool declared = parents != nullptr && parents->find(wanted.at("item_id")) != nullptr;
      return declared ? unknown : which + " refers to nothing";
    }
    for (const auto& [column, value] : wanted) {
      if (set.initial.contains(column) || (set.changed == "Ignore" && column != "id")) continue;
      if (!says(set, column, value, database_.cell(set.table, live->values, column)))
        return which + " has another " + column;
    }
  }
  return "";
}

std::string Judge::missing_or_changed(const WantedSet& set) const {
  for (const Cells& wanted : set.rows) {
    if (cannot_be(set, wanted)) continue;
    const std::string which = "G3: " + set.name + " " + shown(wanted.at(set.key)) + " ";
    const RowImage* const live = live_row(set, wanted);
    if (live == nullptr && set.missing == "Insert") return which + "is missing";
    if (live == nullptr || set.changed != "Update") continue;
    for (const auto& [column, value] : wanted) {
      const Value& now = database_.cell(set.table, live->values, column);
      if (!set.initial.contains(column) && !says(set, column, value, now)) return which + column + " is " + shown(now);
    }
  }
  return "";
}

std::string Judge::not_deleted(const WantedSet& set) const {
  std::size_t due = 0, dependents = 0;
  std::string left;
  // A declared row that cannot be found may be any of those that nothing names: they stay meanwhile.
  const bool waiting = std::any_of(set.rows.begin(), set.rows.end(),
                                   [&](const Cells& row) { return row.contains("item_id") && cannot_be(set, row); });
  const WantedSet* const children = wishes_.find("the-parts");
  for (const auto& [place, row] : ledger_.contents().at(set.table)) {
    const Value& key = key_of(set, row);
    if (!may_delete(set, key)) continue;
    ++due;
    bool blocked = undone_.contains({set.table, shown(key)});
    // It was ours and has left the documents: kept, or deleted once a person has confirmed it.
    blocked = blocked || (set.rule_for(key) < 0 && waiting);
    blocked = blocked || (set.rule_for(key) < 0 && ever_declared_.contains({set.name, shown(key)}));
    for (const char* table : {"parts", "strangers"}) {
      if (set.table != "items") break;
      for (const auto& [at, child] : ledger_.contents().at(table)) {
        if (database_.cell(table, child.values, "item_id") != row.locator.front()) continue;
        ++dependents;
        const bool restricted =
            set.dependents == "FollowSchema" && database_.on_delete(table) == ForeignKeyAction::Restrict;
        blocked = blocked || restricted || set.dependents == "Restrict";
        // A declared part may be what another one's reference leads to by and by.
        const bool part = children != nullptr && child.values.size() > 3;
        blocked = blocked || (part && children->find(key_of(*children, child)) != nullptr);
      }
    }
    if (!blocked) left = "G3: " + set.name + " " + shown(row.values) + " is still there";
  }
  return due > set.deletes || dependents > set.dependent_deletes ? "" : left;
}

}  // namespace holdfast::simulation
