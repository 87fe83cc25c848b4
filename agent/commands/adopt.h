// `holdfast adopt`: a copy, or a file that was looked after elsewhere, becomes a database of its own, looked after
// here.
#pragma once

#include "agent/commands/context.h"

namespace holdfast::agent {

int run_adopt(const CommandLine& line, const Context& context);

}  // namespace holdfast::agent
