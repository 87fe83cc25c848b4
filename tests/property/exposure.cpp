#include "tests/property/exposure.h"

#include <algorithm>

#include "reconcilers/core/schema.h"
#include "tests/property/making.h"

namespace holdfast::testing {
namespace {

std::size_t column_index(const TableSpec& table, const std::string& name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name == name) return i;
  }
  return table.columns.size();
}

bool writes(const SetSpec& set, const std::string& column) {
  if (contains(set.initial, column)) return false;
  if (set.defaults.contains(column)) return true;
  return std::any_of(set.rows.begin(), set.rows.end(), [&](const Cells& row) { return row.contains(column); });
}

}  // namespace

Exposure::Exposure(Lab& lab) : lab_(lab), world_(lab.world()), base_(lab.look()) {
  for (const SetSpec& set : world_.sets) {
    if (set.enforce) name_rows(set);
  }
  follow_references();
}

std::set<std::string> Exposure::matching(const TableSpec& table, const SetSpec& set, const Cells& key) {
  std::string condition = "1";
  for (const std::string& name : set.key) {
    if (set.references.contains(name)) continue;  // its value depends on other rows: any
    const auto cell = key.find(name);
    if (cell != key.end()) condition += " AND " + quoted(name) + " = " + literal(cell->second);
  }
  std::set<std::string> found;
  std::string rows = lab_.scenario().rows("SELECT " + locator_sql(table) + " || char(1) FROM " + quoted(table.name) +
                                          " WHERE " + condition);
  while (!rows.empty()) {
    const std::size_t end = rows.find('\1');
    found.insert(rows.substr(0, end));
    rows.erase(0, std::min(rows.size(), end + 2));
  }
  return found;
}

void Exposure::name_rows(const SetSpec& set) {
  const TableSpec& table = *world_.find(set.table);
  for (const Cells& row : set.rows) declared_[set.table].merge(matching(table, set, row));
  for (const auto& [from, to] : set.renames) renamed_[set.table].merge(matching(table, set, from));
  if (set.policy_of("extra") == "Delete") {
    for (const auto& [at, row] : base_[set.table]) leaving_[set.table].insert(at);
  }
  if (set.policy_of("forbidden") == "Delete") name_forbidden(set);
}

void Exposure::name_forbidden(const SetSpec& set) {
  const TableSpec& table = *world_.find(set.table);
  for (const auto& [at, row] : base_[set.table]) {
    for (const auto& rule : set.forbidden) {
      const bool all = std::all_of(rule.begin(), rule.end(), [&, &values = row](const auto& part) {
        return may_match(part.second, values[column_index(table, part.first)]);
      });
      if (all) leaving_[set.table].insert(at);
    }
  }
}

bool Exposure::any_set(const std::string& policy, std::initializer_list<const char*> values) const {
  return std::any_of(world_.sets.begin(), world_.sets.end(), [&](const SetSpec& set) {
    return set.enforce && std::find(values.begin(), values.end(), set.policy_of(policy)) != values.end();
  });
}

// Rows that refer to a row which may change; and those that refer to them.
void Exposure::follow_references() {
  lab_.execute("CREATE TEMP TABLE IF NOT EXISTS exposed (t TEXT, at TEXT, PRIMARY KEY (t, at))");
  lab_.execute("DELETE FROM temp.exposed");
  for (const Rows* rows : {&declared_, &renamed_, &leaving_}) {
    for (const auto& [table, all] : *rows) {
      for (const std::string& at : all) {
        lab_.execute("INSERT OR IGNORE INTO temp.exposed VALUES (" + literal(Value::text(table)) + ", " +
                     literal(Value::text(at)) + ")");
      }
    }
  }
  for (std::int64_t before = -1, now = 0; before != now; now = lab_.number("SELECT count(*) FROM temp.exposed")) {
    before = lab_.number("SELECT count(*) FROM temp.exposed");
    for (const TableSpec& table : world_.tables) {
      for (const ForeignKeySpec& key : table.references) {
        std::string meets;
        for (std::size_t i = 0; i < key.columns.size(); ++i) {
          meets += " AND p." + quoted(key.parent_columns[i]) + " = +c." + quoted(key.columns[i]);
        }
        const TableSpec& parent = *world_.find(key.parent);
        lab_.execute("INSERT OR IGNORE INTO temp.exposed SELECT " + literal(Value::text(table.name)) + ", " +
                     locator_sql(table, "c") + " FROM " + quoted(table.name) + " c, " + quoted(parent.name) +
                     " p JOIN temp.exposed e ON e.t = " + literal(Value::text(parent.name)) + " AND e.at = CAST(" +
                     locator_sql(parent, "p") + " AS TEXT) WHERE 1" + meets);
      }
    }
  }
  for (const auto& [table, rows] : base_) {
    for (const auto& [at, row] : rows) {
      if (lab_.number("SELECT count(*) FROM temp.exposed WHERE t = " + literal(Value::text(table)) +
                      " AND at = " + literal(Value::text(at))) == 1) {
        exposed_[table].insert(at);
      }
    }
  }
}

