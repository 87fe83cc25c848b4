// What a memory table is made of: its shape, and what SQL would say in words as functions.
//
// Plain values; they are copied into the database and stay as they are. Functions are called on the thread that writes
// and must be deterministic for a simulation to be repeatable.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reconcilers/core/schema.h"
#include "reconcilers/core/store.h"

namespace holdfast::stores {

using RowValues = std::span<const Value>;  // every column of a table, in its order

struct MemoryCheck {
  std::string name;
  std::function<bool(RowValues)> holds;
};

// What a trigger may do while it runs. Each change is a statement one level deeper, with its own triggers (but never
// the trigger that is running already). A change that fails makes the statement that fired the trigger fail.
class TriggerScope {
 public:
  using Cells = std::vector<std::pair<std::string, Value>>;  // column name, value

  virtual ~TriggerScope() = default;
  // As the engine compares; null matches nothing. Empty when the table or the column is not there.
  virtual std::vector<RowImage> find(std::string_view table, std::string_view column, const Value& value) = 0;
  virtual void insert(std::string_view table, const Cells& cells) = 0;
  virtual void update(std::string_view table, const Locator& at, const Cells& cells) = 0;
  virtual void erase(std::string_view table, const Locator& at) = 0;
};

struct TriggerRow {
  const RowImage* before = nullptr;    // the row as it was; null for Insert
  const RowImage* after = nullptr;     // the row as it is now; null for Delete and in a trigger that runs before
  std::vector<Value>* next = nullptr;  // before Insert and Update: what will be stored; the trigger may rewrite it
};

// How a trigger ends; RAISE in SQLite.
struct TriggerVerdict {
  enum class Kind : std::uint8_t {
    Go,
    Ignore,    // before: the statement does not happen; after: no later trigger runs
    Abort,     // the statement fails
    Rollback,  // the whole transaction is lost
  };
  Kind kind = Kind::Go;
  std::string message;
};

struct MemoryTrigger {
  std::string name;
  bool before = false;
  TouchKind on = TouchKind::Insert;
  std::function<TriggerVerdict(const TriggerRow&, TriggerScope&)> run;
};

struct TableDefinition {
  // To be given: name, columns (each with affinity and primary_key), without_rowid, strict, autoincrement, unique (but
  // for the primary key), references (parent_columns empty: the parent's primary key). The database works out the rest.
  // A primary key of one INTEGER column is an alias of the row number, as in SQLite, unless without_rowid.
  Table shape;
  std::vector<std::optional<Value>> defaults;                // one for each column, or none at all
  std::vector<std::function<bool(RowValues)>> unique_where;  // one for each shape.unique; empty functions: all rows
  std::vector<MemoryCheck> checks;
  std::vector<MemoryTrigger> triggers;
};

}  // namespace holdfast::stores
