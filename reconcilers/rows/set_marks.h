// What is remembered about a row set from one run to the next, beside its owned rows: small marks in `meta`.
//
// Plain values; one thread. A mark that cannot be read counts as never set: the run then looks again for itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/rows/state.h"

namespace holdfast {

struct SetMarks {
  std::string table;             // as the schema spells it
  std::vector<std::string> key;  // the columns that owned keys are made of
  std::string owned;             // digest of the declared keys that are owned; empty: none was taken yet
  std::uint64_t left = 0;        // owned rows that are no longer declared
  bool removes = false;          // a person has confirmed that rows which left the documents are deleted
  std::uint64_t rows = 0;        // of the table, at the end of the last run
  std::uint64_t others = 0;      // of them those that no row of the set declares
  friend bool operator==(const SetMarks&, const SetMarks&) = default;
};

// Of every row set that was ever enforced here, by name.
Result<std::map<std::string, SetMarks>> read_set_marks(Reader& reader, const State& state);
Result<void> write_set_marks(Transaction& transaction, const State& state, std::string_view row_set,
                             const SetMarks& marks);

// Deletes of a set within the time that its limits are for.
struct Spent {
  std::uint64_t deletes = 0;
  std::uint64_t dependents = 0;
};
using WallTime = std::chrono::system_clock::time_point;
Result<Spent> read_spent(Reader& reader, const State& state, std::string_view row_set, WallTime now,
                         std::chrono::milliseconds per);
// Adds to them, in the transaction that deletes. What is older than `per` is forgotten.
Result<void> add_spent(Transaction& transaction, const State& state, std::string_view row_set, WallTime now,
                       std::chrono::milliseconds per, const Spent& more);

}  // namespace holdfast
