// holdfast release: lets rows go that are held since an undo.
#pragma once

#include "agent/commands/context.h"

namespace holdfast::agent {

int run_release(const CommandLine& line, const Context& context);

}  // namespace holdfast::agent
