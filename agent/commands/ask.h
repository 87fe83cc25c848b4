// `holdfast status`, `reconcile`, `pause` and `resume`: ask a running agent over its HTTP API.
#pragma once

#include "agent/commands/context.h"

namespace holdfast::agent {

int run_ask(const CommandLine& line, const Context& context);

}  // namespace holdfast::agent
