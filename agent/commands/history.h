// holdfast history: the runs that changed something.
#pragma once

#include "agent/commands/context.h"

namespace holdfast::agent {

int run_history(const CommandLine& line, const Context& context);

}  // namespace holdfast::agent