// A trigger that writes other rows may do so where one set allows it.
bool Exposure::written_by_triggers(const TableSpec& table) const {
  if (!any_set("sideEffects", {"Allow"})) return false;
  using Does = TriggerSpec::Does;
  for (const TableSpec& other : world_.tables) {
    for (const TriggerSpec& trigger : other.triggers) {
      switch (trigger.does) {
        case Does::LogInsert:
        case Does::LogUpdate:
        case Does::LogDelete:
          if (table.name == "log") return true;
          break;
        case Does::Sibling:
        case Does::Reinsert:
          if (other.name == table.name) return true;
          break;
        case Does::Other:
        case Does::OtherGone:
          if (trigger.table == table.name) return true;
          break;
        default: break;
      }
    }
  }
  return false;
}

bool Exposure::may_write(const std::string& table_name, const std::string& column, bool exposed) const {
  const TableSpec& table = *world_.find(table_name);
  const ColumnSpec& what = *table.find(column);
  if (what.generated != Generated::No) return may_write(table_name, what.generated_from, exposed);
  for (const TriggerSpec& trigger : table.triggers) {
    const bool own = trigger.does == TriggerSpec::Does::Stamp || trigger.does == TriggerSpec::Does::Lower;
    if (own && trigger.column == column) return true;
  }
  if (exposed) {
    for (const ForeignKeySpec& key : table.references) {
      if (contains(key.columns, column)) return true;
    }
  }
  return std::any_of(world_.sets.begin(), world_.sets.end(), [&](const SetSpec& set) {
    if (!set.enforce || set.table != table_name || !writes(set, column)) return false;
    const bool moves = set.policy_of("identity") == "Move" && contains(table.primary_key, column);
    return set.policy_of("changed") == "Update" || moves;
  });
}

// The row's number or primary key is a column that may be written.
bool Exposure::locator_moves(const TableSpec& table, bool exposed) const {
  if (!table.without_rowid && !table.rowid_alias()) return false;
  return std::any_of(table.primary_key.begin(), table.primary_key.end(),
                     [&](const std::string& name) { return may_write(table.name, name, exposed); });
}

std::string Exposure::row_broken(const TableSpec& table, const std::string& at, const std::vector<Value>& before,
                                 const std::vector<Value>* after) const {
  const auto is = [&](const Rows& rows) {
    const auto found = rows.find(table.name);
    return found != rows.end() && found->second.contains(at);
  };
  const bool named = is(declared_) || is(renamed_);
  // Only rows that refer to something are dependents.
  const bool exposed = is(exposed_) && !table.references.empty();
  const bool goes = exposed && any_set("dependents", {"FollowSchema", "Delete"});
  if (is(leaving_) || goes) return "";
  if (!named && !exposed) {
    if (after && *after == before) return "";
    return "a row that nothing names was changed: " + table.name + " [" + at + "]\n";
  }
  if (locator_moves(table, exposed)) return "";
  if (!after) return "a row was deleted that should not be: " + table.name + " [" + at + "]\n";
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::string& column = table.columns[i].name;
    if (before[i] == (*after)[i]) continue;
    const bool key_changes = is(renamed_);  // the key of a renamed row, which the set writes anyway
    if (!key_changes && !may_write(table.name, column, exposed)) {
      return "a column that nothing names was changed: " + table.name + " [" + at + "] " + column + "\n";
    }
  }
  return "";
}

std::string Exposure::new_row_broken(const TableSpec& table, const std::string& at, const std::vector<Value>&) {
  for (const SetSpec& set : world_.sets) {
    if (!set.enforce || set.table != table.name) continue;
    for (const Cells& row : set.rows) {
      if (matching(table, set, row).contains(at)) return "";
    }
  }
  if (locator_moves(table, true)) return "";
  return "a row appeared that nothing declares: " + table.name + " [" + at + "]\n";
}

std::string Exposure::broken_by(const Snapshot& after) {
  std::string text;
  for (const TableSpec& table : world_.tables) {
    if (written_by_triggers(table)) continue;
    const auto& before = base_.at(table.name);
    const auto& now = after.at(table.name);
    for (const auto& [at, row] : before) {
      const auto there = now.find(at);
      text += row_broken(table, at, row, there == now.end() ? nullptr : &there->second);
    }
    for (const auto& [at, row] : now) {
      if (!before.contains(at)) text += new_row_broken(table, at, row);
    }
  }
  return text;
}

}  // namespace holdfast::testing
