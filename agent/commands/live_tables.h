// Live tables, read whole: what init and export make documents of.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/commands/context.h"
#include "reconcilers/describe/live_table.h"

namespace holdfast::agent {

Result<std::shared_ptr<const LiveTable>> read_live_table(Store& store, std::shared_ptr<const Table> table,
                                                         const Context& context);

// The error for a table that is not there, with the name that was likely meant.
Error no_such_table(const std::string& name, const std::vector<ListedTable>& listed, const Store& store);

}  // namespace holdfast::agent
