// Which deletes of a plan wait for a person, as a text that is kept until the next run: a plan that was confirmed and
// has changed since is refused, and this is how the difference can be told. PURE.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/core/plan.h"

namespace holdfast {

// The hash, then a line for each delete that waits, the first of very many. Hidden values stay hidden, and those of the
// columns `redact`, of whatever table, are not in it in any form.
std::string waiting_text(const std::string& hash, const Plan& plan, std::span<const std::string> redact);

// What is new (+), gone (-) and other (~) in `plan` since the text was made. Nothing when the text is not of one of the
// plans that were confirmed: then nobody knows.
std::vector<std::string> changed_since(std::string_view text, const Plan& plan,
                                       const std::vector<std::string>& confirmed, std::span<const std::string> redact);

}  // namespace holdfast
