// What a store can tell about the database as a whole: whether it is sound, how large it is, how far a table's own
// numbers have come. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace holdfast {

enum class Integrity : std::uint8_t {
  Sound,
  Damaged,
  Unknown,  // it could not be looked at, or not in the time allowed: neither good nor bad
};

struct IntegrityReport {
  Integrity integrity = Integrity::Unknown;
  // Damaged: what is wrong, in the engine's words, at most ten. Unknown: one line that says why.
  std::vector<std::string> problems;
};

struct StorageReport {
  std::uint64_t bytes = 0;       // the database itself, without side files
  std::uint64_t free_bytes = 0;  // of them, those that hold nothing and will be used again
};

// Where a table stands. Row numbers are those of Table's locator; a table without them has neither.
struct TableMark {
  bool empty = true;
  std::optional<std::int64_t> highest;  // row number that is there
  std::optional<std::int64_t> given;    // row number that was ever given, where the engine remembers it (AUTOINCREMENT)
  friend bool operator==(const TableMark&, const TableMark&) = default;
};

// Rows that refer to nothing.
struct OrphanReport {
  std::uint64_t rows = 0;
  bool more = false;     // there are at least so many: counting ended at the limit
  bool complete = true;  // false: the time was over; `rows` says nothing then
};

}  // namespace holdfast
