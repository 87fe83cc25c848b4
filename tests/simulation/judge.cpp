#include "tests/simulation/judge.h"

#include <algorithm>

namespace holdfast::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

std::string subject(const WantedSet& set, const Value& key, bool deleted) {
  const int rule = deleted ? set.rule_for(key) : -1;
  return rule >= 0 ? "rule " + std::to_string(rule) : shown(key);
}

}  // namespace

void Judge::in_force(const Wishes& wishes) {
  if (wishes.version != wishes_.version) forget_fights();
  wishes_ = wishes;
  for (const WantedSet& set : wishes_.sets) {
    for (const Cells& row : set.rows) ever_declared_.emplace(set.name, shown(row.at(set.key)));
  }
  // A pause goes with its set.
  std::erase_if(pauses_, [&](const auto& one) { return !one.first.empty() && wishes_.find(one.first) == nullptr; });
}

void Judge::resumed(const std::string& set) {
  std::erase_if(pauses_, [&](const auto& pause) { return pause.second <= clock_.wall(); });
  // One set of a database that is paused as a whole is not resumed.
  if (!set.empty() && !pauses_.contains(set) && pauses_.contains("")) return;
  set.empty() ? pauses_.clear() : static_cast<void>(pauses_.erase(set));
  forget_fights(set);
}

void Judge::after_crash(const agent::Pauses& kept) {
  forget_fights();
  pauses_.clear();
  for (const auto& [set, pause] : kept) pauses_[set] = pause.until;
}

bool Judge::is_paused(const std::string& set) const {
  return std::any_of(pauses_.begin(), pauses_.end(), [&](const auto& pause) {
    return (pause.first.empty() || pause.first == set) && pause.second > clock_.wall();
  });
}

bool Judge::any_pause() const {
  return std::any_of(pauses_.begin(), pauses_.end(), [&](const auto& pause) { return pause.second > clock_.wall(); });
}

void Judge::forget_fights(const std::string& set) {
  corrections_.clear();
  std::erase_if(fights_, [&](const auto& one) { return set.empty() || one.first.first == set; });
  set.empty() ? fought_.clear() : static_cast<void>(fought_.erase(set));
}

void Judge::operator()(const Deed& deed) {
  if (deed.undo()) return judge_undo(deed);
  if (deed.run.revision != "v" + std::to_string(wishes_.version)) {
    throw Broken("G6: documents are acted on that are not in force: " + shown(deed));
  }
  if (!wishes_.fits) throw Broken("G6: documents that do not fit changed something: " + shown(deed));
  const WantedSet* const set = wishes_.find(deed.row_set);
  if (set == nullptr || !set->enforce) throw Broken("G1: no set in Enforce asks for it: " + shown(deed));
  if (!confirmed_ && is_paused(set->name)) throw Broken("a paused set is changed: " + shown(deed));
  if (!deed.own) {
    judge_dependent(*set, deed);
  } else if (set->table != deed.table) {
    throw Broken("G1: the set is about another table: " + shown(deed));
  } else if (!deed.before) {
    judge_insert(*set, deed);
  } else if (deed.after) {
    judge_update(*set, deed);
  } else {
    judge_delete(*set, deed);
  }
  if (confirmed_) return;
  if (!deed.after || !deed.own) count_delete(*set, deed);
  if (deed.own && deed.cause == "edit") count_correction(*set, deed);
}

void Judge::judge_undo(const Deed& deed) {
  const Deed* const first = ledger_.inverted(deed);
  if (first == nullptr || first->before != deed.after || first->after != deed.before || first->table != deed.table) {
    throw Broken("G5: the undo does not lead back: " + shown(deed));
  }
  for (const auto& row : {deed.before, deed.after}) {
    if (row && deed.table != "strangers") {
      const std::string key = deed.table == "items" ? "name" : "code";
      undone_.emplace(deed.table, shown(database_.cell(deed.table, row->values, key)));
    }
  }
}

