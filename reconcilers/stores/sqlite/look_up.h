// Looking for rows outside of a transaction. In the rollback modes a reader keeps every commit waiting, and a look-up
// without an index reads the whole table: one that has read for 20 ms while somebody wants to write gives way, and goes
// through the table again in ranges of that length, as a scan does (G8). What it finds is then not as of one moment,
// and what was read as of one is over (Connection::end_reading). In WAL mode no writer shows, and none waits.
//
// Under the write lock there is nobody to give way to: find_rows and count_rows of reading.h.
#pragma once

#include <string>

#include "reconcilers/stores/sqlite/connection.h"

namespace holdfast::stores {

struct LookUp {
  const Table& table;
  std::string condition;  // " WHERE …" about its columns, with the values as ?1 and so on; or empty
  std::span<const Value> values;
};

// In the locators' order.
Result<std::vector<RowImage>> look_for_rows(Connection& connection, const LookUp& look, std::size_t limit);
Result<std::uint64_t> look_and_count(Connection& connection, const LookUp& look);

}  // namespace holdfast::stores
