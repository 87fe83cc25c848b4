// The tables that init describes, and why it leaves the others out.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/commands/context.h"
#include "reconcilers/describe/live_table.h"

namespace holdfast::agent {

struct LeftOutTable {
  std::string table;
  std::string why;
};

struct InitTables {
  std::vector<std::shared_ptr<const LiveTable>> tables;
  std::vector<LeftOutTable> left_out;
};

// All tables that are worth declaring, or those that are `wanted`, with their rows. An error when a wanted one is not
// there or cannot be described.
Result<InitTables> read_init_tables(Store& store, const std::vector<std::string>& wanted, const Context& context);

}  // namespace holdfast::agent
