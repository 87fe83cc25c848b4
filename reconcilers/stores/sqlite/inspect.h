// Reads the schema of a database: what no single pragma tells is put together here.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "reconcilers/stores/sqlite/connection.h"

namespace holdfast::stores {

// The tables named, with those that foreign keys connect to them. An empty span: all tables.
Result<Schema> inspect_tables(Connection& connection, std::span<const std::string> tables);

}  // namespace holdfast::stores
