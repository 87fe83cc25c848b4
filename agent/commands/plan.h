// `holdfast plan`: the exact changes, nothing written.
#pragma once

#include "agent/commands/context.h"

namespace holdfast::agent {

int run_plan(const CommandLine& line, const Context& context);

}  // namespace holdfast::agent
