#include "tests/simulation/wishes.h"

#include <algorithm>

#include "reconcilers/core/schema.h"

namespace holdfast::simulation {
namespace {

// Texts that a careless comparison takes for something else.
const std::vector<std::string> texts = {"red", "no", "0450", "", "1.10", "true", "ÄÖÜ", "a, b: c"};

Value any_text(Dice& dice) { return Value::text(dice.pick(texts)); }
Value any_number(Dice& dice) { return Value::integer(static_cast<std::int64_t>(dice.below(5))); }

Cells new_row(Dice& dice, const WantedSet& set, const std::string& name) {
  Cells row{{set.key, Value::text(name)}};
  if (set.table == "items") {
    if (dice.chance(70)) row["price"] = any_number(dice);
    if (dice.chance(60)) row["tag"] = any_text(dice);
    if (dice.chance(25)) {
      const auto place = std::find(names().begin(), names().end(), name) - names().begin();
      row["id"] = Value::integer(place + 1);
    }
  } else if (set.table == "parts") {
    if (dice.chance(80)) row["item_id"] = Value::text(dice.pick(names()));
    if (dice.chance(70)) row["price"] = any_number(dice);
  } else if (dice.chance(80)) {
    row["tag"] = any_text(dice);
  }
  return row;
}

void add_row(Dice& dice, WantedSet& set) {
  const std::string& name = dice.pick(names());
  if (set.find(Value::text(name)) == nullptr) set.rows.push_back(new_row(dice, set, name));
}

void choose_policies(Dice& dice, WantedSet& set) {
  set.missing = dice.chance(90) ? "Insert" : "Report";
  set.changed = dice.chance(80) ? "Update" : dice.pick({"Report", "Ignore"});
  set.extra = dice.chance(70) ? "Keep" : dice.pick({"Report", "Delete"});
  set.removed = dice.chance(60) ? "Keep" : "Delete";
  set.dependents = dice.pick({"Restrict", "FollowSchema", "Delete"});
  set.deletes = dice.pick({1U, 2U, 3U, 10U});
  set.dependent_deletes = dice.pick({0U, 1U, 4U, 1000U});
  set.per = std::chrono::seconds(dice.pick({60, 600}));
}

WantedSet new_set(Dice& dice, const std::string& table) {
  WantedSet set;
  set.name = "the-" + table;
  set.table = table;
  set.key = table == "items" ? "name" : "code";
  set.enforce = dice.chance(85);
  set.interval = std::chrono::seconds(dice.pick({60, 300, 600}));
  choose_policies(dice, set);
  for (std::size_t i = dice.between(1, 4); i > 0; --i) add_row(dice, set);
  if (dice.chance(25) && table != "parts") set.initial.insert("tag");
  for (const std::string& pest : pests()) {
    if (dice.chance(40)) set.forbidden.push_back({pest, dice.chance(50)});
  }
  return set;
}

std::string cell_text(const Value& value) {
  return value.kind() == ValueKind::Integer ? std::to_string(value.view().integer()) : shown(value);
}

std::string row_text(const Cells& row) {
  std::string text;
  for (const auto& [column, value] : row) text += (text.empty() ? "{" : ", ") + column + ": " + cell_text(value);
  return text + "}";
}

std::string set_text(const WantedSet& set) {
  std::string text = "---\napiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: " + set.name +
                     "}\nspec:\n  table: " + set.table + "\n  key: [" + set.key +
                     "]\n  mode: " + (set.enforce ? "Enforce" : "Observe") +
                     "\n  interval: " + std::to_string(set.interval.count()) + "s\n  rows:\n";
  bool refers = false;
  for (const Cells& row : set.rows) {
    text += "    - " + row_text(row) + "\n";
    refers = refers || row.contains("item_id");
  }
  if (refers) text += "  references: {item_id: {rowSet: the-items, by: name, column: id}}\n";
  for (const std::string& column : set.initial) text += "  initial: [" + column + "]\n";
  if (!set.forbidden.empty()) text += "  forbidden:\n";
  for (const ForbiddenName& rule : set.forbidden) {
    text += "    - {" + set.key + ": {equals: \"" + rule.name + "\"" + (rule.ignore_case ? ", ignoreCase: true" : "") +
            "}}\n";
  }
  return text + "  policy: {missing: " + set.missing + ", changed: " + set.changed + ", extra: " + set.extra +
         ", removed: " + set.removed + ", dependents: " + set.dependents +
         "}\n  limits: {deletes: " + std::to_string(set.deletes) +
         ", dependentDeletes: " + std::to_string(set.dependent_deletes) + ", per: " + std::to_string(set.per.count()) +
         "s}\n";
}

// Parts are declared by the names of items, whose set must be there then.
void keep_references(Wishes& wishes) {
  if (wishes.find("the-items") != nullptr) return;
  for (WantedSet& set : wishes.sets) {
    for (Cells& row : set.rows) row.erase("item_id");
  }
}

std::string change_rows(Dice& dice, WantedSet& set) {
  if (dice.chance(50) || set.rows.size() < 2) {
    const std::size_t before = set.rows.size();
    add_row(dice, set);
    return set.rows.size() > before ? "a row is added" : "nothing";
  }
  const std::size_t at = dice.below(set.rows.size());
  if (dice.chance(50)) {
    set.rows.erase(set.rows.begin() + static_cast<std::ptrdiff_t>(at));
    return "a row is left out";
  }
  const std::string name(set.rows[at].at(set.key).view().bytes());
  set.rows[at] = new_row(dice, set, name);
  return "a row says something else";
}

std::string change_set(Dice& dice, WantedSet& set) {
  switch (dice.below(6)) {
    case 0: set.enforce = !set.enforce; return set.enforce ? "Enforce" : "Observe";
    case 1: choose_policies(dice, set); return "policies and limits";
    case 2:
      if (set.forbidden.empty()) {
        set.forbidden.push_back({dice.pick(pests()), dice.chance(50)});
        return "a rule is added";
      }
      set.forbidden.pop_back();
      return "a rule is left out";
    default: return change_rows(dice, set);
  }
}

}  // namespace

const std::vector<std::string>& names() {
  static const std::vector<std::string> all = {"ant", "bee", "cat", "dog", "eel", "fox"};
  return all;
}

const std::vector<std::string>& pests() {
  static const std::vector<std::string> all = {"tick", "Wasp"};
  return all;
}

bool ForbiddenName::matches(const Value& value) const {
  if (value.kind() != ValueKind::Text) return false;
  const std::string text(value.view().bytes());
  return ignore_case ? ascii_lower(text) == ascii_lower(name) : text == name;
}

const Cells* WantedSet::find(const Value& key_value) const {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Cells& row) { return row.at(key) == key_value; });
  return found == rows.end() ? nullptr : &*found;
}

