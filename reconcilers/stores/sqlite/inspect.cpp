#include "reconcilers/stores/sqlite/inspect.h"

#include <algorithm>
#include <set>
#include <utility>

#include "reconcilers/core/state_tables.h"
#include "reconcilers/sql/sqlite_rules.h"
#include "reconcilers/sql/sqlite_statements.h"
#include "reconcilers/stores/sqlite/errors.h"
#include "reconcilers/stores/sqlite/tokens.h"

namespace holdfast::stores {
namespace {

using sql::delete_text;
using sql::insert_text;
using sql::row_number_name;
using sql::select_text;
using sql::update_text;

using Row = std::vector<Value>;

std::string text(const Value& value) { return std::string(value.view().bytes()); }
std::int64_t number(const Value& value) { return value.view().integer(); }

Collation collation_of(std::string_view name) {
  const std::string lower = ascii_lower(name);
  if (lower == "binary") return Collation::Binary;
  if (lower == "nocase") return Collation::NoCase;
  return lower == "rtrim" ? Collation::RTrim : Collation::Other;
}

ForeignKeyAction action_of(const std::string& action) {
  if (action == "CASCADE") return ForeignKeyAction::Cascade;
  if (action == "SET NULL") return ForeignKeyAction::SetNull;
  if (action == "SET DEFAULT") return ForeignKeyAction::SetDefault;
  return action == "RESTRICT" ? ForeignKeyAction::Restrict : ForeignKeyAction::NoAction;
}

class Inspector {
 public:
  explicit Inspector(Connection& connection) : connection_(connection) {}

  // All tables where none are named.
  Result<Schema> run(std::optional<std::span<const std::string>> wanted) {
    // One snapshot: the version must be that of what was read.
    if (Result<void> begun = connection_.execute("SAVEPOINT holdfast_inspect"); !begun) return begun.error();
    Result<Schema> schema = read(wanted);
    const Result<void> ended = connection_.execute("RELEASE holdfast_inspect");
    if (schema && !ended) return ended.error();
    return schema;
  }

 private:
  Result<Schema> read(std::optional<std::span<const std::string>> wanted) {
    if (Result<void> read = read_catalogue(); !read) return read.error();
    std::set<std::string> names;
    if (wanted) {
      names = connected(*wanted);
    } else {
      for (const auto& [name, row] : catalogue_) names.insert(name);
    }
    Schema schema;
    for (const auto& [name, row] : catalogue_) {
      if (text(row[1]) == "table" && !is_state_table(name)) schema.names.push_back(text(row[0]));
    }
    for (const std::string& name : names) {
      if (!catalogue_.contains(name)) continue;
      Result<Table> table = read_table(name);
      if (!table) return table.error();
      tables_[name] = std::move(*table);
    }
    link();
    for (auto& [name, table] : tables_) schema.tables[name] = std::make_shared<const Table>(std::move(table));
    Result<Value> version = connection_.single("PRAGMA schema_version");
    if (!version) return version.error();
    schema.version = number(*version);
    return schema;
  }

  Result<std::vector<Row>> query(const std::string& sql, std::span<const std::string> arguments = {}) {
    Result<Prepared*> statement = connection_.prepare(sql);
    if (!statement) return statement.error();
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      (*statement)->bind(static_cast<int>(i) + 1, ValueView::text(arguments[i]));
    }
    std::vector<Row> rows;
    int code;
    while ((code = (*statement)->step()) == SQLITE_ROW) {
      Row row;
      for (int i = 0; i < sqlite3_column_count((*statement)->get()); ++i) {
        row.emplace_back(column_value((*statement)->get(), i));
      }
      rows.push_back(std::move(row));
    }
    const Error failed = code == SQLITE_DONE ? Error{} : connection_.error();
    (*statement)->reset();
    if (code != SQLITE_DONE) return failed;
    return rows;
  }

