// The parts of a change that text and Markdown share, as printable strings without colour. PURE.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "agent/render/change_view.h"

namespace holdfast::agent {

// `name "Trading Tips" (id 2)`
std::string key_text(const ChangeView& view, std::size_t characters);

// "delete", "deleted", "duplicate"…: what is, was or would be done.
std::string_view verb(const Change& change, Shape shape);

// What stands beside a change's key: why it is deleted, what goes with it. Empty when there is nothing to say.
std::string note_text(const SetPlan& set, const Change& change);

// One column's values before and after, masked where they have to be; an empty string where there is none.
std::pair<std::string, std::string> column_texts(const ColumnView& column, std::size_t characters);

// What stands behind a key when the change is not simply planned or applied: "blocked: other rows refer to it". Where
// the change has a message of its own, the reason is only named: "blocked: dependents". Empty for the rest.
std::string outcome_text(const SetPlan& set, const Change& change, const ChangeView& view);

// "in sync: 12 of 12 declared, 3 others not managed"
std::string sync_text(const SetPlan& set);

std::string_view sign(Shape shape);

}  // namespace holdfast::agent
