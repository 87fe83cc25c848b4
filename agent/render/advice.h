// Why a change does not happen, and what a person does about it: one place for all outputs. PURE.
#pragma once

#include <string>
#include <string_view>

#include "reconcilers/core/plan.h"

namespace holdfast::agent {

// In a few words, beside the row: "reported: mode is Observe". Empty for a change that is planned or applied.
std::string why(const SetPlan& set, const Change& change);

// One sentence in the imperative; empty when there is nothing to do.
std::string_view next_step(const SetPlan& set, const Change& change);
// The same where the change takes an earlier one back: documents and policies have no say in that.
std::string_view next_step_of_undo(const Change& change);
std::string_view next_step(Reason reason);

}  // namespace holdfast::agent
