// The text of SQLite's statements. PURE: names in, text out.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "desired-state/value.h"
#include "reconcilers/core/schema.h"
#include "reconcilers/core/state_tables.h"

namespace holdfast::sql {

std::string quote(std::string_view name);

// What finds a row: the locator's columns, or the name under which the row number can be reached.
std::string locator_columns(const Table& table);
// "(a, b) = (?1, ?2)" and its like, with `compare` = "=" or ">".
std::string locator_condition(const Table& table, std::string_view compare, int first_parameter);
int locator_size(const Table& table);
// "rowid", "_rowid_" or "oid": the first that no column is called. Empty if all three are.
std::string row_number_name(const Table& table);

std::string select_text(const Table& table, std::span<const std::uint32_t> columns, const std::string& rest);
// Every row, and in a last column whether it meets the condition, which is written as a WHERE clause; empty: it does.
std::string flagged_text(const Table& table, std::span<const std::uint32_t> columns, std::string_view condition,
                         const std::string& rest);
std::string equals_text(const Table& table, std::span<const std::uint32_t> columns);
// Conditions that a column of a child meets where it refers to these values of its parent's columns: a value that is
// bound has neither the parent's affinity nor its collation, and SQLite compares references with both.
// https://www.sqlite.org/foreignkeys.html section 3.
std::string referring_text(const Table& child, std::span<const std::uint32_t> columns, const Table& parent,
                           std::span<const std::uint32_t> parent_columns, std::span<const Value> values);
// How many rows of the child, at most the parameter, refer to no row of the parent: each value with the affinity and
// the collation of the parent's column.
std::string orphans_text(const Table& child, std::span<const std::uint32_t> columns, const Table& parent,
                         std::span<const std::uint32_t> parent_columns);
std::string insert_text(const Table& table, std::span<const std::uint32_t> columns);
// The same with the row's number behind them, where no column is its alias. Says OR ABORT always: no trigger fires.
std::string restore_text(const Table& table, std::span<const std::uint32_t> columns);
std::string update_text(const Table& table, std::span<const std::uint32_t> columns);
std::string delete_text(const Table& table);

// CREATE TABLE IF NOT EXISTS for one of our own tables (state_tables.h), with its semicolon.
std::string create_state_text(const StateTable& table);
// ALTER TABLE … ADD COLUMN for what a state of an older version lacks.
std::string add_state_column_text(const StateTable& table, const StateColumn& column);

}  // namespace holdfast::sql
