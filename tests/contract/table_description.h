// A table as the contract suite describes it, in no engine's words: each fixture turns it into its own (SQLite's into
// CREATE TABLE, CREATE UNIQUE INDEX and CREATE TRIGGER). Plain values. Names may hold anything: quotes, semicolons,
// blanks, keywords; a fixture quotes them.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "desired-state/value.h"
#include "reconcilers/core/schema.h"

namespace holdfast::contract {

struct ColumnDescription {
  std::string name;
  std::string type;                    // the declared type: "TEXT", "INTEGER", "BOOLEAN", "DECIMAL(10,2)", ""
  Affinity affinity = Affinity::Blob;  // what that type means; checked against inspect()
  bool not_null = false;
  Collation collation = Collation::Binary;  // Binary, NoCase or RTrim
  std::optional<Value> default_value;       // a constant
};

// UNIQUE (columns); with `where_not_null` a unique index of the rows alone where that column is not null.
struct UniqueDescription {
  std::vector<std::string> columns;
  std::vector<Collation> collations;  // one for each column, or empty: the columns' own
  std::string where_not_null;
};

struct ForeignKeyDescription {
  std::vector<std::string> columns;
  std::string parent;
  std::vector<std::string> parent_columns;  // empty: left out, the parent's primary key is meant
  ForeignKeyAction on_delete = ForeignKeyAction::NoAction;
  ForeignKeyAction on_update = ForeignKeyAction::NoAction;
};

// CHECK (column >= least)
struct CheckDescription {
  std::string column;
  std::int64_t least = 0;
};

enum class TriggerTime { Before, After };
enum class TriggerEvent { Insert, Update, Delete };

// One statement of a trigger. NEW is meant for Insert and Update, OLD for Delete.
struct TriggerStep {
  enum class Kind {
    CopyInto,   // INSERT INTO table (target) VALUES (NEW.column)
    EraseFrom,  // DELETE FROM table WHERE target = NEW.column
    Lower,      // UPDATE the trigger's own table SET column = lower(column) for the row itself; After only
    Ignore,     // SELECT RAISE(IGNORE) WHERE NEW.column = value
    Abort,      // SELECT RAISE(ABORT, message) WHERE NEW.column = value
    Fail,       // SELECT RAISE(FAIL, message) WHERE NEW.column = value
    Rollback,   // SELECT RAISE(ROLLBACK, message) WHERE NEW.column = value
  };
  Kind kind = Kind::Abort;
  std::string column;
  std::string table;                 // CopyInto, EraseFrom
  std::string target;                // CopyInto, EraseFrom: a column of `table`
  Value value;                       // Ignore, Abort, Fail, Rollback: not null
  std::string message = "no entry";  // Abort, Fail, Rollback; a plain word or two
};

struct TriggerDescription {
  std::string name;
  TriggerTime time = TriggerTime::After;
  TriggerEvent event = TriggerEvent::Insert;
  std::vector<TriggerStep> steps;  // in this order
};

struct TableDescription {
  std::string name;
  std::vector<ColumnDescription> columns;
  // One column of type INTEGER in a table with row numbers: an alias of the row number, as in SQLite. An engine without
  // row numbers uses the primary key as the locator.
  std::vector<std::string> primary_key;
  bool autoincrement = false;
  bool without_rowid = false;  // needs Capabilities::without_rowid
  bool strict = false;         // needs Capabilities::strict
  std::vector<UniqueDescription> unique;
  std::vector<ForeignKeyDescription> references;
  std::vector<CheckDescription> checks;      // needs Capabilities::checks
  std::vector<TriggerDescription> triggers;  // needs Capabilities::triggers
};

}  // namespace holdfast::contract
