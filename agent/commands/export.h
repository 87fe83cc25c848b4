// `holdfast export`: every row of one table, as a RowSet or as CSV, on standard output. Never writes to the database.
#pragma once

#include "agent/commands/context.h"

namespace holdfast::agent {

int run_export(const CommandLine& line, const Context& context);

}  // namespace holdfast::agent