  // Names, kinds and foreign keys of everything, in three queries.
  Result<void> read_catalogue() {
    Result<std::vector<Row>> tables = query(
        "SELECT l.name, l.type, l.wr, l.strict, coalesce(s.sql, '') FROM pragma_table_list AS l "
        "LEFT JOIN main.sqlite_schema AS s ON s.name = l.name AND s.type IN ('table', 'view') "
        "WHERE l.schema = 'main' AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
    if (!tables) return tables.error();
    for (Row& row : *tables) catalogue_[ascii_lower(text(row[0]))] = std::move(row);
    Result<std::vector<Row>> keys = query(
        "SELECT m.name, f.id, f.seq, f.\"table\", f.\"from\", f.\"to\", f.on_update, f.on_delete "
        "FROM main.sqlite_schema AS m, pragma_foreign_key_list(m.name, 'main') AS f WHERE m.type = 'table' "
        "ORDER BY m.name, f.id, f.seq");
    if (!keys) return keys.error();
    for (const Row& row : *keys) {
      if (number(row[2]) == 0) {
        ForeignKey key;
        key.child_table = text(row[0]);
        key.parent_table = text(row[3]);
        key.on_update = action_of(text(row[6]));
        key.on_delete = action_of(text(row[7]));
        keys_.push_back(std::move(key));
      }
      keys_.back().child_columns.push_back(text(row[4]));
      if (!row[5].is_null()) keys_.back().parent_columns.push_back(text(row[5]));
    }
    Result<std::vector<Row>> triggers =
        query("SELECT tbl_name, name, sql FROM main.sqlite_schema WHERE type = 'trigger'");
    if (!triggers) return triggers.error();
    for (const Row& row : *triggers) triggers_[ascii_lower(text(row[0]))].push_back({text(row[1]), text(row[2])});
    return {};
  }

  // Down to everything that refers to these tables, at any distance; from there up to the parents, one step.
  std::set<std::string> connected(std::span<const std::string> wanted) const {
    std::set<std::string> below;
    std::vector<std::string> next;
    for (const std::string& name : wanted) next.push_back(ascii_lower(name));
    while (!next.empty()) {
      const std::string name = std::move(next.back());
      next.pop_back();
      if (!below.insert(name).second) continue;
      for (const ForeignKey& key : keys_) {
        if (ascii_lower(key.parent_table) == name) next.push_back(ascii_lower(key.child_table));
      }
    }
    std::set<std::string> names = below;
    for (const ForeignKey& key : keys_) {
      if (below.contains(ascii_lower(key.child_table))) names.insert(ascii_lower(key.parent_table));
    }
    return names;
  }

  Result<Table> read_table(const std::string& lower) {
    const Row& row = catalogue_.at(lower);
    Table table;
    table.name = text(row[0]);
    const std::string type = text(row[1]);
    table.kind = type == "view"      ? TableKind::View
                 : type == "virtual" ? TableKind::Virtual
                 : type == "shadow"  ? TableKind::Shadow
                                     : TableKind::Table;
    table.without_rowid = number(row[2]) != 0;
    table.strict = number(row[3]) != 0;
    if (table.kind == TableKind::View) table.unsupported = "is a view; declare the rows of its tables";
    if (table.kind == TableKind::Virtual) table.unsupported = "is a virtual table, whose rows are the module's own";
    if (table.kind == TableKind::Shadow) table.unsupported = "is a shadow table, kept by its virtual table";
    if (!table.unsupported.empty()) return table;

    if (Result<void> columns = read_columns(table); !columns) return columns.error();
    if (Result<void> indexes = read_indexes(table); !indexes) return indexes.error();
    if (const auto found = triggers_.find(lower); found != triggers_.end()) table.triggers = found->second;
    table.replaces_on_conflict = has_words(sql_words(text(row[4])), {"ON", "CONFLICT", "REPLACE"});
    for (const ForeignKey& key : keys_) {
      if (ascii_lower(key.child_table) == lower) table.references.push_back(key);
    }
    table.unsupported = why_not(table);
    return table;
  }

  Result<void> read_columns(Table& table) {
    Result<std::vector<Row>> rows =
        query("SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1, 'main') ORDER BY cid",
              {{table.name}});
    if (!rows) return rows.error();
    for (const Row& row : *rows) {
      Column column;
      column.name = text(row[0]);
      column.declared_type = text(row[1]);
      column.boolean = sql::is_boolean(column.declared_type);
      column.affinity = table.strict && ascii_lower(column.declared_type) == "any"
                            ? Affinity::Blob
                            : sql::affinity_of(column.declared_type);
      column.not_null = number(row[2]) != 0;
      column.has_default = !row[3].is_null();
      column.default_sql = text(row[3]);
      column.primary_key = static_cast<int>(number(row[4]));
      column.generated = number(row[5]) == 2   ? Generated::Virtual
                         : number(row[5]) == 3 ? Generated::Stored
                                               : Generated::No;
      const char* collation = nullptr;
      int autoincrement = 0;
      if (sqlite3_table_column_metadata(connection_.handle(), "main", table.name.c_str(), column.name.c_str(), nullptr,
                                        &collation, nullptr, nullptr, &autoincrement) == SQLITE_OK) {
        column.collation_name = collation;
        column.collation = collation_of(column.collation_name);
        table.autoincrement = table.autoincrement || autoincrement != 0;
      }
      table.columns.push_back(std::move(column));
    }
    const auto keys =
        std::count_if(table.columns.begin(), table.columns.end(), [](const Column& c) { return c.primary_key > 0; });
    table.primary_key.resize(static_cast<std::size_t>(keys));
    for (std::uint32_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].primary_key > 0)
        table.primary_key[static_cast<std::size_t>(table.columns[i].primary_key - 1)] = i;
    }
    return {};
  }

