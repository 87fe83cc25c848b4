// Reads the schema of a database: what no single pragma tells is put together here.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "reconcilers/stores/sqlite/connection.h"

namespace holdfast::stores {

// The tables named, with those that foreign keys connect to them.
Result<Schema> inspect_tables(Connection& connection, std::span<const std::string> tables);
Result<Schema> inspect_all_tables(Connection& connection);

}  // namespace holdfast::stores
