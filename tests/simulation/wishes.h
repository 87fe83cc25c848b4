// What the documents of a simulated world say, as plain values from which their text is written. The judge goes by
// these values, so that nothing of the product's own reading of documents stands between them and its verdict.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "desired-state/value.h"
#include "tests/property/dice.h"

namespace holdfast::simulation {

using testing::Dice;
using Cells = std::map<std::string, Value>;

struct ForbiddenName {  // of the key's column
  std::string name;
  bool ignore_case = false;
  bool matches(const Value& value) const;
};

struct WantedSet {
  std::string name;
  std::string table;
  std::string key;
  bool enforce = true;
  std::vector<Cells> rows;  // the column item_id holds the item's name
  std::set<std::string> initial;
  std::vector<ForbiddenName> forbidden;
  std::string missing = "Insert";
  std::string changed = "Update";
  std::string extra = "Keep";
  std::string removed = "Keep";
  std::string dependents = "Restrict";
  std::size_t deletes = 10;
  std::size_t dependent_deletes = 1000;
  std::chrono::seconds per{60};
  std::chrono::seconds interval{30};

  const Cells* find(const Value& key_value) const;
  // The index of the first rule that forbids a row with this key, or -1.
  int rule_for(const Value& key_value) const;
};

struct Wishes {
  int version = 1;
  std::vector<WantedSet> sets;
  bool fits = true;  // false: they are documents, but not for these tables

  const WantedSet* find(const std::string& set) const;
};

// The names that documents and outsiders use; those of `pests` are what documents forbid.
const std::vector<std::string>& names();
const std::vector<std::string>& pests();

Wishes first_wishes(Dice& dice);
// Another version that differs in a thing or two; what was changed, for the trace.
std::string change(Dice& dice, Wishes& wishes);

std::string text_of(const Wishes& wishes);
// Texts that are no valid documents, made of valid ones.
std::string spoiled(Dice& dice, const std::string& text);

std::string shown(const Value& value);

}  // namespace holdfast::simulation