  Result<void> read_indexes(Table& table) {
    Result<std::vector<Row>> rows = query(
        "SELECT name, \"unique\", origin, partial FROM pragma_index_list(?1, 'main') ORDER BY seq", {{table.name}});
    if (!rows) return rows.error();
    bool key_has_index = false;
    for (const Row& row : *rows) {
      Result<std::vector<Row>> parts =
          query("SELECT cid, coll FROM pragma_index_xinfo(?1, 'main') WHERE key = 1 ORDER BY seqno", {{text(row[0])}});
      if (!parts) return parts.error();
      UniqueConstraint constraint;
      constraint.name = text(row[0]);
      constraint.primary_key = text(row[2]) == "pk";
      constraint.partial = number(row[3]) != 0;
      key_has_index = key_has_index || constraint.primary_key;
      bool own_collations = true;
      for (const Row& part : *parts) {
        if (number(part[0]) < 0) {
          constraint.expression = true;
          continue;
        }
        const auto column = static_cast<std::uint32_t>(number(part[0]));
        constraint.columns.push_back(column);
        constraint.collations.push_back(collation_of(text(part[1])));
        own_collations =
            own_collations && ascii_lower(text(part[1])) == ascii_lower(table.columns[column].collation_name);
      }
      if (!constraint.partial && !constraint.expression && own_collations) table.indexes.push_back(constraint.columns);
      if (number(row[1]) != 0) table.unique.push_back(std::move(constraint));
    }
    if (table.without_rowid) {
      table.locator = table.primary_key;
    } else if (!table.primary_key.empty() &&
               !key_has_index) {  // INTEGER PRIMARY KEY: the row number under another name
      table.locator = table.primary_key;
      table.indexes.push_back(table.primary_key);
      table.unique.push_back({"", table.primary_key, {Collation::Binary}, true, false, false});
    }
    return {};
  }

  // Why its rows cannot be managed; some of it only shows when a statement is prepared: functions, collations and
  // modules that the application registers.
  std::string why_not(const Table& table) {
    if (table.locator.empty() && row_number_name(table).empty()) {
      return "has columns called rowid, _rowid_ and oid and no INTEGER PRIMARY KEY, so that its rows cannot be told "
             "apart";
    }
    if (table.replaces_on_conflict && !table.triggers.empty()) {
      return "has triggers and a constraint that says ON CONFLICT REPLACE: one of them would act unseen";
    }
    for (const Column& column : table.columns) {
      if (column.collation == Collation::Other) {
        return "uses the collation " + column.collation_name + ", which only the application registers";
      }
    }
    for (const UniqueConstraint& key : table.unique) {
      if (!table.without_rowid || !key.primary_key) continue;
      for (std::size_t i = 0; i < key.columns.size(); ++i) {
        if (key.collations[i] == table.columns[key.columns[i]].collation) continue;
        return "has no row numbers, and its primary key compares text otherwise than its columns, so that its rows "
               "cannot be told apart";
      }
    }
    return why_not_prepared(table);
  }

