// holdfast undo: takes a run back.
#pragma once

#include "agent/commands/context.h"

namespace holdfast::agent {

int run_undo(const CommandLine& line, const Context& context);

}  // namespace holdfast::agent
