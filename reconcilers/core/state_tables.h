// The tables in which Holdfast keeps what it remembers, in the database that it looks after: described once, without a
// dialect; each store makes them (Store::open_state). Their columns are internal: `history` is the interface.
//
// A column is only ever added, at the end; state_format rises with each change, and a store adds what an older state
// lacks. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "reconcilers/core/schema.h"

namespace holdfast {

inline constexpr std::string_view state_prefix = "_holdfast_";
inline constexpr int state_format = 2;

struct StateColumn {
  std::string_view name;
  Affinity affinity = Affinity::Text;
  int primary_key = 0;  // 1 for the first column of the primary key, and so on
};

struct StateTable {
  std::string_view name;
  std::span<const StateColumn> columns;
  // True: rows lie in the order of the primary key. False: the primary key is one Integer column, the row's number.
  bool by_key = false;
};

std::span<const StateTable> state_tables();

// A table of ours, whoever made it: never managed, never a user's.
bool is_state_table(std::string_view name);

// Columns by position, for reading and writing rows without looking names up.
namespace state {

enum Meta : std::uint32_t { meta_name, meta_value };
enum Runs : std::uint32_t {
  runs_number,
  runs_id,
  runs_at,  // milliseconds since 1970
  runs_trigger,
  runs_cause,
  runs_revision,
  runs_who,
  runs_undoes,  // the id of the run that this one undoes; null for others
  runs_inserted,
  runs_updated,
  runs_deleted,
  runs_held,
  runs_steps,
  runs_blocks,  // rows in changes
  runs_bytes,   // in changes, about
};
enum Shapes : std::uint32_t { shapes_number, shapes_row_set, shapes_table, shapes_columns, shapes_format };
enum Changes : std::uint32_t {
  changes_run,
  changes_block,
  changes_first,  // the number of its first step
  changes_count,
  changes_steps,  // core/journal_block.h
};
enum Owned : std::uint32_t { owned_row_set, owned_block, owned_row_count, owned_row_keys };
enum Holds : std::uint32_t {
  holds_row_set,
  holds_key,
  holds_digest,
  holds_at,
  holds_who,
  holds_why,
  holds_run,
  holds_table,
  holds_key_columns,
};
enum Documents : std::uint32_t { documents_name, documents_number, documents_text, documents_at };

}  // namespace state
}  // namespace holdfast
