// From what a table's definition says to what inspect() shows: locators, primary keys, foreign keys in both directions.
// Pure functions over definitions.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>

#include "reconcilers/core/result.h"
#include "reconcilers/stores/memory/definition.h"

namespace holdfast::stores {

// By name in ASCII lower case.
using Catalogue = std::map<std::string, std::shared_ptr<const TableDefinition>, std::less<>>;

// The definition with its locator, primary key, unique constraints and indexes worked out. Invalid when it asks for
// something that there is not: no column, a generated column, a collation of somebody else's, WITHOUT ROWID without a
// key.
Result<std::shared_ptr<const TableDefinition>> complete(TableDefinition definition);

// The tables named, those that refer to them at any distance, and those that any of these refer to, with their foreign
// keys resolved. Names that are not in the catalogue are left out.
std::map<std::string, Table> related_tables(const Catalogue& catalogue, std::span<const std::string> names);

}  // namespace holdfast::stores
