// What Holdfast remembers in a database, as a run uses it: its tables by name, and the marks in `meta`.
//
// A table that somebody dropped, or that an older version did not have, reads as empty here, and a column that it lacks
// as null; so a plan sees what an apply sees, which makes them anew before it writes.
//
// Plain values with shared tables; one thread. Owns nothing of the store.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/core/state_tables.h"
#include "reconcilers/core/store.h"

namespace holdfast {

enum class StateName : std::uint8_t { Meta, Runs, Shapes, Changes, Owned, Holds, Documents };

class State {
 public:
  // Without `create`, what is not there stays away. Terminal when it was written by a newer Holdfast, or when a table
  // is not as any version made it.
  static Result<State> open(Store& store, bool create);

  bool there() const;     // any of it
  bool complete() const;  // all of it: only then may it be written to
  const Table& table(StateName name) const { return *tables_[static_cast<std::size_t>(name)]; }

  // Reader's, for a table of ours.
  Result<std::vector<RowImage>> find(Reader& reader, StateName name, const ColumnList& columns,
                                     const std::vector<Value>& values, std::size_t limit = ~std::size_t{0}) const;
  Result<std::optional<RowImage>> fetch(Reader& reader, StateName name, const Locator& at) const;

  // Says which format it has; by the first that writes into it.
  Result<void> stamp(Transaction& transaction) const;

  // A mark; nothing when it was never set.
  Result<std::optional<std::string>> meta(Reader& reader, std::string_view name) const;
  // The same as a whole number; 0 when it was never set.
  Result<std::int64_t> number(Reader& reader, std::string_view name) const;
  Result<void> set_meta(Transaction& transaction, std::string_view name, std::string_view value) const;

 private:
  std::array<std::shared_ptr<const Table>, 7> tables_;
};

// A statement on a table of ours must succeed; anything else is an error of the whole run.
Result<void> must_succeed(Result<WriteOutcome> outcome, std::string_view where);

}  // namespace holdfast
