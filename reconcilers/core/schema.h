// The tables of a live database as a store found them: the shape that documents are bound to.
// Plain values, engine-neutral; a store fills them (Store::inspect) and nothing changes them afterwards.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

enum class Affinity : std::uint8_t { Text, Numeric, Integer, Real, Blob };  // SQLite's five; Blob is "no affinity"

// How text is compared in keys and unique constraints. Other: one that only the application registers.
enum class Collation : std::uint8_t { Binary, NoCase, RTrim, Other };

enum class Generated : std::uint8_t { No, Virtual, Stored };

struct Column {
  std::string name;
  std::string declared_type;
  Affinity affinity = Affinity::Blob;
  bool boolean = false;  // BOOL or BOOLEAN: 0/1 and true/false are the same, 0/1 is written
  Collation collation = Collation::Binary;
  std::string collation_name = "BINARY";
  bool not_null = false;
  bool has_default = false;
  std::string default_sql;  // the expression, as the schema has it; empty without one
  int primary_key = 0;      // 1 for the first primary-key column, and so on; 0 for the others
  Generated generated = Generated::No;
  friend bool operator==(const Column&, const Column&) = default;
};

using ColumnList = std::vector<std::uint32_t>;  // indices into Table::columns

struct UniqueConstraint {
  std::string name;
  ColumnList columns;
  std::vector<Collation> collations;  // one for each column
  bool primary_key = false;
  bool partial = false;     // has a WHERE: unique among some rows only
  bool expression = false;  // contains an expression; `columns` then lacks it
};

enum class ForeignKeyAction : std::uint8_t { NoAction, Restrict, SetNull, SetDefault, Cascade };

// The same collation and kind of type: a value finds in one column what it equals in the other.
bool compare_alike(const Column& a, const Column& b);

struct ForeignKey {
  std::string child_table;
  std::vector<std::string> child_columns;
  std::string parent_table;
  std::vector<std::string> parent_columns;  // resolved to the parent's primary key when the schema leaves them out
  ForeignKeyAction on_delete = ForeignKeyAction::NoAction;
  ForeignKeyAction on_update = ForeignKeyAction::NoAction;
  bool usable = true;    // the engine can enforce it (TRAPS 7)
  std::string unusable;  // why not: "parent table is missing", "parent key is not unique"
  bool alike = true;     // child and parent columns compare alike
  bool indexed = true;   // an index of the child leads with its columns; without one a delete of a parent scans
};

enum class TableKind : std::uint8_t { Table, View, Virtual, Shadow };

struct Trigger {
  std::string name;
  std::string sql;
};

struct Table {
  std::string name;
  TableKind kind = TableKind::Table;
  std::vector<Column> columns;  // in the table's own order, hidden ones left out
  // What finds one row for good. Empty: the engine's row number (SQLite's rowid), which is no column here; if the
  // primary key is an alias of it, the locator is that column.
  ColumnList locator;
  ColumnList primary_key;
  bool without_rowid = false;
  bool strict = false;
  bool autoincrement = false;            // an id once used never comes back
  std::vector<UniqueConstraint> unique;  // the primary key included
  std::vector<ColumnList> indexes;     // leading columns of every full index a key lookup may use, unique ones included
  std::vector<ForeignKey> references;  // this table is the child
  std::vector<ForeignKey> referenced_by;  // this table is the parent
  std::vector<Trigger> triggers;
  bool replaces_on_conflict = false;  // a constraint of the table's own says ON CONFLICT REPLACE (TRAPS 4)
  bool planned = false;               // not there yet: the Database's setup would create it
  std::string unsupported;            // why Holdfast cannot manage it; empty when it can

  static constexpr std::uint32_t npos = ~std::uint32_t{0};
  // By name, as the engine compares names (ASCII case does not matter).
  std::uint32_t find(std::string_view column) const;
};

struct Schema {
  std::map<std::string, std::shared_ptr<const Table>, std::less<>> tables;  // by name in ASCII lower case
  // Every table that there is or that the setup would create, spelled as the schema does; views and our own left out.
  // For messages that propose one.
  std::vector<std::string> names;
  // The engine's own mark of this schema (SQLite: schema_version); bound sets are built anew when it moves.
  std::int64_t version = 0;

  std::shared_ptr<const Table> find(std::string_view table) const;  // null if there is none
};

// The same columns, keys and row numbering: what was bound to one is bound to the other.
bool same_shape(const Table& a, const Table& b);

std::string ascii_lower(std::string_view text);

}  // namespace holdfast
