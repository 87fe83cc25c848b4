// Which mount a file lies on, from the text of /proc/self/mountinfo. PURE.
#pragma once

#include <optional>
#include <string_view>

#include "agent/core/doctor/host_facts.h"

namespace holdfast::agent::doctor {

// The mount with the longest point that leads to `path` (absolute, real); of several at one point the last, which hides
// the others. Nothing when the text has none.
std::optional<Mount> find_mount(std::string_view mountinfo, std::string_view path);

// Rows written there are gone when the machine restarts.
bool in_memory(const Mount& mount);
// The layers of a container image; changes lie in the container's own, uppermost one.
bool layered(const Mount& mount);
// Locks and shared memory are not what SQLite needs of them.
bool over_a_network(const Mount& mount);

}  // namespace holdfast::agent::doctor