  std::string why_not_prepared(const Table& table) const {
    ColumnList columns;
    for (std::uint32_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].generated == Generated::No) columns.push_back(i);
    }
    for (const std::string& sql : {insert_text(table, columns), update_text(table, columns), delete_text(table),
                                   select_text(table, columns, "")}) {
      sqlite3_stmt* statement = nullptr;
      const int code = sqlite3_prepare_v2(connection_.handle(), sql.c_str(), -1, &statement, nullptr);
      sqlite3_finalize(statement);
      if ((code & 0xff) == SQLITE_ERROR) {
        return std::string("cannot be written by us (") + sqlite3_errmsg(connection_.handle()) + ")";
      }
    }
    return {};
  }

  // Parents and children point to each other once every table is read.
  void link() {
    for (auto& [name, table] : tables_) {
      for (ForeignKey& key : table.references) judge(table, key);
      const std::string& own = name;
      for (auto& [other, child] : tables_) {
        for (const ForeignKey& key : keys_) {
          if (ascii_lower(key.child_table) != other || ascii_lower(key.parent_table) != own) continue;
          ForeignKey judged = key;
          judge(child, judged);
          table.referenced_by.push_back(std::move(judged));
        }
      }
    }
  }

  void judge(const Table& child, ForeignKey& key) {
    const auto refuse = [&](const char* why) {
      key.usable = false;
      key.unusable = why;
    };
    ColumnList child_columns;
    for (const std::string& column : key.child_columns) child_columns.push_back(child.find(column));
    key.indexed = std::any_of(child.indexes.begin(), child.indexes.end(), [&](const ColumnList& index) {
      return index.size() >= child_columns.size() &&
             std::is_permutation(child_columns.begin(), child_columns.end(), index.begin(),
                                 index.begin() + static_cast<std::ptrdiff_t>(child_columns.size()));
    });
    const auto found = tables_.find(ascii_lower(key.parent_table));
    if (found == tables_.end()) return refuse("parent table is missing");
    const Table& parent = found->second;
    if (parent.kind != TableKind::Table) return refuse("parent is not a table");
    if (key.parent_columns.empty()) {
      for (const std::uint32_t column : parent.primary_key) key.parent_columns.push_back(parent.columns[column].name);
    }
    if (key.parent_columns.size() != key.child_columns.size()) return refuse("the numbers of columns differ");
    ColumnList columns;
    for (const std::string& column : key.parent_columns) columns.push_back(parent.find(column));
    if (std::find(columns.begin(), columns.end(), Table::npos) != columns.end())
      return refuse("parent column is missing");
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (child_columns[i] == Table::npos) continue;
      key.alike = key.alike && compare_alike(child.columns[child_columns[i]], parent.columns[columns[i]]);
    }
    const bool unique =
        std::any_of(parent.unique.begin(), parent.unique.end(), [&](const UniqueConstraint& constraint) {
          if (constraint.partial || constraint.expression || constraint.columns.size() != columns.size()) return false;
          for (std::size_t i = 0; i < constraint.columns.size(); ++i) {
            if (constraint.collations[i] != parent.columns[constraint.columns[i]].collation) return false;
          }
          return std::is_permutation(columns.begin(), columns.end(), constraint.columns.begin());
        });
    if (!unique) refuse("parent key is not unique");
  }

  Connection& connection_;
  std::map<std::string, Row> catalogue_;
  std::vector<ForeignKey> keys_;
  std::map<std::string, std::vector<Trigger>> triggers_;
  std::map<std::string, Table> tables_;
};

}  // namespace

Result<Schema> inspect_tables(Connection& connection, std::span<const std::string> tables) {
  return Inspector(connection).run(tables);
}

Result<Schema> inspect_all_tables(Connection& connection) { return Inspector(connection).run(std::nullopt); }

}  // namespace holdfast::stores
