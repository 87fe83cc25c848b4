// Reading one table's state for a Store or a Transaction: what both do alike. Internal to this folder.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "reconcilers/core/store.h"
#include "reconcilers/stores/memory/table_state.h"

namespace holdfast::stores {

// `state` if it is the table that the caller knows; SchemaChanged when it is gone or has other columns. A planned table
// that is not there is null without an error.
Result<std::shared_ptr<const TableState>> known(const Table& table, std::shared_ptr<const TableState> state,
                                                const std::string& where);

// Null states have no rows.
std::vector<std::optional<RowImage>> fetch_rows(const TableState* state, std::span<const Locator> locators);
std::vector<RowImage> find_rows(const TableState* state, std::span<const std::uint32_t> columns,
                                std::span<const Value> values, std::size_t limit);
std::uint64_t count_rows(const TableState* state, std::span<const std::uint32_t> columns,
                         std::span<const Value> values);
std::vector<RowImage> find_referring_rows(const TableState* state, const ReferringColumns& reference,
                                          std::span<const Value> values, std::size_t limit);
// A null child has no rows, a null parent leaves every reference without one.
OrphanReport count_orphan_rows(const TableState* child, const TableState* parent, const ReferringColumns& reference,
                               std::uint64_t limit);
// The number of rows shown.
std::uint64_t scan_rows(const TableState* state, std::span<const std::uint32_t> columns,
                        const std::function<bool(const LiveRow&)>& row);

}  // namespace holdfast::stores