const Value& Judge::key_of(const WantedSet& set, const RowImage& row) const {
  return database_.cell(set.table, row.values, set.key);
}

const RowImage* Judge::live_row(const WantedSet& set, const Cells& wanted) const {
  const RowImage* found = nullptr;
  const auto id = wanted.find("id");
  for (const auto& [place, row] : ledger_.contents().at(set.table)) {
    if (key_of(set, row) != wanted.at(set.key)) continue;
    if (id != wanted.end() && row.locator.front() == id->second) return &row;
    const auto number = [](const RowImage& one) { return one.locator.front().view().integer(); };
    if (found == nullptr || number(row) < number(*found)) found = &row;
  }
  return found;
}

// Of a reference the row has the id of the declared item with that name, or else of any.
bool Judge::says(const WantedSet& set, const std::string& column, const Value& wanted, const Value& live) const {
  if (set.table != "parts" || column != "item_id") return wanted == live;
  const Rows& items = ledger_.contents().at("items");
  // As if it had come after us: somebody has renamed the item since the run has looked its name up.
  if (disturbed_ && items.contains(place_of({live}))) return true;
  const WantedSet* const parents = wishes_.find("the-items");
  if (const Cells* const parent = parents == nullptr ? nullptr : parents->find(wanted)) {
    const RowImage* const item = live_row(*parents, *parent);
    return item != nullptr && item->locator.front() == live;
  }
  return std::any_of(items.begin(), items.end(), [&](const auto& item) {
    return database_.cell("items", item.second.values, "name") == wanted && item.second.locator.front() == live;
  });
}

void Judge::judge_insert(const WantedSet& set, const Deed& deed) const {
  const Cells* const wanted = set.find(key_of(set, *deed.after));
  if (wanted == nullptr || set.missing != "Insert") throw Broken("G1: nothing asks for this row: " + shown(deed));
  if (live_row(set, *wanted) != nullptr) throw Broken("G4: the row is there already: " + shown(deed));
  for (const std::string& column : database_.columns(set.table)) {
    const Value& value = database_.cell(set.table, deed.after->values, column);
    const auto cell = wanted->find(column);
    const bool good =
        cell != wanted->end() ? says(set, column, cell->second, value) : column == "id" || value.is_null();
    if (!good) throw Broken("G1: " + column + " is not as declared: " + shown(deed));
  }
}

void Judge::judge_update(const WantedSet& set, const Deed& deed) const {
  const Cells* const wanted = set.find(key_of(set, *deed.after));
  if (wanted == nullptr || set.changed != "Update") throw Broken("G1: nothing asks for this change: " + shown(deed));
  const RowImage* const live = live_row(set, *wanted);
  const bool chosen = live != nullptr && (disturbed_ || live->locator == deed.before->locator);
  if (!chosen || deed.before->locator != deed.after->locator) {
    throw Broken("G1: it is not the declared row: " + shown(deed));
  }
  for (const std::string& column : database_.columns(set.table)) {
    const Value& before = database_.cell(set.table, deed.before->values, column);
    const Value& after = database_.cell(set.table, deed.after->values, column);
    if (before == after) continue;
    const auto cell = wanted->find(column);
    const bool named = cell != wanted->end() && column != "id" && !set.initial.contains(column);
    if (!named || !says(set, column, cell->second, after)) {
      throw Broken("G1: " + column + " is not ours to change: " + shown(deed));
    }
  }
}

bool Judge::may_delete(const WantedSet& set, const Value& key) const {
  if (set.find(key) != nullptr) return false;
  return set.rule_for(key) >= 0 || set.extra == "Delete" ||
         (set.removed == "Delete" && ever_declared_.contains({set.name, shown(key)}));
}

bool Judge::has_dependents(const Value& id) const {
  for (const char* table : {"parts", "strangers"}) {
    for (const auto& [place, row] : ledger_.contents().at(table)) {
      if (database_.cell(table, row.values, "item_id") == id) return true;
    }
  }
  return false;
}

