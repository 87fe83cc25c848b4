#include "reconcilers/core/key_index.h"

#include <bit>
#include <utility>

namespace holdfast {

KeyIndex::KeyIndex(const RowTable& rows, std::vector<Part> parts, std::size_t expected)
    : rows_(&rows), parts_(std::move(parts)), slots_(std::bit_ceil(expected * 4 / 3 + 16), npos) {}

bool KeyIndex::key_values(std::uint32_t row, std::vector<ValueView>& values) const {
  values.clear();
  for (const Part& part : parts_) {
    const Cell cell = rows_->cell(row, part.cell);
    if (!cell.present() || cell.kind == CellKind::Null || cell.kind == CellKind::Pending) return false;
    values.push_back(cell.value());
  }
  return true;
}

bool KeyIndex::key_equals(std::uint32_t row, std::span<const ValueView> values) const {
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (!key_equal(parts_[i].collation, rows_->cell(row, parts_[i].cell).value(), values[i])) return false;
  }
  return true;
}

std::uint64_t KeyIndex::hash(std::span<const ValueView> values) const {
  std::uint64_t seed = 0;
  for (std::size_t i = 0; i < parts_.size(); ++i) seed = key_hash(parts_[i].collation, values[i], seed);
  return seed;
}

void KeyIndex::grow() {
  std::vector<std::uint32_t> old(slots_.size() * 2, npos);
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  std::vector<ValueView> values;
  for (const std::uint32_t row : old) {
    if (row == npos) continue;
    key_values(row, values);
    std::size_t slot = hash(values) & mask;
    while (slots_[slot] != npos) slot = (slot + 1) & mask;
    slots_[slot] = row;
  }
}

std::uint32_t KeyIndex::add(std::uint32_t row) {
  std::vector<ValueView> values;
  if (!key_values(row, values)) return npos;
  if ((count_ + 1) * 4 > slots_.size() * 3) grow();
  const std::size_t mask = slots_.size() - 1;
  const std::uint64_t hashed = hash(values);
  std::size_t slot = hashed & mask;
  for (; slots_[slot] != npos; slot = (slot + 1) & mask) {
    if (key_equals(slots_[slot], values)) return slots_[slot];
  }
  slots_[slot] = row;
  ++count_;
  sum_ += hashed;
  return npos;
}

std::uint64_t KeyIndex::row_hash(std::uint32_t row) const {
  std::vector<ValueView> values;
  return key_values(row, values) ? hash(values) : 0;
}

std::uint32_t KeyIndex::find(std::span<const ValueView> values, std::uint32_t hint) const {
  if (count_ == 0) return npos;
  if (hint < rows_->size() && key_equals(hint, values)) return hint;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash(values) & mask; slots_[slot] != npos; slot = (slot + 1) & mask) {
    if (key_equals(slots_[slot], values)) return slots_[slot];
  }
  return npos;
}

}  // namespace holdfast