int WantedSet::rule_for(const Value& key_value) const {
  for (std::size_t i = 0; i < forbidden.size(); ++i) {
    if (forbidden[i].matches(key_value)) return static_cast<int>(i);
  }
  return -1;
}

const WantedSet* Wishes::find(const std::string& set) const {
  const auto found = std::find_if(sets.begin(), sets.end(), [&](const WantedSet& one) { return one.name == set; });
  return found == sets.end() ? nullptr : &*found;
}

Wishes first_wishes(Dice& dice) {
  Wishes wishes;
  for (const char* table : {"items", "parts", "words"}) {
    if (dice.chance(80)) wishes.sets.push_back(new_set(dice, table));
  }
  if (wishes.sets.empty()) wishes.sets.push_back(new_set(dice, "items"));
  keep_references(wishes);
  return wishes;
}

std::string change(Dice& dice, Wishes& wishes) {
  ++wishes.version;
  wishes.fits = true;
  std::string what;
  if (dice.chance(10) && wishes.sets.size() > 1) {
    const std::size_t at = dice.below(wishes.sets.size());
    what = wishes.sets[at].name + " is left out";
    wishes.sets.erase(wishes.sets.begin() + static_cast<std::ptrdiff_t>(at));
  } else if (const std::string table = dice.pick({"items", "parts", "words"}); wishes.find("the-" + table) == nullptr) {
    wishes.sets.push_back(new_set(dice, table));
    what = wishes.sets.back().name + " is added";
  } else {
    WantedSet& set = wishes.sets[dice.below(wishes.sets.size())];
    what = set.name + ": " + change_set(dice, set);
  }
  keep_references(wishes);
  if (dice.chance(8)) {
    wishes.fits = false;
    what += ", and they do not fit the tables";
  }
  return what;
}

std::string text_of(const Wishes& wishes) {
  std::string text = "# version " + std::to_string(wishes.version) +
                     "\napiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: world}\nspec: {url: "
                     "\"sqlite:world.db\"}\n";
  for (const WantedSet& set : wishes.sets) text += set_text(set);
  if (!wishes.fits) text += "  sensitive: [no_such_column]\n  defaults: {no_such_column: 1}\n";
  return text;
}

std::string spoiled(Dice& dice, const std::string& text) {
  switch (dice.below(5)) {
    case 0: return "";
    case 1: return text + "  surprise: true\n";
    case 2: return text.substr(0, text.rfind('}'));
    case 3: return text + "---\nkind: Nothing\n";
    default: return text + "---\n\tnot yaml";
  }
}

std::string shown(const Value& value) {
  switch (value.kind()) {
    case ValueKind::Null: return "null";
    case ValueKind::Integer: return std::to_string(value.view().integer());
    default: return "\"" + std::string(value.view().bytes()) + "\"";
  }
}

}  // namespace holdfast::simulation
