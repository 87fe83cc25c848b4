// Parts of make_world that several of its files need. Internal to tests/property.
#pragma once

#include "tests/property/dice.h"
#include "tests/property/world.h"

namespace holdfast::testing {

// A value that a document may give for the column, or that somebody may have put there (`live`).
Value any_value(Dice& dice, const ColumnSpec& column, bool strict, bool live);

void add_tables(Dice& dice, const WorldKind& kind, World& world);
void add_triggers(Dice& dice, const WorldKind& kind, World& world);
void add_sets(Dice& dice, World& world);
void add_rows(Dice& dice, World& world);
void add_edits(Dice& dice, World& world);

// True for a value that the matcher may mean; where the documents leave it open (patterns on numbers), it may.
bool may_match(const MatcherSpec& matcher, const Value& value);

bool contains(const Names& names, const std::string& name);

}  // namespace holdfast::testing
