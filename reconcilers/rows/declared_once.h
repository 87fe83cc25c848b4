// Several sets may manage one table. What they declare together must not contradict: by one key that is known from the
// documents and the schema alone, by different keys only from the live rows.
#pragma once

#include <span>

#include "reconcilers/rows/set_state.h"

namespace holdfast {

// Adds an error for every row that one set declares and another forbids, and for every key that two sets declare.
void check_declared_once(std::span<const SetState> states, Diagnostics& diagnostics);

// Blocks each change (reason declared) after which its row would be another set's, by that one's key, and not as that
// one declares it: the two would undo each other's work in every run. Called when every set is planned.
void block_disagreements(Plan& plan, std::span<const SetState> states);

// Takes deletes out of the plan that an earlier set plans for the same row, within its budget or not: it goes once, by
// that one's limits. Not those that another change waits for. Called when every guard has had its say.
void drop_second_deletes(Plan& plan, std::span<SetState> states);

// True if two sets write to one table: then what one of them does can be drift to the other.
bool share_a_table(std::span<const SetState> states);

}  // namespace holdfast
