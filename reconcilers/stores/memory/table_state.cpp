#include "reconcilers/stores/memory/table_state.h"

#include <algorithm>
#include <limits>

#include "reconcilers/core/key_value.h"

namespace holdfast::stores {
namespace {

std::vector<Collation> locator_collations(const Table& shape) {
  std::vector<Collation> collations;
  for (const std::uint32_t column : shape.locator) collations.push_back(shape.columns[column].collation);
  return collations;
}

}  // namespace

TableState::TableState(std::shared_ptr<const TableDefinition> definition)
    : definition_(std::move(definition)),
      rows_(LocatorOrder(locator_collations(shape()))),
      indexes_(shape().unique.size()),
      alias_(numbered() && !shape().locator.empty() ? shape().locator.front() : Table::npos) {}

std::optional<RowImage> TableState::fetch(const Locator& at) const {
  const auto found = rows_.find(at);
  if (found == rows_.end()) return std::nullopt;
  return RowImage{found->first, *found->second};
}

Locator TableState::locator_of(RowValues values, std::int64_t number) const {
  if (shape().locator.empty()) return {Value::integer(number)};
  Locator locator;
  for (const std::uint32_t column : shape().locator) locator.push_back(values[column]);
  return locator;
}

std::optional<std::int64_t> TableState::next_number() const {
  constexpr std::int64_t last = std::numeric_limits<std::int64_t>::max();
  std::int64_t highest = rows_.empty() ? 0 : rows_.rbegin()->first.front().view().integer();
  if (shape().autoincrement) highest = std::max(highest, sequence_);
  if (highest < last) return highest + 1;
  if (shape().autoincrement) return std::nullopt;
  // The highest number is taken: any free one will do, as in SQLite.
  std::int64_t free = 1;
  for (auto row = rows_.lower_bound({Value::integer(1)}); row != rows_.end(); ++row, ++free) {
    if (row->first.front().view().integer() != free) return free;
  }
  return std::nullopt;
}

std::optional<std::string> TableState::index_key(std::size_t constraint, RowValues values) const {
  const UniqueConstraint& unique = shape().unique[constraint];
  const auto& where = definition_->unique_where[constraint];
  if (where && !where(values)) return std::nullopt;
  std::string key;
  for (std::size_t i = 0; i < unique.columns.size(); ++i) {
    const ValueView value = values[unique.columns[i]].view();
    if (value.is_null()) return std::nullopt;  // nulls are never equal
    append_key(unique.collations[i], value, key);
  }
  return key;
}

void TableState::index_row(const Locator& at, RowValues values, bool add) {
  for (std::size_t i = 0; i < indexes_.size(); ++i) {
    if (shape().unique[i].primary_key && !shape().locator.empty()) continue;  // the rows are ordered by it
    const std::optional<std::string> key = index_key(i, values);
    if (!key) continue;
    if (add) {
      indexes_[i].insert_or_assign(*key, at);
    } else {
      indexes_[i].erase(*key);
    }
  }
}

void TableState::put(const Locator& at, Row row) {
  if (const auto old = rows_.find(at); old != rows_.end()) {
    index_row(old->first, *old->second, false);
    rows_.erase(old);  // not assigned over: the locator's own bytes may change, as from 'hulu' to 'Hulu' under NOCASE
  }
  if (!row) return;
  index_row(at, *row, true);
  rows_.emplace(at, std::move(row));
}

const UniqueConstraint* TableState::conflict(const Locator& at, RowValues values, const Locator* self) const {
  const auto same = [&](const Locator& other) {
    return self != nullptr && !rows_.key_comp()(other, *self) && !rows_.key_comp()(*self, other);
  };
  const auto taken = rows_.find(at);
  const bool clash = taken != rows_.end() && !same(taken->first);
  for (std::size_t i = 0; i < indexes_.size(); ++i) {
    const UniqueConstraint& unique = shape().unique[i];
    if (unique.primary_key && !shape().locator.empty()) {
      if (clash) return &unique;
      continue;
    }
    const std::optional<std::string> key = index_key(i, values);
    if (!key) continue;
    const auto found = indexes_[i].find(*key);
    if (found != indexes_[i].end() && !same(found->second)) return &unique;
  }
  return nullptr;
}

// The one row that a key can name, without a look at all others; `known` is false when there is no such shortcut.
std::optional<Locator> TableState::lookup(std::span<const std::uint32_t> columns, std::span<const Value> values,
                                          bool& known) const {
  known = std::equal(columns.begin(), columns.end(), shape().locator.begin(), shape().locator.end());
  if (known && !columns.empty()) {
    const auto found = rows_.find(Locator(values.begin(), values.end()));
    return found == rows_.end() ? std::nullopt : std::optional<Locator>(found->first);
  }
  known = false;
  for (std::size_t i = 0; i < indexes_.size(); ++i) {
    const UniqueConstraint& unique = shape().unique[i];
    if (unique.partial || (unique.primary_key && !shape().locator.empty())) continue;
    if (!std::equal(columns.begin(), columns.end(), unique.columns.begin(), unique.columns.end())) continue;
    std::string key;
    known = true;
    for (std::size_t part = 0; part < columns.size(); ++part) {
      known = known && unique.collations[part] == shape().columns[columns[part]].collation;
      append_key(unique.collations[part], values[part].view(), key);
    }
    if (!known) continue;
    const auto found = indexes_[i].find(key);
    return found == indexes_[i].end() ? std::nullopt : std::optional<Locator>(found->second);
  }
  return std::nullopt;
}

std::vector<Locator> TableState::find(std::span<const std::uint32_t> columns, std::span<const Value> values,
                                      std::size_t limit) const {
  std::vector<Locator> found;
  if (limit == 0 || std::any_of(values.begin(), values.end(), [](const Value& value) { return value.is_null(); })) {
    return found;
  }
  bool known = false;
  if (const std::optional<Locator> one = lookup(columns, values, known); one) found.push_back(*one);
  if (known) return found;
  for (const auto& [locator, row] : rows_) {
    bool equal = true;
    for (std::size_t i = 0; equal && i < columns.size(); ++i) {
      equal = key_equal(shape().columns[columns[i]].collation, (*row)[columns[i]].view(), values[i].view());
    }
    if (!equal) continue;
    found.push_back(locator);
    if (found.size() == limit) break;
  }
  return found;
}

}  // namespace holdfast::stores
