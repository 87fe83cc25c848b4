// Reading rows, inside a transaction or out of one.
#pragma once

#include <functional>

#include "reconcilers/stores/sqlite/connection.h"

namespace holdfast::stores {

using RowCallback = std::function<bool(const LiveRow&)>;

// All rows in locator order. With `range_time` above zero the read is cut into ranges of about that length, between
// which no lock is held.
Result<ScanEnd> scan_rows(Connection& connection, const Table& table, std::span<const std::uint32_t> columns,
                          std::chrono::milliseconds range_time, const RowCallback& row);

// The text of the statements that fetch_rows and find_rows run. It depends on the table and the columns alone, so that
// whoever reads row by row makes it once.
std::string fetch_text(const Table& table);
std::string find_text(const Table& table, std::span<const std::uint32_t> columns);
// The same with a condition of the caller's, " WHERE …" with ?1 and so on, or empty; `values` of them.
std::string find_where_text(const Table& table, const std::string& condition, std::size_t values);
std::string count_where_text(const Table& table, const std::string& condition);
std::string referring_condition(const ReferringColumns& reference, std::span<const Value> values);

ColumnList all_columns(const Table& table);
// The row that a statement stands on, which gives the locator and then all columns.
RowImage image_of(const Prepared& statement, const Table& table);

Result<std::vector<std::optional<RowImage>>> fetch_rows(Connection& connection, const Table& table,
                                                        const std::string& text, std::span<const Locator> locators);
Result<std::vector<RowImage>> find_rows(Connection& connection, const Table& table, const std::string& text,
                                        std::span<const Value> values, std::size_t limit);
Result<std::uint64_t> count_rows(Connection& connection, const std::string& text, std::span<const Value> values);
Result<std::uint64_t> count_rows(Connection& connection, const Table& table, std::span<const std::uint32_t> columns,
                                 std::span<const Value> values);
Result<std::vector<RowImage>> find_referring_rows(Connection& connection, const ReferringColumns& reference,
                                                  std::span<const Value> values, std::size_t limit);
Result<std::uint64_t> count_referring_rows(Connection& connection, const ReferringColumns& reference,
                                           std::span<const Value> values);

}  // namespace holdfast::stores
