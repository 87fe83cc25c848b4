// Finds a declared row by key under the key columns' collations: a flat hash table of row numbers, 8 bytes a row, whose
// keys stay in the RowTable. Built once, then read by any number of threads.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "desired-state/row_table.h"
#include "reconcilers/core/key_value.h"

namespace holdfast {

class KeyIndex {
 public:
  static constexpr std::uint32_t npos = ~std::uint32_t{0};

  struct Part {
    ColumnIndex cell = 0;  // column of the RowTable
    Collation collation = Collation::Binary;
  };

  KeyIndex() = default;
  // `rows` must outlive the index and stay where it is. `expected` rows are made room for.
  KeyIndex(const RowTable& rows, std::vector<Part> parts, std::size_t expected = 0);

  // Adds a row; returns the row that has the same key already, or npos when it was added. Rows with a null, absent or
  // pending key part are not indexed (npos).
  std::uint32_t add(std::uint32_t row);

  // The row with this key, or npos. `values` in the order of the parts. `hint` is tried first: live rows often come in
  // the declared order, and then no hash is needed at all.
  std::uint32_t find(std::span<const ValueView> values, std::uint32_t hint = npos) const;

  std::size_t size() const { return count_; }

  // The sum of all keys' hashes: tells sets of keys apart, whatever their order. And what one row adds to it.
  std::uint64_t sum() const { return sum_; }
  std::uint64_t row_hash(std::uint32_t row) const;
  std::size_t memory_bytes() const { return slots_.capacity() * sizeof(slots_[0]); }

 private:
  bool key_equals(std::uint32_t row, std::span<const ValueView> values) const;
  bool key_values(std::uint32_t row, std::vector<ValueView>& values) const;
  void grow();

  std::uint64_t hash(std::span<const ValueView> values) const;

  const RowTable* rows_ = nullptr;
  std::vector<Part> parts_;
  std::vector<std::uint32_t> slots_;
  std::size_t count_ = 0;
  std::uint64_t sum_ = 0;
};

}  // namespace holdfast
