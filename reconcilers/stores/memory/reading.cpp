#include "reconcilers/stores/memory/reading.h"

#include <algorithm>
#include <limits>

#include "reconcilers/core/key_value.h"

namespace holdfast::stores {
namespace {

// The engine compares with what the columns would store; a value that they do not store is compared as it is.
std::vector<Value> as_stored(const TableState& state, std::span<const std::uint32_t> columns,
                             std::span<const Value> values) {
  std::vector<Value> converted;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    Stored result = stored(state.shape().columns[columns[i]], state.shape().strict, values[i].view());
    if (!result.ok) result.value = values[i];
    converted.push_back(std::move(result.value));
  }
  return converted;
}

bool same_columns(const Table& a, const Table& b) {
  return std::equal(a.columns.begin(), a.columns.end(), b.columns.begin(), b.columns.end(),
                    [](const Column& x, const Column& y) { return x.name == y.name; });
}

}  // namespace

Result<std::shared_ptr<const TableState>> known(const Table& table, std::shared_ptr<const TableState> state,
                                                const std::string& where) {
  if (table.planned && state == nullptr) return state;
  if (state != nullptr && same_columns(table, state->shape())) return state;
  return Error{ErrorKind::SchemaChanged,
               state == nullptr ? "no such table: " + table.name : "table " + table.name + " has other columns now",
               where, "load the schema and plan again"};
}

std::vector<std::optional<RowImage>> fetch_rows(const TableState* state, std::span<const Locator> locators) {
  std::vector<std::optional<RowImage>> rows;
  rows.reserve(locators.size());
  for (const Locator& locator : locators) rows.push_back(state != nullptr ? state->fetch(locator) : std::nullopt);
  return rows;
}

std::vector<RowImage> find_rows(const TableState* state, std::span<const std::uint32_t> columns,
                                std::span<const Value> values, std::size_t limit) {
  std::vector<RowImage> rows;
  if (state == nullptr) return rows;
  for (const Locator& at : state->find(columns, as_stored(*state, columns, values), limit)) {
    rows.push_back(*state->fetch(at));
  }
  return rows;
}

std::uint64_t count_rows(const TableState* state, std::span<const std::uint32_t> columns,
                         std::span<const Value> values) {
  if (state == nullptr) return 0;
  if (columns.empty()) return state->rows().size();
  return state->find(columns, as_stored(*state, columns, values), std::numeric_limits<std::size_t>::max()).size();
}

std::vector<RowImage> find_referring_rows(const TableState* state, const ReferringColumns& reference,
                                          std::span<const Value> values, std::size_t limit) {
  if (reference.alike) return find_rows(state, reference.columns, values, limit);
  const auto refers = [&](const std::vector<Value>& row) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Column& parent = reference.parent.columns[reference.parent_columns[i]];
      const Value& own = row[reference.columns[i]];
      if (own.is_null() || values[i].is_null()) return false;
      Stored as_parent = stored(parent, reference.parent.strict, own.view());
      if (!as_parent.ok) as_parent.value = own;
      if (!key_equal(parent.collation, as_parent.value.view(), values[i].view())) return false;
    }
    return true;
  };
  std::vector<RowImage> rows;
  if (state == nullptr) return rows;
  for (const auto& [at, row] : state->rows()) {
    if (rows.size() >= limit) break;
    if (refers(*row)) rows.push_back(*state->fetch(at));
  }
  return rows;
}

OrphanReport count_orphan_rows(const TableState* child, const TableState* parent, const ReferringColumns& reference,
                               std::uint64_t limit) {
  OrphanReport report;
  if (child == nullptr) return report;
  for (const auto& [at, row] : child->rows()) {
    std::vector<Value> wanted;
    bool refers = true;
    for (std::size_t i = 0; i < reference.columns.size() && refers; ++i) {
      const Value& own = (*row)[reference.columns[i]];
      Stored as_parent =
          stored(reference.parent.columns[reference.parent_columns[i]], reference.parent.strict, own.view());
      refers = !own.is_null();
      wanted.push_back(as_parent.ok ? std::move(as_parent.value) : own);
    }
    if (!refers || (parent != nullptr && !parent->find(reference.parent_columns, wanted, 1).empty())) continue;
    if (++report.rows < limit) continue;
    report.more = true;
    break;
  }
  return report;
}

std::uint64_t scan_rows(const TableState* state, std::span<const std::uint32_t> columns,
                        const std::function<bool(const LiveRow&)>& row) {
  if (state == nullptr) return 0;
  std::uint64_t shown = 0;
  std::vector<ValueView> locator;
  std::vector<ValueView> values;
  for (const auto& [at, stored_row] : state->rows()) {
    locator.clear();
    values.clear();
    for (const Value& part : at) locator.push_back(part.view());
    for (const std::uint32_t column : columns) values.push_back((*stored_row)[column].view());
    ++shown;
    if (!row({locator, values})) break;
  }
  return shown;
}

}  // namespace holdfast::stores
