#include "reconcilers/rows/row_names.h"

#include <algorithm>

#include "reconcilers/core/sha256.h"

namespace holdfast {
namespace {

constexpr std::size_t digest_length = 16;

}  // namespace

RowNames::RowNames(const BoundSet& bound) : bound_(bound) {
  needed_ = std::any_of(bound.key.begin(), bound.key.end(),
                        [&](ColumnIndex at) { return bound.columns[at].reference != BoundColumn::npos; });
}

std::vector<ValueView> RowNames::key_of(std::uint32_t row) const {
  std::vector<ValueView> key;
  for (const ColumnIndex at : bound_.key) key.push_back(as_written(bound_.rows.cell(row, at)));
  return key;
}

std::string RowNames::name_of(const std::vector<ValueView>& key) const {
  std::string bytes;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const BoundColumn& column = bound_.columns[bound_.key[i]];
    if (column.reference == BoundColumn::npos) {
      append_key(bound_.table->columns[column.column], key[i], bytes);
    } else {
      append_identical(key[i], bytes);
    }
  }
  Sha256 digest;
  digest.add(bytes);
  return digest.hex().substr(0, digest_length);
}

std::optional<std::string> RowNames::of(std::uint32_t row) const {
  return needed_ ? std::optional<std::string>(name_of(key_of(row))) : std::nullopt;
}

std::uint32_t RowNames::find(const OwnedKey& key) const {
  if (!needed_ || !key.called || key.called->empty()) return npos;
  if (rows_.empty()) {
    for (std::uint32_t row = 0; row < bound_.rows.size(); ++row) rows_.emplace(name_of(key_of(row)), row);
    for (const BoundRename& rename : bound_.renames) {
      std::vector<ValueView> from;
      for (const Value& value : rename.from) from.push_back(value.view());
      rows_.emplace(name_of(from), rename.declared);
    }
  }
  const auto found = rows_.find(*key.called);
  return found == rows_.end() ? npos : found->second;
}

bool RowNames::is_like_one(const RowImage& live) const {
  if (!needed_) return false;
  if (!alike_) {
    alike_.emplace(bound_.table, bound_.key_columns());
    for (std::uint32_t row = 0; row < bound_.rows.size(); ++row) {
      std::vector<std::optional<Value>> key;
      for (const ColumnIndex at : bound_.key) {
        const bool known = bound_.columns[at].reference == BoundColumn::npos;
        key.push_back(known ? std::optional<Value>(bound_.rows.cell(row, at).value()) : std::nullopt);
      }
      alike_->add(key);
    }
  }
  return alike_->may_be(live);
}

std::uint64_t RowNames::sum() const {
  std::uint64_t sum = 0;
  for (std::uint32_t row = 0; row < bound_.rows.size(); ++row) {
    std::uint64_t name = 0;
    for (const ValueView value : key_of(row)) name = key_hash(Collation::Binary, value, name);
    sum += name;
  }
  return sum;
}

}  // namespace holdfast
