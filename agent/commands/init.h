// `holdfast init`: documents that ask for what is in a database now. Reads the database, never writes to it.
#pragma once

#include "agent/commands/context.h"

namespace holdfast::agent {

int run_init(const CommandLine& line, const Context& context);

}  // namespace holdfast::agent
