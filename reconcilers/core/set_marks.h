// What is remembered about a row set from one run to the next, beside its owned rows, as texts that lie in `meta`.
// Pure; any thread. A text that cannot be read counts as never written: the run then looks again for itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

struct SetMarks {
  std::string table;             // as the schema spells it
  std::vector<std::string> key;  // the columns that owned keys are made of
  std::string owned;  // digest of the declared keys that are owned, which begins with their number; empty: none yet
  std::uint64_t left = 0;    // owned rows that are no longer declared
  bool removes = false;      // a person has confirmed that rows which left the documents are deleted
  std::uint64_t rows = 0;    // of the table, at the end of the last run
  std::uint64_t others = 0;  // of them those that no row of the set declares
  bool owns_rows() const { return left > 0 || !(owned.empty() || owned.starts_with("0-")); }
  friend bool operator==(const SetMarks&, const SetMarks&) = default;
};

std::string marks_text(const SetMarks& marks);
std::optional<SetMarks> read_marks(std::string_view text);

// Deletes of a set within the time that its limits are for.
struct Spent {
  std::uint64_t deletes = 0;
  std::uint64_t dependents = 0;
};

// What was spent after `since` (milliseconds since 1970). A time that lies ahead, the clock was set back, counts.
Spent spent_since(std::string_view text, std::int64_t since);
// The text with entries that lie ahead, made before the clock was set back, moved to `now`, from where they expire.
// Nothing when there are none.
std::optional<std::string> spent_until(std::string_view text, std::int64_t now);
// The text with one more entry, and without those up to `since`.
std::string spent_text(std::string_view text, std::int64_t since, std::int64_t now, const Spent& more);

}  // namespace holdfast