void Judge::judge_delete(const WantedSet& set, const Deed& deed) const {
  if (!may_delete(set, key_of(set, *deed.before))) throw Broken("G1: nothing forbids this row: " + shown(deed));
  if (set.table == "items" && has_dependents(deed.before->locator.front())) {
    throw Broken("G1: rows refer to what is deleted: " + shown(deed));
  }
}

void Judge::judge_dependent(const WantedSet& set, const Deed& deed) const {
  const bool deleted = !deed.after;
  const ForeignKeyAction action = database_.on_delete(deed.table);
  const bool follows =
      set.dependents == "FollowSchema" && action == (deleted ? ForeignKeyAction::Cascade : ForeignKeyAction::SetNull);
  if (!deed.before || !(follows || (deleted && set.dependents == "Delete"))) {
    throw Broken("G1: the policy does not say so: " + shown(deed));
  }
  const std::size_t reference = database_.column(deed.table, "item_id");
  if (!deleted) {
    RowImage cleared = *deed.before;
    cleared.values[reference] = Value();
    if (cleared != *deed.after) throw Broken("G1: more than the reference is changed: " + shown(deed));
  }
  const auto& items = ledger_.contents().at("items");
  const auto item = items.find(place_of({deed.before->values[reference]}));
  if (item == items.end() || !may_delete(set, key_of(set, item->second))) {
    throw Broken("G1: the row that it refers to stays: " + shown(deed));
  }
}

void Judge::count_delete(const WantedSet& set, const Deed& deed) {
  const milliseconds now(deed.run.at);
  std::vector<Deletion>& all = deletions_[set.name];
  // What is forgotten under one document does not come back under another with a longer time.
  // A run counts what was spent at its writing, a little after it began.
  std::erase_if(all, [&](const Deletion& one) { return one.at <= now - set.per + seconds(1); });
  all.push_back({now, deed.own});
  const auto within = static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const Deletion& one) { return one.own == deed.own; }));
  const std::size_t limit = deed.own ? set.deletes : set.dependent_deletes;
  if (within > limit) {
    throw Broken("G7: " + std::to_string(within) + " deletes, " + std::to_string(limit) + " allowed: " + shown(deed));
  }
}

// The controller counts from the ends of runs, the journal from their beginnings: a second between them is allowed.
void Judge::count_correction(const WantedSet& set, const Deed& deed) {
  const Value& key = key_of(set, deed.before ? *deed.before : *deed.after);
  const Place place{set.name, subject(set, key, !deed.after)};
  Fight& fight = fights_[place];
  const milliseconds now(deed.run.at);
  if (!fight.made.emplace(deed.run.id, now).second) return;
  // A run may begin before the end of a hold that it then finds ended.
  const auto seen = std::chrono::duration_cast<milliseconds>(clock_.wall().time_since_epoch());
  if (seen < fight.not_before) throw Broken("G11: corrected although somebody undoes each correction: " + shown(deed));
  std::erase_if(fight.made, [&](const auto& one) { return one.second <= now - seconds(61); });
  if (fight.made.size() >= 5) fought_.insert(set.name);
  corrections_.push_back({place, deed.run.id, now, deed.before && deed.after});
}

void Judge::run_ended(bool in_doubt) {
  for (const Correction& correction : corrections_) {
    if (!in_doubt) count_known(fights_[correction.place], correction);
  }
  corrections_.clear();
  disturbed_ = false;
}

void Judge::count_known(Fight& fight, const Correction& correction) {
  const milliseconds now = correction.at;
  if (now - std::max(fight.last, fight.not_before) >= minutes(10)) fight.holds = 0;
  fight.last = now;
  fight.known.emplace(correction.run, now);
  std::erase_if(fight.known, [&](const auto& one) { return one.second <= now - seconds(59); });
  if (fight.holds == 0 && fight.known.size() < 5) return;
  const seconds longest = correction.changed ? seconds(600) : seconds(30);
  fight.not_before = now + std::min(seconds(5) * (1 << std::min(fight.holds++, 10)), longest);
}

}  // namespace holdfast::simulation
