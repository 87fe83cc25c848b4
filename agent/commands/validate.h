// `holdfast validate`: are the documents right, as far as that can be told without a database?
#pragma once

#include "agent/commands/context.h"

namespace holdfast::agent {

int run_validate(const CommandLine& line, const Context& context);

}  // namespace holdfast::agent
