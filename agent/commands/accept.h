// holdfast accept: live values of changed rows into the documents.
#pragma once

#include "agent/commands/context.h"

namespace holdfast::agent {

int run_accept(const CommandLine& line, const Context& context);

}  // namespace holdfast::agent
