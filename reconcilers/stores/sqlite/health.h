// The SQLite side of core/health.h. The contracts are those of Store's methods of the same names.
#pragma once

#include <chrono>

#include "reconcilers/core/health.h"
#include "reconcilers/stores/sqlite/connection.h"

namespace holdfast::stores {

Result<IntegrityReport> check_integrity(Connection& connection, std::chrono::milliseconds at_most);
// An error that means that the file is no good, as a report; others stay errors.
Result<IntegrityReport> damage_or(const Error& error);

Result<StorageReport> read_storage(Connection& connection);
Result<TableMark> read_table_mark(Connection& connection, const Table& table);
Result<OrphanReport> count_orphans(Connection& connection, const ReferringColumns& reference, std::uint64_t limit,
                                   std::chrono::milliseconds at_most);

}  // namespace holdfast::stores
