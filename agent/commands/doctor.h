// `holdfast doctor`: why a database does not persist, or why its application fails. Reads only.
#pragma once

#include "agent/commands/context.h"

namespace holdfast::agent {

// exit_drift when something is wrong with any of the databases.
int run_doctor(const CommandLine& line, const Context& context);

}  // namespace holdfast::agent
