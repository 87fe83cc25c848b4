// What the documents say about one row, as digests: enough to tell later whether they say something else by now.
// Plain values; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "reconcilers/core/plan.h"
#include "reconcilers/rows/set_state.h"

namespace holdfast {

// All the forbidden rules of a table, whether they match the row or not: one that was there says nothing new when a
// user's edit makes it match. There may be many of them and many rows, so a row only names the list.
struct RuleList {
  std::string name;  // a digest of them all
  std::set<std::string, std::less<>> rules;
};

// Those of every set of the table; null where there are none.
std::shared_ptr<const RuleList> rules_of(std::span<const SetState> states, std::string_view table);
std::string rules_text(const RuleList& list);
// Null when it is not the text of the list of that name.
std::shared_ptr<const RuleList> read_rules(std::string_view name, std::string_view text);

struct Statements {
  std::map<std::string, std::string> rows;  // row set -> digest of the row that it declares
  std::set<std::string> others;             // what may delete rows that it does not: "extra", "removed"
  std::shared_ptr<const RuleList> rules;    // and these; null: none

  // What one set says beside its rules; `declared` is no_row where it does not declare the row.
  void add(const SetState& state, std::uint32_t declared);
  bool has_row(std::string_view digest) const;
};

std::string statements_text(const Statements& said);
// The name of the list in such a text; empty when it has none.
std::string_view rules_named_in(std::string_view text);
// Nothing when it is not such a text: an empty one, or one of format 1 of the state; nor when `rules`, the list that it
// names, is lost.
std::optional<Statements> read_statements(std::string_view text, std::shared_ptr<const RuleList> rules);

// The digest of a declared row: its values, whatever the order of its columns; of references the names.
std::string row_digest(const BoundSet& bound, std::uint32_t row);

// True if the change is one that these statements ask for.
bool asks_for(const Statements& said, const SetState& state, const Change& change);

}  // namespace holdfast
