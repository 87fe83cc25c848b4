// What a database has in it, and the statements that would make it again.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reconcilers/stores/sqlite/connection.h"

namespace holdfast::stores {

Result<std::vector<ListedTable>> list_tables(Connection& connection);

// CREATE TABLE and CREATE INDEX … IF NOT EXISTS of these tables, as SQLite keeps them.
Result<std::string> setup_text(Connection& connection, std::span<const std::string> tables);

}  // namespace holdfast::stores
