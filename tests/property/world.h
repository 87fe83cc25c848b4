// A database, documents about it, and what others do meanwhile: everything of one case of a property, as a value.
//
// Columns and tables are referred to by name, so that a world can be made smaller by leaving parts of it out.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "desired-state/value.h"
#include "reconcilers/core/schema.h"
#include "reconcilers/core/store.h"

namespace holdfast::testing {

using Names = std::vector<std::string>;
using Cells = std::map<std::string, Value>;

struct ColumnSpec {
  std::string name;
  std::string type;
  Collation collation = Collation::Binary;
  bool not_null = false;
  std::optional<Value> default_value;
  Generated generated = Generated::No;
  std::string generated_from;  // the column that it is made of
};

struct UniqueSpec {
  Names columns;
  std::string where_not_null;  // a partial index
};

struct ForeignKeySpec {
  Names columns;
  std::string parent;
  Names parent_columns;
  ForeignKeyAction on_delete = ForeignKeyAction::NoAction;
  ForeignKeyAction on_update = ForeignKeyAction::NoAction;
};

struct TriggerSpec {
  enum class Does {
    LogInsert,  // a row into `log`
    LogUpdate,  // the last row of `log`
    LogDelete,  // the first row of `log`
    Stamp,      // sets `column` of its own row
    Lower,      // lower()s `column` of its own row
    Abort,      // refuses rows whose `column` is `value`
    Ignore,     // the same, silently
    Sibling,    // sets `column` of the other rows of its own table
    Reinsert,   // puts a deleted row back
    Other,      // sets `column` of every row of `table`
    OtherGone,  // deletes the rows of `table` whose `column` is `value`
  };
  std::string name;
  bool before = false;
  TouchKind on = TouchKind::Insert;
  Does does = Does::LogInsert;
  std::string column;
  std::string table;
  Value value;
};

struct TableSpec {
  std::string name;
  std::vector<ColumnSpec> columns;
  Names primary_key;
  bool autoincrement = false;
  bool without_rowid = false;
  bool strict = false;
  std::vector<UniqueSpec> unique;
  std::vector<Names> indexes;
  std::vector<ForeignKeySpec> references;
  std::vector<TriggerSpec> triggers;

  const ColumnSpec* find(const std::string& column) const;
  bool rowid_alias() const;  // the primary key is the row's number
};

struct MatcherSpec {
  std::string field;  // "" for a plain value, else equals, like, regex, in, isNull
  std::vector<Value> values;
  bool ignore_case = false;
  bool trim = false;
};

struct ReferenceSpec {
  std::string row_set, by, column;
};

struct SetSpec {
  std::string name;
  std::string table;
  Names key;
  bool enforce = true;
  std::vector<Cells> rows;  // in a column with a reference: the name
  Names initial;
  Cells defaults;
  std::vector<std::map<std::string, MatcherSpec>> forbidden;
  std::vector<std::pair<Cells, Cells>> renames;
  std::map<std::string, ReferenceSpec> references;
  std::map<std::string, std::string> policy;
  std::map<std::string, int> limits;

  std::string policy_of(const std::string& what) const;  // with the default where nothing is said
};

struct LiveSpec {
  std::string table;
  Cells cells;
};

struct World {
  std::uint64_t seed = 0;
  std::vector<TableSpec> tables;
  std::vector<SetSpec> sets;
  std::vector<LiveSpec> rows;
  Names edits;  // statements of somebody else, at an unlucky moment

  const TableSpec* find(const std::string& table) const;
  const SetSpec* find_set(const std::string& set) const;
};

// What a kind of worlds has; all of it unless a property says otherwise.
struct WorldKind {
  bool triggers = true;
  bool wild_triggers = true;  // that change rows of managed tables
  bool generated = true;
  bool edits = true;
};

World make_world(std::uint64_t seed, const WorldKind& kind);
// Each a little smaller than the world; large pieces are left out first.
std::vector<World> smaller_worlds(const World& world);

// SQL: what makes the tables, what fills them (a row that breaks a constraint is left out), and what makes triggers.
std::vector<std::string> table_statements(const World& world);
std::vector<std::string> row_statements(const World& world);
std::vector<std::string> trigger_statements(const World& world);
std::string documents(const World& world);

std::string quoted(const std::string& name);
std::string literal(const Value& value);  // SQL
// What identifies a row of the table, as SQL: the row's number, or the primary key's values as text.
std::string locator_sql(const TableSpec& table, const std::string& row = "");

std::ostream& operator<<(std::ostream& out, const World& world);

}  // namespace holdfast::testing
