// `holdfast apply`: one run over every database, then stops.
#pragma once

#include "agent/commands/context.h"

namespace holdfast::agent {

int run_apply(const CommandLine& line, const Context& context);

}  // namespace holdfast::agent
