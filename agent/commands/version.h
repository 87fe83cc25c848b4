// `holdfast version`: what this program is made of.
#pragma once

#include "agent/commands/context.h"

namespace holdfast::agent {

int run_version(const CommandLine& line, const Context& context);

}  // namespace holdfast::agent
