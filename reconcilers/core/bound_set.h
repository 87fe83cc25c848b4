// A RowSet bound to the table it is about: every declared value is what the column would store, every name is resolved,
// and rows are found by key at once. Depends on documents and schema only, never on live rows, so it is made once and
// used for every run until one of the two changes. Immutable after bind(); readable from any thread.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "desired-state/documents.h"
#include "reconcilers/core/key_index.h"
#include "reconcilers/core/partial_keys.h"
#include "reconcilers/core/rule.h"
#include "reconcilers/core/schema.h"
#include "reconcilers/core/value_rules.h"

namespace holdfast {

// One column that the set names; the same order as rows.columns().
struct BoundColumn {
  std::uint32_t column = 0;  // index into Table::columns
  bool key = false;
  bool initial = false;            // written at insert, never compared
  bool identity = false;           // a primary-key column outside the key: compared, never silently changed
  std::uint32_t reference = npos;  // index into BoundSet::references; its cells then hold the `by` value
  static constexpr std::uint32_t npos = ~std::uint32_t{0};
};

struct BoundReference {
  std::uint32_t column = 0;  // index into BoundSet::columns
  std::string row_set;
  std::string by;
  std::string to_column;
};

struct BoundRename {
  std::vector<Value> from;     // key values in key order
  std::uint32_t declared = 0;  // the row at the end of the chain
  Mark mark;
};

struct BoundSet {
  std::string name;
  std::string database;
  Mode mode = Mode::Observe;
  Policy policy;
  Limits limits;
  std::vector<std::string> sensitive;
  bool allow_empty = false;

  std::shared_ptr<const Table> table;
  const ValueRules* rules = nullptr;  // the store's; outlives the set
  std::vector<BoundColumn> columns;
  ColumnList key;  // indices into `columns`, in the document's key order
  RowTable rows;   // canonical cells; defaults filled in
  KeyIndex index;  // key -> row; empty while the key holds unresolved references
  std::vector<BoundReference> references;
  std::vector<BoundRename> renames;
  std::vector<Rule> forbidden;

  // Of an undo: names of columns whose values the journal does not keep, since the table computes them; not shown.
  std::vector<std::string> computed;

  // After resolve(): rows that wait for something, and why; empty when none does. One entry a row.
  enum class Wait : std::uint8_t { None, Reference, Identity };
  std::vector<Wait> waits;
  std::unordered_map<std::uint32_t, std::string> wait_texts;  // for Wait::Reference: what is wrong, by row
  Wait wait(std::size_t row) const { return waits.empty() ? Wait::None : waits[row]; }
  // The keys, as far as they are known, of rows that `index` lacks for it: a live row may be one of them.
  PartialKeys unknown;

  // False while the row waits, or has a key that its parent gets only when it is inserted.
  bool knows_key(std::size_t row) const;
  std::vector<Value> key_of(std::size_t row) const;
  std::vector<std::string> key_names() const;  // as the schema spells them
  ColumnList key_columns() const;              // of the table
  bool is_sensitive(std::uint32_t table_column) const;
};

// What a cell says as it was written: of a reference the name, quoted or not.
ValueView as_written(const Cell& cell);

// Binds one RowSet. The rows are moved out of the document block by block, so that both are never in memory at once.
// Every mistake is added to `diagnostics`; the result is null when there was one. `table` must be supported.
std::shared_ptr<BoundSet> bind(const RowSetDocument& document, const DatabaseDocument& database,
                               std::shared_ptr<const Table> table, const ValueRules& rules, Diagnostics& diagnostics);

// "name "Trading Tips"" or "(a 1, b 2)": a declared row's key for messages.
std::string describe_key(const BoundSet& set, std::size_t row);

// True if the row declares every column of the rule and matches it: such a row is both declared and forbidden.
bool rule_matches_declared(const BoundSet& set, std::size_t row, const Rule& rule);

}  // namespace holdfast
